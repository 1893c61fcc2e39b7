import AudioFile

extension Failure {
  public init(_ error: AudioFileError) {
    let status: ExitStatus =
      switch error.cause {
      case .specification: .usage
      case .missing: .noInput
      case .notPermitted: .notPermitted
      case .badData: .badData
      case .cannotCreate: .cannotCreate
      case .inputOutput: .inputOutput
      }
    self.init(status, error.message, faults: error.faults)
  }
}
