import AudioFile
import Terminal

extension Failure {
  init(_ error: AudioFileError) {
    let status: ExitStatus =
      switch error.cause {
      case .specification: .usage
      case .missing: .noInput
      case .notPermitted: .notPermitted
      case .badData: .badData
      case .cannotCreate: .cannotCreate
      case .inputOutput: .inputOutput
      }
    self.init(status, error.message)
  }
}

extension StagedFile {
  /// Creates the file before long work, so that a failure is reported early.
  static func creating(_ path: String) throws(Failure) -> StagedFile {
    do throws(AudioFileError) { return try StagedFile(path) } catch { throw Failure(error) }
  }
}
