import ControlAPI
import Platform

/// Reads the status a few times a second while somebody listens, and at once after a change; sends what has changed.
///
/// The daemon reports each peak once: peaks that were sent to listeners are kept for the next request of the status.
/// It looks on the thread that sends, so that a look wakes one thread, and not one for the timer, one for itself and one that sends.
actor StatusFeed {
  private let handler: any ControlHandler
  private let limits: ControlLimits
  private let executor: LoopExecutor
  private var listeners: [Int: AsyncStream<[UInt8]>.Continuation] = [:]
  private var listenersEver = 0
  private var looking: Task<Void, Never>?
  /// Before the next look.
  private var pause: LoopExecutor.Pause?
  private var lastLook = ContinuousClock.now
  private var isHurried = false
  /// What was sent to listeners last, in the order of events; a new one has it at first.
  private var told: [(event: Event, bytes: [UInt8]?)] = []
  private var kept = Status.Levels(inputs: [], outputs: [])

  /// - Parameter executor: where it looks; to be stopped before its loop ends.
  init(limits: ControlLimits, handler: any ControlHandler, executor: LoopExecutor) {
    (self.limits, self.handler, self.executor) = (limits, handler, executor)
  }

  /// Looks no more.
  func stop() async {
    let last = looking
    rest()
    await last?.value
  }

  /// For requests: peaks since the last ones.
  func status() async -> Status {
    var status = await handler.status(takingPeaks: true)
    status.levels = status.levels.raised(to: kept)
    kept = Status.Levels(inputs: [], outputs: [])
    return status
  }

  /// Events as they are sent, each kind once at first. Ends for a listener that is too far behind.
  func listen() async -> AsyncStream<[UInt8]> {
    if looking == nil {
      var first: [(event: Event, bytes: [UInt8]?)] = []
      for event in Event.all(await look()) { first.append((event, await encoded(event))) }
      // Another may have begun to listen meanwhile.
      if looking == nil {
        told = first
        looking = Task(executorPreference: executor) { await self.keepLooking() }
      }
    }
    listenersEver += 1
    let number = listenersEver
    let (stream, continuation) = AsyncStream.makeStream(of: [UInt8].self, bufferingPolicy: .bufferingOldest(limits.eventsBehind))
    continuation.onTermination = { _ in Task { await self.leave(number) } }
    listeners[number] = continuation
    for case let bytes? in told.map(\.bytes) { send(bytes, to: number) }
    return stream
  }

  private func leave(_ number: Int) {
    listeners[number] = nil
    if listeners.isEmpty { rest() }
  }

  private func rest() {
    looking?.cancel()
    (looking, pause, isHurried, told) = (nil, nil, false, [])
  }

  /// Looks at once, as there is something new: where that comes often, as soon as the least interval is over.
  func hurry() async {
    guard let pause, !isHurried else { return }
    isHurried = true
    await executor.pause(for: limits.leastEventInterval - (.now - lastLook)).wait()
    if looking != nil { pause.end() }
  }

  private func keepLooking() async {
    while !Task.isCancelled {
      let pause = executor.pause(for: limits.eventInterval)
      self.pause = pause
      await pause.wait()
      (lastLook, isHurried) = (.now, false)
      guard !Task.isCancelled else { return }
      for (index, event) in Event.all(await look()).enumerated() {
        guard told.indices.contains(index), told[index].event != event || event.name == "levels" else { continue }
        let bytes = await encoded(event)
        guard !Task.isCancelled else { return }
        told[index] = (event, bytes)
        guard let bytes else { continue }
        for number in listeners.keys { send(bytes, to: number) }
      }
    }
  }

  private func look() async -> Status {
    let status = await handler.status(takingPeaks: true)
    kept = kept.raised(to: status.levels)
    return status
  }

  /// As it is sent: of many filters on a thread of its own, so that those that answer stay free.
  private func encoded(_ event: Event) async -> [UInt8]? {
    guard case .changes(let changes) = event, Response.isLong(changes.filters.count),
      let bytes = await inBackground(niceness: 0, { event.bytes })
    else { return event.bytes }
    return bytes
  }

  /// Waits for no listener: one that is too far behind receives no more.
  private func send(_ bytes: [UInt8], to number: Int) {
    guard let listener = listeners[number] else { return }
    if case .dropped = listener.yield(bytes) { listener.finish() }
  }
}

extension Status.Levels {
  /// The larger of both, channel by channel.
  fileprivate func raised(to other: Status.Levels) -> Status.Levels {
    func larger(_ a: [Double?], _ b: [Double?]) -> [Double?] {
      (0..<max(a.count, b.count)).map { channel in
        [a, b].compactMap { $0.indices.contains(channel) ? $0[channel] : nil }.max()
      }
    }
    return Status.Levels(inputs: larger(inputs, other.inputs), outputs: larger(outputs, other.outputs))
  }
}
