import AudioFile
import Plot
import Terminal

extension KernelCharts {
  /// Draws curves into a file.
  static func write(_ curves: [KernelCurve], title: String, to path: String) throws(Failure) {
    do throws(AudioFileError) {
      // Before the work, rather than after.
      let staged = try StagedFile(path)
      try staged.write(Array(svg(KernelCharts(curves).charts, title: title).utf8))
      try staged.commit()
    } catch {
      throw Failure(error)
    }
  }
}
