import AudioFile
import Terminal

extension StagedFile {
  /// Creates the file before long work, so that a failure is reported early.
  static func creating(_ path: String) throws(Failure) -> StagedFile {
    do throws(AudioFileError) { return try StagedFile(path) } catch { throw Failure(error) }
  }
}
