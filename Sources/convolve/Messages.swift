import NumPy
import Terminal

/// Prints the command's messages on standard error.
struct Messages {
  var verbose: Bool
  var quiet: Bool

  /// Prints a warning, unless the user wants errors only.
  func warn(_ message: String) { if !quiet { print(message) } }

  /// Prints a detail, if the user asked for these.
  func detail(_ message: String) { if verbose { print(message) } }

  private func print(_ message: String) { Convolve.report(Failure(.success, message)) }
}

/// The four lines of `--dry-run`. `bytes` is the memory beyond what the executable takes by itself.
func forecastText(result: String, method: String, bytes: Int, seconds: Double?, jobs: Int) -> String {
  let time = seconds.map { "about \(fixed($0, $0 < 10 ? 2 : 0)) s with \(jobs) thread\(jobs == 1 ? "" : "s")" } ?? "unknown"
  return """
    result: \(result.printableLine)
    method: \(method)
    memory: about \((bytes >> 20) + 12) MiB
    time:   \(time)
    """
}

/// How outputs were computed, for `--verbose`. The direct sum has a window length of 0.
func computation(windowLength: Int, _ work: RoundingWork, of outputs: Int, isExact: Bool) -> String {
  if windowLength == 0 { return "direct" }
  let snapped = work.snapped == 0 ? "" : "\(work.snapped) of \(outputs) outputs on the operands' grid, "
  let repaired = isExact ? "\(work.repaired) of \(outputs) outputs summed again" : "not repaired"
  return "FFT of \(windowLength) values, \(snapped)\(repaired), others within \(work.bound) of NumPy's"
}
