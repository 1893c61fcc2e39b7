import Foundation

/// Seconds that the calling thread computes during `work`, whatever else runs.
public func processorSeconds(_ work: () throws -> Void) rethrows -> Double {
  func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
  let start = now()
  try work()
  return now() - start
}

/// A letter with marks on it, whose order is not that of sorted ones.
///
/// - Returns: at least so many bytes.
public func marks(bytes: Int) -> String {
  "a" + ["\u{345}", "\u{301}", "\u{327}"].map { String(repeating: $0, count: bytes / 6 + 1) }.joined()
}
