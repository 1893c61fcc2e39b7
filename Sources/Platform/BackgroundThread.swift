import Glibc

/// Does `work` on a thread of its own, which gives way to every other.
///
/// - Returns: nil where no thread can be made.
package func inBackground<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value? {
  await withCheckedContinuation { continuation in
    let body = Unmanaged.passRetained(Body { continuation.resume(returning: work()) })
    var thread = pthread_t()
    let error = pthread_create(&thread, nil, { run($0) }, body.toOpaque())
    guard error != 0 else { return _ = pthread_detach(thread) }
    body.release()
    continuation.resume(returning: nil)
  }
}

private final class Body: Sendable {
  let work: @Sendable () -> Void

  init(_ work: @escaping @Sendable () -> Void) { self.work = work }
}

private func run(_ pointer: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  let body = Unmanaged<Body>.fromOpaque(pointer!).takeRetainedValue()
  // On Linux a thread has its own niceness; 0 is the calling one.
  setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 19)
  body.work()
  return nil
}
