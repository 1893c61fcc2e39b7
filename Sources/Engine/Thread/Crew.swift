import Buffers
import CIntrinsics
import BlockProcessing
import Convolution
import Glibc
import Synchronization

/// The threads that convolve a program's tails, one for each, a little below the audio thread in priority.
///
/// They look for work twice a block, so that the audio thread need not wake them.
final class Crew: Sendable {
  /// What a thread is given.
  private struct Post {
    var tail: UnsafeMutablePointer<Tail>
    var stopped: UnsafePointer<Atomic<Bool>>
    var pause: timespec
  }

  private final class Member: @unchecked Sendable {
    let post: UnsafeMutablePointer<Post>
    let stack = Memory(byteCount: 512 * 1024)
    let handle: pthread_t

    init(_ post: Post) {
      self.post = .allocate(capacity: 1)
      self.post.initialize(to: post)
      handle = startThread(Crew.work, self.post, priority: audioPriority - 1, stack)
    }

    deinit { post.deallocate() }
  }

  nonisolated(unsafe) private let stopped: UnsafeMutablePointer<Atomic<Bool>>
  private let members: [Member]

  /// - Parameter nanoseconds: the time of a block.
  init(_ program: ProgramPointer, block nanoseconds: Int) {
    let stopped = UnsafeMutablePointer<Atomic<Bool>>.allocate(capacity: 1)
    stopped.initialize(to: Atomic(false))
    let pause = timespec(tv_sec: nanoseconds / 2_000_000_000, tv_nsec: nanoseconds / 2 % 1_000_000_000)
    members = (0..<program.pointee.tailCount).map {
      Member(Post(tail: program.pointee.tails + $0, stopped: UnsafePointer(stopped), pause: pause))
    }
    self.stopped = stopped
  }

  deinit { stopped.deallocate() }

  /// Blocks of which a tail was not done in time.
  var lateBlocks: Int { members.reduce(0) { $0 + $1.post.pointee.tail.pointee.lateBlocks } }

  /// Returns when no thread touches the program any more. To be called once.
  func dismiss() {
    stopped.pointee.store(true, ordering: .releasing)
    for member in members { pthread_join(member.handle, nil) }
  }

  private static let work: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { argument in
    let post = argument!.assumingMemoryBound(to: Post.self)
    _ = processor_flush_denormals()
    thread_set_name("convolved-tail")
    while !post.pointee.stopped.pointee.load(ordering: .acquiring) {
      if !post.pointee.tail.pointee.work() { nanosleep(&post.pointee.pause, nil) }
    }
    return nil
  }
}
