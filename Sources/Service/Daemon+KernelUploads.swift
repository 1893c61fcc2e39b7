import AudioFile
import ControlAPI
import Convolution
import Engine
import FilterKernels
import Filters
import Logging
import Platform
import WordKernels

// A kernel file that a client sends for one filter.
extension Daemon {
  package func replaceKernel(of name: String, by upload: KernelUpload) async throws(Problem) -> KernelReport {
    guard filters.filters.contains(where: { $0.name == name }) else { throw filters.missing(name) }
    let newest = Cancellation()
    begin(newest, of: name)
    return try await alone { () async throws(Problem) in try await replaceKernel(of: name, by: upload, newest) }
  }

  /// Within `alone` only.
  private func replaceKernel(
    of name: String, by upload: KernelUpload, _ newest: Cancellation
  ) async throws(Problem) -> KernelReport {
    let filter = try await prepare(name, upload, newest)
    let blocks = engine.status(takingPeaks: false).blocks
    let outcome = await enqueueFilterChange(newest) { daemon in
      guard daemon.newestUpload[name] === newest else { return false }
      daemon.filters.change(kernels: [filter])
      daemon.differsFromFile = true
      return true
    }
    switch outcome {
    case .heard: await warnOfFilters(of: filter.to)
    case .unchanged: throw Self.superseded
    case .refused where newest.isAskedFor && !Task.isCancelled: throw Self.superseded
    case .refused(let problem): throw problem
    }
    changeLog.add(.kernel, "filter \(name): \(filter.layout)", logger)
    return KernelReport(
      filter: name, taps: filter.response.count, layout: filter.layout, method: session.plan.description,
      blocks: engine.status(takingPeaks: false).blocks - blocks)
  }

  /// Notes that another kernel is on its way to a filter, which ends the way of the one before.
  func begin(_ upload: Cancellation, of name: String) {
    newestUpload[name]?.request()
    newestUpload[name] = upload
  }

  func prepare(_ name: String, _ upload: KernelUpload, _ newest: Cancellation) async throws(Problem) -> LiveFilter {
    let (filters, text) = (filters, text)
    return try await prepare(newest) { cancellation throws(Problem) in
      var limit = KernelReader.limit
      limit.isCancelled = { cancellation.isRequested }
      do throws(AudioFileError) {
        let source = try upload.source(limit)
        do throws(KernelFault) {
          let sent = SentKernel(source: source, channel: upload.channel, resample: upload.resample)
          if let filter = try filters.replacement(for: name, sent, in: text, reader: KernelReader(cancellation)) { return filter }
        } catch {
          throw AudioFileError(.badData, error.message)
        }
      } catch {
        throw Problem(status: 422, title: "Unprocessable kernel", detail: error.message)
      }
      throw filters.missing(name)
    }
  }

  /// Lets a change be prepared and made before the next one is prepared: what is prepared stays in memory until it is heard, and
  /// however many wait, there is room for one beside what is heard.
  ///
  /// - Throws: what `change` throws, or that it was broken off.
  func alone<Value: Sendable>(_ change: () async throws(Problem) -> Value) async throws(Problem) -> Value {
    guard await turnstile.enter() else { throw Self.brokenOff }
    defer { turnstile.leave() }
    return try await change()
  }

  static let superseded = Problem(
    status: 409, title: "superseded", detail: "a newer kernel or configuration came before this one was heard")

  /// Prepares a change in the background, one at a time, until it is done, the client is gone or the time for it is over.
  ///
  /// - Parameters:
  ///   - upload: of a kernel: a newer one for its filter ends it too.
  ///   - queue: nil: that of changes.
  func prepare<Value: Sendable>(
    _ upload: Cancellation? = nil, on queue: BackgroundQueue? = nil, _ work: @escaping @Sendable (Cancellation) throws(Problem) -> Value
  ) async throws(Problem) -> Value {
    let cancellation = upload ?? Cancellation()
    let result = await (queue ?? background).run(cancellation) { Result { () throws(Problem) in try work(cancellation) } }
    if !cancellation.isRequested, let result { return try result.get() }
    if upload != nil, cancellation.isAskedFor, !Task.isCancelled {
      throw Self.superseded
    }
    throw Self.brokenOff
  }
}

extension KernelUpload {
  /// What was sent, read as far as no rate is needed for it.
  fileprivate func source(_ limit: KernelLimit) throws(AudioFileError) -> SentKernel.Source {
    let name = name ?? "uploaded"
    if let raw, let format = RawKernelFormat(rawValue: raw.format) {
      let file = RawKernelFile(path: name, format: format, rate: raw.rate, skip: raw.skip ?? 0, take: raw.take)
      return .file(try Kernel(file, of: bytes, limit: limit))
    }
    guard let words else { return .file(try Kernel(bytes: bytes, name: name, contentType: contentType, limit: limit)) }
    let meaning = try KernelName(words)
    switch meaning {
    case .raw(let file): return .file(try Kernel(file, of: bytes, limit: limit))
    case .words where meaning.files.count == 1: return .made(words: words, from: bytes)
    default:
      throw AudioFileError(.badData, "\(words): these words name no file that the body could be: name one, as in eq:room.txt")
    }
  }
}
