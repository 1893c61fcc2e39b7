import Foundation
import Testing

/// Runs each test of a suite on a thread of its own, several at once.
///
/// Such a test sleeps and waits for processes most of the time. It would keep others from Swift's own threads, of which there are only
/// as many as processors. Its rigs' clocks wait, so that tests beside it do no harm.
struct OwnThread: SuiteTrait, TestTrait, TestScoping {
  var isRecursive: Bool { true }

  private static let places = Places(count: 2 * ProcessInfo.processInfo.activeProcessorCount + 1)

  func provideScope(for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void) async throws {
    await Self.places.take()
    let result: Result<Void, any Error>
    do {
      result = .success(try await withTaskExecutorPreference(ThreadExecutor()) { try await function() })
    } catch {
      result = .failure(error)
    }
    await Self.places.give()
    try result.get()
  }
}

extension Trait where Self == OwnThread {
  static var ownThread: Self { OwnThread() }
}

/// As many tests at once.
private actor Places {
  private var free: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(count: Int) { free = count }

  func take() async {
    if free > 0 { free -= 1 } else { await withCheckedContinuation { waiting.append($0) } }
  }

  func give() {
    if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
  }
}

/// A new thread for each job.
private final class ThreadExecutor: TaskExecutor {
  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    Thread.detachNewThread { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
