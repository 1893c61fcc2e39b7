import Analysis
import AudioFile
import Terminal

extension Kernel {
  /// An analysis of each channel.
  ///
  /// - Throws: there is no memory for it, or a channel has none.
  func analyses() throws(Failure) -> [KernelAnalysis] {
    do throws(AudioFileError) {
      try AudioFileError.checkMemory(KernelAnalysis.byteCount(taps: channels[0].count), for: name)
    } catch {
      throw Failure(error)
    }
    do throws(AnalysisError) {
      return try channels.map { taps throws(AnalysisError) in try KernelAnalysis(taps: taps) }
    } catch {
      throw Failure(.badData, "\(name): \(error.description)")
    }
  }
}
