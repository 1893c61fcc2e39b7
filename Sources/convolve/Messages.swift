import NumPy
import Synchronization
import Terminal

/// Prints the command's messages on standard error, and its progress.
struct Messages: Sendable {
  var verbose = false
  var quiet = false
  /// Of the whole command.
  var progress: Progress
  private let said = Said()
  /// What of it is under way.
  var portion = Progress.Portion()

  init(verbose: Bool = false, quiet: Bool = false) {
    (self.verbose, self.quiet) = (verbose, quiet)
    progress = Progress(isQuiet: quiet)
  }

  /// Prints a warning, unless the user wants errors only.
  func warn(_ message: String) { if !quiet { print(message) } }

  /// Prints a warning once, however many inputs have it.
  func warnOnce(_ message: String) { if said.isNew(message) { warn(message) } }

  /// Prints a detail, if the user asked for these.
  func detail(_ message: String) { if verbose { print(message) } }

  /// Shows how many frames of so many are done; nil: nobody knows.
  func advance(to frames: Int, of total: Int?, rate: Int) { progress.advance(to: frames, of: total, rate: rate, portion) }

  private func print(_ message: String) {
    progress.hide()
    Convolve.report(Failure(.success, message))
  }
}

/// Warnings of the whole command.
private final class Said: Sendable {
  private let texts = Mutex<Set<String>>([])

  func isNew(_ text: String) -> Bool { texts.withLock { $0.insert(text).inserted } }
}

/// How outputs were computed, for `--verbose`. The direct sum has a window length of 0.
///
/// - Parameters:
///   - isSure: whether transforms were proved to be exact beforehand, as those of integers are.
///   - isNarrowed: whether results are rounded to float32 afterwards. NumPy adds up in float32 then, and lies further from exact sums.
func computation(windowLength: Int, _ work: RoundingWork, of outputs: Int, isExact: Bool, isSure: Bool = false, isNarrowed: Bool = false)
  -> String
{
  if windowLength == 0 { return "direct" }
  if isSure { return "FFT of \(windowLength) values, exact" }
  let snapped = work.snapped == 0 ? "" : "\(work.snapped) of \(outputs) outputs on the operands' grid, "
  let repaired = isExact ? "\(work.repaired) of \(outputs) outputs summed again" : "not repaired"
  let reference = isNarrowed ? "the exact sums, before they are rounded to float32" : "NumPy's"
  return "FFT of \(windowLength) values, \(snapped)\(repaired), others within \(work.bound) of \(reference)"
}
