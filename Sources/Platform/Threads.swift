import Glibc

/// Processors that this process may use. Source: proc_pid_status(5), Cpus_allowed
package let processorCount: Int = {
  let lines = (fileContents("/proc/self/status", limit: 1 << 16) ?? []).split(separator: UInt8(ascii: "\n"))
  let mask = lines.first { $0.starts(with: "Cpus_allowed:".utf8) }?.dropFirst("Cpus_allowed:".utf8.count) ?? []
  let allowed = mask.reduce(0) { $0 + (Character(Unicode.Scalar($1)).hexDigitValue?.nonzeroBitCount ?? 0) }
  let online = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
  return allowed > 0 ? min(allowed, online) : online
}()

/// Calls `body` on `count` threads, of which the calling one is the first, and returns when all are done: on fewer where the system
/// gives no more. The others have the calling one's niceness. Dispatch would wait for them without end.
package func onThreads(_ count: Int, _ body: @Sendable () -> Void) {
  if count <= 1 { return body() }
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
