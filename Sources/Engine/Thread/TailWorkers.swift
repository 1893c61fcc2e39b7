import BlockProcessing
import Buffers
import CIntrinsics
import Convolution
import Glibc
import Platform
import Synchronization

/// The threads that convolve a program's tails, one for each, at a priority a little below the audio thread's.
///
/// They look for work twice a block, so that the audio thread need not wake them. One that has run for long without being up to date, or
/// has begun anew since it was too late, rests: it leaves the processor a tenth of its time, however much there is to do.
final class TailWorkers: Sendable {
  /// What a thread works on.
  private struct Assignment: ~Copyable {
    let tail: UnsafeMutablePointer<Tail>
    let pause: Int
    let stopped = Atomic<Bool>(false)
    /// What its own running time was spent on.
    let busyNanoseconds = Atomic<Int>(0)
    let frames = Atomic<Int>(0)
  }

  private final class Worker: @unchecked Sendable {
    let assignment: UnsafeMutablePointer<Assignment>
    let stack = Memory(byteCount: 512 * 1024)
    let handle: pthread_t

    init(_ tail: UnsafeMutablePointer<Tail>, pause: Int, priority: Int32) {
      assignment = .allocate(capacity: 1)
      assignment.initialize(to: Assignment(tail: tail, pause: pause))
      handle = startThread(TailWorkers.work, assignment, priority: priority, stack)
    }

    deinit {
      assignment.deinitialize(count: 1)
      assignment.deallocate()
    }
  }

  private let workers: [Worker]

  /// Of its own running time: what a thread takes that comes up to date, however long it was held up, and less than systems allow to
  /// a real-time thread that never waits (RLIMIT_RTTIME).
  private static let longestRun = 500_000_000

  /// Starts the threads.
  ///
  /// - Parameters:
  ///   - nanoseconds: the duration of a block.
  ///   - priority: the audio thread's. At the same one it would wait for them.
  init(_ program: ProgramPointer, block nanoseconds: Int, below priority: Int32) {
    workers = (0..<program.pointee.tailCount).map {
      Worker(program.pointee.tails + $0, pause: nanoseconds / 2, priority: max(0, priority - 1))
    }
  }

  /// Blocks that lack a tail, since its thread was late.
  var lateBlocks: Int { workers.reduce(0) { $0 + $1.assignment.pointee.tail.pointee.lateBlocks } }

  /// The latest consecutive ones of them, of the tail that has been late for longest.
  var lateBlocksInARow: Int { workers.map { $0.assignment.pointee.tail.pointee.lateBlocksInARow }.max() ?? 0 }

  /// Own running time of the busiest thread, in nanoseconds for each frame.
  var nanosecondsPerFrame: Double {
    workers.map {
      Double($0.assignment.pointee.busyNanoseconds.load(ordering: .relaxed))
        / Double(max(1, $0.assignment.pointee.frames.load(ordering: .relaxed)))
    }.max() ?? 0
  }

  /// Ends the threads: afterwards none touches the program. Call it once.
  func stop() {
    for worker in workers { worker.assignment.pointee.stopped.store(true, ordering: .releasing) }
    for worker in workers { pthread_join(worker.handle, nil) }
  }

  private static let work: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { argument in
    let assignment = argument!.assumingMemoryBound(to: Assignment.self)
    _ = processor_flush_denormals()
    thread_set_name("convolved-tail")
    var upToDate = threadNanoseconds()
    while !assignment.pointee.stopped.load(ordering: .acquiring) {
      let begin = threadNanoseconds()
      let work = assignment.pointee.tail.pointee.work()
      guard work != .nothing else {
        sleepUntil(monotonicNanoseconds() &+ assignment.pointee.pause)
        upToDate = threadNanoseconds()
        continue
      }
      let now = threadNanoseconds()
      assignment.pointee.busyNanoseconds.add(now &- begin, ordering: .relaxed)
      assignment.pointee.frames.add(assignment.pointee.tail.pointee.framesAtOnce, ordering: .relaxed)
      guard work == .beganAnew || now &- upToDate >= longestRun else { continue }
      sleepUntil(monotonicNanoseconds() &+ (now &- upToDate) / 9)
      upToDate = threadNanoseconds()
    }
    return nil
  }
}
