import NPY

/// What the caller of work that may take long allows.
package struct WorkLimits: Sendable {
  private let isCancelledByCaller: (@Sendable () -> Bool)?
  private let canTake: (@Sendable (Int) -> Bool)?

  /// Everything is allowed.
  package static let none = WorkLimits(isCancelled: nil, canTake: nil)

  /// - Parameters:
  ///   - isCancelled: whether the work is to end. Asked now and then, by every thread that works.
  ///   - canTake: whether there are so many bytes. Swift's arrays end the process where there are not.
  package init(isCancelled: (@Sendable () -> Bool)?, canTake: (@Sendable (Int) -> Bool)?) {
    (isCancelledByCaller, self.canTake) = (isCancelled, canTake)
  }

  package var isCancelled: Bool { isCancelledByCaller?() ?? false }

  func checkCancellation() throws(WorkError) {
    if isCancelled { throw .cancelled }
  }

  /// - Throws: there are not so many bytes.
  func checkMemory(_ bytes: Int) throws(WorkError) {
    if let canTake, !canTake(bytes) { throw .memory(bytes: bytes) }
  }

  /// Calls `body` with one part of 0 ..< count after another.
  func forEachPart(of count: Int, _ body: (Range<Int>) -> Void) throws(WorkError) {
    // Some milliseconds each.
    let length = 1 << 19
    for first in stride(from: 0, to: count, by: length) {
      body(first..<min(first + length, count))
      if count > length { try checkCancellation() }
    }
  }
}

/// Why work ends early.
package enum WorkError: Error, Equatable {
  case cancelled
  /// So many bytes are not there.
  case memory(bytes: Int)
}
