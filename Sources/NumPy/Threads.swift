import Glibc

/// Calls `body` on `count` threads, of which the calling one is the first, and returns when all are done: on fewer where the system
/// gives no more. Dispatch would wait for them without end.
package func onThreads(_ count: Int, _ body: @Sendable () -> Void) {
  withoutActuallyEscaping(body) { body in
    let work = Work(body)
    var threads: [pthread_t] = []
    while threads.count < count - 1 {
      var thread = pthread_t()
      let code = pthread_create(
        &thread, nil,
        { pointer in
          Unmanaged<Work>.fromOpaque(pointer!).takeUnretainedValue().body()
          return nil
        }, Unmanaged.passUnretained(work).toOpaque())
      if code != 0 { break }
      threads.append(thread)
    }
    work.body()
    for thread in threads { pthread_join(thread, nil) }
  }
}

private final class Work: Sendable {
  let body: @Sendable () -> Void

  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}
