import Glibc
import Synchronization

/// Does `work` on a thread of its own, which gives way to others.
///
/// - Parameter niceness: 5 gives way to what answers, 0 to none. A thread of a higher one holds the locks of memory for seconds on a
///   busy machine. setpriority(2)
/// - Returns: nil where no thread can be made.
package func inBackground<Value: Sendable>(niceness: Int32, _ work: @escaping @Sendable () -> Value) async -> Value? {
  await withCheckedContinuation { continuation in
    let isStarted = startThread(niceness) { continuation.resume(returning: work()) }
    if !isStarted { continuation.resume(returning: nil) }
  }
}

/// Whether the system gives so many threads at once. Dispatch, which runs tasks, waits for a thread without end where there is none.
package func canStartThreads(_ count: Int) -> Bool {
  let gate = Gate()
  var threads: [pthread_t] = []
  while threads.count < count {
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { pointer in
        Unmanaged<Gate>.fromOpaque(pointer!).takeUnretainedValue().wait()
        return nil
      }, Unmanaged.passUnretained(gate).toOpaque())
    if code != 0 { break }
    threads.append(thread)
  }
  gate.open()
  for thread in threads { pthread_join(thread, nil) }
  return threads.count == count
}

/// Holds threads until it is opened.
private final class Gate: @unchecked Sendable {
  private var semaphore = sem_t()

  init() { sem_init(&semaphore, 0, 0) }

  deinit { sem_destroy(&semaphore) }

  func wait() {
    while sem_wait(&semaphore) != 0 {}
    open()
  }

  func open() { sem_post(&semaphore) }
}

/// Does work that may never return on a thread of its own. Once the task is cancelled it has so much time left, and is then left
/// alone: a value that comes later is released.
///
/// - Returns: nil where it was left alone, or no thread can be made.
package func abandonably<Value: Sendable>(after grace: Duration, _ work: @escaping @Sendable () -> Value) async -> Value? {
  let result = FirstValue<Value>()
  if !startThread(0, { result.set(work()) }) { result.set(nil) }
  return await result.get {
    Task.detached {
      try? await Task.sleep(for: grace)
      result.set(nil)
    }
  }
}

/// Waits for `work`, but not for longer than `limit`: it goes on by itself then.
package func within(_ limit: Duration, _ work: @escaping @Sendable () async -> Void) async {
  let done = FirstValue<Void>()
  Task {
    await work()
    done.set(())
  }
  let timer = Task {
    try? await Task.sleep(for: limit)
    done.set(())
  }
  _ = await done.get {}
  timer.cancel()
}

/// Whether work is to end before it is done: somebody asked for it, or its time is over.
package final class Cancellation: Sendable {
  private let end = Atomic(Int.max)
  private let former: Cancellation?

  /// - Parameter former: of the work before: whoever asks for its end asks for this one's, which has a time of its own.
  package init(following former: Cancellation? = nil) { self.former = former }

  package var isRequested: Bool { monotonicNanoseconds() >= end.load(ordering: .relaxed) || former?.isAskedFor == true }

  package func request() { end.store(0, ordering: .relaxed) }

  /// Whether somebody asked for it.
  package var isAskedFor: Bool { end.load(ordering: .relaxed) == 0 }

  /// Lets the work's time begin. What was requested stays so.
  fileprivate func begin(_ limit: Duration) {
    end.min(monotonicNanoseconds() + Int(limit / .nanoseconds(1)), ordering: .relaxed)
  }
}

