import AudioFile
import ControlAPI
import Convolution
import Engine
import Filters
import Logging

// A kernel file that a client sends for one filter.
extension Daemon {
  package func replaceKernel(of name: String, by upload: KernelUpload) async throws(Problem) -> KernelReport {
    let number = beginUpload(of: name)
    let filter = try await prepare(name, upload)
    let blocks = engine.status(takingPeaks: false).blocks
    let outcome = await enqueueFilterChange { daemon in
      guard daemon.newestUpload[name] == number else { return false }
      daemon.filters.put(filter)
      daemon.differsFromFile = true
      return true
    }
    switch outcome {
    case .heard: warnOfFilters()
    case .unchanged: throw Problem(status: 409, title: "superseded", detail: "a newer kernel for \(name) came before this one was heard")
    case .refused(let problem): throw problem
    }
    logger.info("filter \(name): \(filter.layout)")
    return KernelReport(
      filter: name, taps: filter.response.taps.count, layout: filter.layout, method: session.plan.description,
      blocks: engine.status(takingPeaks: false).blocks - blocks)
  }

  /// Notes that another kernel is on its way to a filter. Returns its number in `newestUpload`.
  func beginUpload(of name: String) -> Int {
    uploads += 1
    newestUpload[name] = uploads
    return uploads
  }

  /// Off the actor: a long kernel takes its time.
  private nonisolated func prepare(_ name: String, _ upload: KernelUpload) async throws(Problem) -> LiveFilter {
    let (filters, text) = (await filters, await text)
    do throws(AudioFileError) {
      let kernel = try Kernel(bytes: upload.bytes, name: "uploaded", contentType: upload.contentType)
      do throws(KernelFault) {
        let sent = SentKernel(source: .file(kernel), channel: upload.channel, resample: upload.resample)
        if let filter = try filters.replacement(for: name, sent, in: text) { return filter }
      } catch {
        throw AudioFileError(.badData, error.message)
      }
    } catch {
      throw Problem(status: 422, title: "Unprocessable kernel", detail: error.message)
    }
    throw filters.missing(name)
  }
}
