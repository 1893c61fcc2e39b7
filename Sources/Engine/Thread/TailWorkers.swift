import BlockProcessing
import Buffers
import CIntrinsics
import Convolution
import Glibc
import Synchronization

/// The threads that convolve a program's tails, one for each, at a priority a little below the audio thread's.
///
/// They look for work twice a block, so that the audio thread need not wake them.
final class TailWorkers: Sendable {
  /// What a thread works on.
  private struct Assignment {
    var tail: UnsafeMutablePointer<Tail>
    var stopped: UnsafePointer<Atomic<Bool>>
    var pause: timespec
  }

  private final class Worker: @unchecked Sendable {
    let assignment: UnsafeMutablePointer<Assignment>
    let stack = Memory(byteCount: 512 * 1024)
    let handle: pthread_t

    init(_ assignment: Assignment) {
      self.assignment = .allocate(capacity: 1)
      self.assignment.initialize(to: assignment)
      handle = startThread(TailWorkers.work, self.assignment, priority: audioPriority - 1, stack)
    }

    deinit { assignment.deallocate() }
  }

  nonisolated(unsafe) private let stopped: UnsafeMutablePointer<Atomic<Bool>>
  private let workers: [Worker]

  /// Starts the threads.
  ///
  /// - Parameter nanoseconds: the duration of a block.
  init(_ program: ProgramPointer, block nanoseconds: Int) {
    let stopped = UnsafeMutablePointer<Atomic<Bool>>.allocate(capacity: 1)
    stopped.initialize(to: Atomic(false))
    let pause = timespec(tv_sec: nanoseconds / 2_000_000_000, tv_nsec: nanoseconds / 2 % 1_000_000_000)
    workers = (0..<program.pointee.tailCount).map {
      Worker(Assignment(tail: program.pointee.tails + $0, stopped: UnsafePointer(stopped), pause: pause))
    }
    self.stopped = stopped
  }

  deinit { stopped.deallocate() }

  /// Blocks that lack a tail, since its thread was late.
  var lateBlocks: Int { workers.reduce(0) { $0 + $1.assignment.pointee.tail.pointee.lateBlocks } }

  /// Ends the threads: afterwards none touches the program. Call it once.
  func stop() {
    stopped.pointee.store(true, ordering: .releasing)
    for worker in workers { pthread_join(worker.handle, nil) }
  }

  private static let work: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { argument in
    let assignment = argument!.assumingMemoryBound(to: Assignment.self)
    _ = processor_flush_denormals()
    thread_set_name("convolved-tail")
    while !assignment.pointee.stopped.pointee.load(ordering: .acquiring) {
      if !assignment.pointee.tail.pointee.work() { nanosleep(&assignment.pointee.pause, nil) }
    }
    return nil
  }
}
