import Dispatch
import Glibc
import Platform
import Testing

@Suite("A queue of long work", .timeLimit(.minutes(1)))
struct BackgroundQueueTests {
  /// A job that nothing ends but a signal, as a file of a server that is gone.
  private final class Stuck: Sendable {
    private let end = DispatchSemaphore(value: 0)

    func work() -> Int {
      end.wait()
      return 1
    }

    func free() { end.signal() }
  }

  @Test("leaves a job alone that does not end in its time, and goes on with the next")
  func stuck() async {
    let queue = BackgroundQueue(limit: .milliseconds(200), grace: .milliseconds(200))
    let stuck = Stuck()
    async let answer = queue.run { stuck.work() }
    async let next = queue.run(Cancellation()) { 2 }
    #expect(await answer == nil)
    #expect(await next == 2)
    stuck.free()
    #expect(await queue.run { 3 } == 3)
  }

  @Test("answers soon where a job is cancelled that does not look")
  func cancelled() async {
    let queue = BackgroundQueue(limit: .seconds(50), grace: .milliseconds(200))
    let (stuck, cancellation) = (Stuck(), Cancellation())
    async let answer = queue.run(cancellation) { stuck.work() }
    try? await Task.sleep(for: .milliseconds(50))
    cancellation.request()
    #expect(await answer == nil)
    #expect(await queue.run { 2 } == 2)
    stuck.free()
  }

  @Test("begins none while many are left alone, and begins again when they end")
  func many() async {
    let queue = BackgroundQueue(limit: .milliseconds(50), grace: .milliseconds(50))
    let stuck = (0..<4).map { _ in Stuck() }
    for job in stuck { #expect(await queue.run { job.work() } == nil) }
    // The last one still has its grace.
    try? await Task.sleep(for: .milliseconds(500))
    #expect(await queue.run { 1 } == nil)
    for job in stuck { job.free() }
    var answer: Int?
    while answer == nil {
      answer = await queue.run { 2 }
      try? await Task.sleep(for: .milliseconds(10))
    }
    #expect(answer == 2)
  }

  @Test("does jobs one after the other, whole ones too that take longer than it is waited for")
  func serial() async {
    let queue = BackgroundQueue(limit: .seconds(50), grace: .milliseconds(50))
    let running = Running()
    let answers = await withTaskGroup(of: Int?.self) { tasks in
      for number in 0..<10 { tasks.addTask { await queue.run { running.during { number } } } }
      return await tasks.reduce(into: []) { $0.append($1) }
    }
    #expect(Set(answers.compactMap { $0 }).count == 10 && running.most == 1)
  }
}

/// Counts what runs at once.
private final class Running: @unchecked Sendable {
  private let lock = DispatchQueue(label: "running")
  private var now = 0
  private(set) var most = 0

  func during(_ work: () -> Int) -> Int {
    lock.sync {
      now += 1
      most = max(most, now)
    }
    usleep(200_000)
    lock.sync { now -= 1 }
    return work()
  }
}
