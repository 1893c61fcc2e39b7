import CIntrinsics
import Glibc
import Platform
import Synchronization

/// What the control side looks after in an engine: equal values leave it nothing to do.
public struct EngineNews: Sendable, Equatable {
  /// Of both devices.
  public var xruns = 0
  /// Whether the audio thread has given its devices back.
  public var areDevicesRetired = false
  /// 0 none, 1 the capture device, 2 the playback device.
  var stalled = 0
  public var guards = EngineStatus.Guards()
  /// Blocks that took longer than they last, and blocks that lack a tail.
  public var lateBlocks = 0
}

/// Tells when there are news of an engine: by a thread that looks every two seconds, and at once when the audio thread rings.
///
/// The audio thread rings where nothing more can be late: it has stopped devices or given them back, has silenced its output, or is late
/// for good. What it finds while sound runs well it only counts, since a thread is woken by a system call.
final class NewsThread: @unchecked Sendable {
  /// For the audio thread, see `ring`.
  let bell: UnsafeMutablePointer<sem_t>
  private let observers = Mutex<[@Sendable (Bool) -> Void]>([])
  private let hasEnded = Atomic(false)

  /// Between two looks.
  private static let nanoseconds = 2_000_000_000

  init() {
    bell = .allocate(capacity: 1)
    sem_init(bell, 0, 0)
  }

  deinit {
    sem_destroy(bell)
    bell.deallocate()
  }

  /// Starts the thread. It lasts until `end`.
  ///
  /// - Parameter look: what there is now; nil: nothing any more.
  func start(_ look: @escaping @Sendable () -> EngineNews?) {
    let isStarted = startThread(0) { [self] in
      thread_set_name("convolved-news")
      var last = EngineNews()
      while !hasEnded.load(ordering: .acquiring) {
        guard let news = look() else { return }
        let isNew = news != last
        last = news
        for observer in observers.withLock({ $0 }) { observer(isNew) }
        semaphore_wait(bell, Self.nanoseconds)
        while sem_trywait(bell) == 0 {}
      }
    }
    precondition(isStarted, "no thread can be made")
  }

  func add(_ observer: @escaping @Sendable (Bool) -> Void) { observers.withLock { $0.append(observer) } }

  func end() {
    hasEnded.store(true, ordering: .releasing)
    sem_post(bell)
  }
}

/// Wakes whoever waits for a semaphore. It waits for nobody. Source: sem_post(3)
@inline(__always) @_semantics("no_performance_analysis")
func ring(_ bell: UnsafeMutablePointer<sem_t>) { sem_post(bell) }

extension AudioEngine {
  /// What there is now. It waits for nothing that takes long.
  public var news: EngineNews {
    let tailBlocks = tailWorkers.withLock { $0.lateBlocks }
    return EngineNews(
      xruns: exchange.pointee.statistics.captureXruns.load(ordering: .relaxed)
        + exchange.pointee.statistics.playbackXruns.load(ordering: .relaxed),
      areDevicesRetired: exchange.pointee.retiredDevices.load(ordering: .relaxed) != nil,
      stalled: exchange.pointee.statistics.stalledDirection.load(ordering: .relaxed), guards: guards,
      lateBlocks: exchange.pointee.statistics.missed.load(ordering: .relaxed) + tailBlocks)
  }

  /// Has `observer` called after every look at the engine, every two seconds and when the audio thread rings, on a thread that others wait
  /// for too: it must be quick.
  ///
  /// - Parameter observer: is told whether `news` has changed since the look before.
  public func observe(_ observer: @escaping @Sendable (_ isNew: Bool) -> Void) { newsThread.add(observer) }
}