/// Work that takes long, one job after another, each on a background thread: never on the threads that answer.
///
/// A job that does not end when it is asked to, as one that reads from a server that is gone, is left alone: the next one begins. While
/// there are many of these none begins.
package actor BackgroundQueue {
  private let limit: Duration
  private let grace: Duration
  private var newest: Task<Void, Never>?
  private let leftAlone = LeftAlone()

  /// Jobs that are left alone at once.
  private static let mostLeftAlone = 4

  /// - Parameters:
  ///   - limit: after which a job is asked to end.
  ///   - grace: how long it may then take to end.
  package init(limit: Duration, grace: Duration = .seconds(5)) { (self.limit, self.grace) = (limit, grace) }

  /// Does `work` after the jobs before it. A job that is still to begin when it is cancelled never does.
  ///
  /// - Parameters:
  ///   - cancellation: requested when the task is cancelled, and when the job's time is over; `work` looks at it now and then.
  /// - Returns: nil at once where the task is cancelled, soon where the job is, and where `work` never began.
  package func run<Value: Sendable>(
    _ cancellation: Cancellation = Cancellation(), _ work: @escaping @Sendable () -> Value
  ) async -> Value? {
    let (previous, limit, grace, leftAlone, result) = (newest, limit, grace, leftAlone, FirstValue<Value>())
    newest = Task {
      await previous?.value
      guard !cancellation.isRequested, leftAlone.count < Self.mostLeftAlone else { return result.set(nil) }
      cancellation.begin(limit)
      let (job, end) = (leftAlone.job(), FirstValue<Void>())
      // Gives way to all else, but is not starved by it.
      let isStarted = startThread(5) {
        result.set(work())
        job.end()
        end.set(())
      }
      guard isStarted else { return result.set(nil) }
      let watch = Task {
        await Self.waitUntilRequested(cancellation, every: min(grace / 4, .milliseconds(500)))
        result.set(nil)
        try? await Task.sleep(for: grace)
        if !Task.isCancelled, job.leave() { end.set(()) }
      }
      _ = await end.get {}
      watch.cancel()
    }
    return await result.get {
      cancellation.request()
      result.set(nil)
    }
  }

  private static func waitUntilRequested(_ cancellation: Cancellation, every pause: Duration) async {
    while !cancellation.isRequested, !Task.isCancelled { try? await Task.sleep(for: pause) }
  }
}

/// Counts the jobs that did not end, and that nobody waits for.
private final class LeftAlone: Sendable {
  private let jobs = Atomic(0)

  var count: Int { jobs.load(ordering: .relaxed) }

  func job() -> Job { Job(self) }

  final class Job: Sendable {
    private enum State { case running, left, ended }

    private let state = Mutex(State.running)
    private let all: LeftAlone

    init(_ all: LeftAlone) { self.all = all }

    /// Returns whether the job was running.
    func leave() -> Bool {
      state.withLock { state in
        guard state == .running else { return false }
        state = .left
        all.jobs.add(1, ordering: .relaxed)
        return true
      }
    }

    func end() {
      state.withLock { state in
        if state == .left { all.jobs.subtract(1, ordering: .relaxed) }
        state = .ended
      }
    }
  }
}

/// A value that one task waits for, and that counts only where it is the first.
private final class FirstValue<Value: Sendable>: Sendable {
  private enum State {
    case empty
    case awaited(CheckedContinuation<Value?, Never>)
    case set(Value?)
    case taken
  }

  private let state = Mutex(State.empty)

  func set(_ value: Value?) {
    let waiting = state.withLock { state -> CheckedContinuation<Value?, Never>? in
      switch state {
      case .empty: state = .set(value)
      case .awaited(let continuation):
        state = .taken
        return continuation
      case .set, .taken: break
      }
      return nil
    }
    waiting?.resume(returning: value)
  }

  func get(onCancel cancel: @escaping @Sendable () -> Void) async -> Value? {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let known = state.withLock { state -> Value?? in
          guard case .set(let value) = state else {
            state = .awaited(continuation)
            return nil
          }
          state = .taken
          return .some(value)
        }
        if let known { continuation.resume(returning: known) }
      }
    } onCancel: {
      cancel()
    }
  }
}

/// Does work on a thread that nobody waits for.
///
/// - Returns: whether there is a thread.
package func startThread(_ niceness: Int32, _ work: @escaping @Sendable () -> Void) -> Bool {
  let body = Unmanaged.passRetained(Body(niceness, work))
  var thread = pthread_t()
  guard pthread_create(&thread, nil, { run($0) }, body.toOpaque()) == 0 else {
    body.release()
    return false
  }
  pthread_detach(thread)
  return true
}

private final class Body: Sendable {
  let niceness: Int32
  let work: @Sendable () -> Void

  init(_ niceness: Int32, _ work: @escaping @Sendable () -> Void) { (self.niceness, self.work) = (niceness, work) }
}

private func run(_ pointer: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  let body = Unmanaged<Body>.fromOpaque(pointer!).takeRetainedValue()
  // On Linux a thread has its own niceness; 0 is the calling one.
  if body.niceness != 0 { setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, body.niceness) }
  body.work()
  return nil
}
