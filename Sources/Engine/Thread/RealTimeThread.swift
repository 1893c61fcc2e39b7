import Buffers
import CIntrinsics
import Glibc
import Synchronization

/// The priority to ask for under SCHED_FIFO: above ordinary real-time work, below the kernel's own interrupt threads.
public let audioPriority: Int32 = 70

/// The POSIX thread that runs an `AudioThread`, under SCHED_FIFO where the system grants it.
///
/// Its stack is locked memory of its own. The state is freed after the thread is joined.
final class RealTimeThread: @unchecked Sendable {
  private let start: UnsafeMutablePointer<ThreadStart>
  private let stack: Memory
  private let handle: pthread_t
  private let joined = Atomic<Bool>(false)

  private static let stackBytes = 512 * 1024

  init(_ state: UnsafeMutablePointer<AudioThread>, locking memory: inout LockedMemory) {
    stack = Memory(byteCount: Self.stackBytes)
    memory.lock([stack.region])
    start = .allocate(capacity: 1)
    start.initialize(to: ThreadStart(state: state))
    sem_init(&start.pointee.ready, 0, 0)
    handle = startThread(runAudioThread, start, priority: audioPriority, stack)
    while sem_wait(&start.pointee.ready) != 0 {}
  }

  /// How the thread runs now, without its memory.
  var report: RealTimeReport {
    var report = RealTimeReport()
    report.denormalsFlushed = start.pointee.denormalsFlushed
    report.readSchedule(of: start.pointee.number)
    return report
  }

  /// Its priority under SCHED_FIFO; 0: it is an ordinary thread.
  var priority: Int32 { Int32(report.priority) }

  /// Whether the loop has ended, so that `join` does not wait.
  var hasEnded: Bool { joined.load(ordering: .relaxed) || start.pointee.hasEnded.load(ordering: .acquiring) }

  deinit {
    join()
    start.deinitialize(count: 1)
    start.deallocate()
  }

  /// Waits for the loop to end, and frees the state. Does nothing when called again.
  ///
  /// - Parameter beforeFreeing: ends all else that uses the state.
  func join(beforeFreeing: () -> Void = {}) {
    guard !joined.exchange(true, ordering: .relaxed) else { return }
    pthread_join(handle, nil)
    beforeFreeing()
    start.pointee.state.deinitialize(count: 1)
    start.pointee.state.deallocate()
  }
}

/// The argument of a new audio thread, and what the thread reports to its maker.
struct ThreadStart: ~Copyable {
  var state: UnsafeMutablePointer<AudioThread>
  /// The system's number of the thread.
  var number: pid_t = 0
  var denormalsFlushed = false
  var ready = sem_t()
  let hasEnded = Atomic<Bool>(false)
}

/// The body of the audio thread.
private func runAudioThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  let start = argument!.assumingMemoryBound(to: ThreadStart.self)
  let state = start.pointee.state
  start.pointee.number = thread_number()
  start.pointee.denormalsFlushed = processor_flush_denormals() != 0
  sem_post(&start.pointee.ready)
  // Nothing is allocated after this. The name marks the thread for the counter of allocations.
  thread_set_name("convolved-audio")
  state.pointee.run()
  start.pointee.hasEnded.store(true, ordering: .releasing)
  return nil
}

/// Starts a thread under SCHED_FIFO, at the highest priority up to `priority` that is allowed; an ordinary thread where none is.
func startThread(
  _ body: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer?, _ argument: UnsafeMutableRawPointer, priority: Int32,
  _ stack: borrowing Memory
) -> pthread_t {
  var attributes = pthread_attr_t()
  pthread_attr_init(&attributes)
  defer { pthread_attr_destroy(&attributes) }
  pthread_attr_setstack(&attributes, stack.base, stack.byteCount)
  pthread_attr_setinheritsched(&attributes, Int32(PTHREAD_EXPLICIT_SCHED))
  pthread_attr_setschedpolicy(&attributes, SCHED_FIFO)
  var handle = pthread_t()
  for priority in [priority, min(priority, allowedPriority)] where priority > 0 {
    var parameters = sched_param()
    parameters.sched_priority = priority
    pthread_attr_setschedparam(&attributes, &parameters)
    if pthread_create(&handle, &attributes, body, argument) == 0 { return handle }
  }
  pthread_attr_setinheritsched(&attributes, Int32(PTHREAD_INHERIT_SCHED))
  let code = pthread_create(&handle, &attributes, body, argument)
  precondition(code == 0, "no thread can be made: \(String(cString: strerror(code)))")
  return handle
}

/// The highest priority that an unprivileged process may ask for; 0: none. Source: getrlimit(2), RLIMIT_RTPRIO.
private var allowedPriority: Int32 {
  var limit = rlimit()
  getrlimit(__rlimit_resource_t(__RLIMIT_RTPRIO.rawValue), &limit)
  return Int32(clamping: min(limit.rlim_cur, rlim_t(audioPriority)))
}

/// Sleeps until somebody rings, for `milliseconds` at most. For the audio thread while it has no devices.
@inline(__always) @_semantics("no_performance_analysis")
func wait(for call: UnsafeMutablePointer<sem_t>, milliseconds: Int) { semaphore_wait(call, milliseconds &* 1_000_000) }

/// Sleeps. For the audio thread where it is late and has lost blocks.
@inline(__always) @_semantics("no_performance_analysis")
func sleepUndue(milliseconds: Int) {
  var time = timespec(tv_sec: 0, tv_nsec: milliseconds &* 1_000_000)
  nanosleep(&time, nil)
}
