import ControlAPI

/// Reads the status a few times a second while somebody listens, and sends what has changed.
///
/// The daemon reports each peak once: peaks that were sent to listeners are kept for the next request of the status.
actor StatusFeed {
  private let handler: any ControlHandler
  private let limits: ControlLimits
  private var listeners: [Int: AsyncStream<[UInt8]>.Continuation] = [:]
  private var listenersEver = 0
  private var looking: Task<Void, Never>?
  /// What was sent to listeners last, by the event's name.
  private var told: [String: Event] = [:]
  private var kept = Status.Levels(inputs: [], outputs: [])
  /// What was seen last, while somebody listens.
  private var last: Status?

  init(limits: ControlLimits, handler: any ControlHandler) { (self.limits, self.handler) = (limits, handler) }

  /// For a request: peaks since the last one.
  func status() async -> Status {
    var status = await handler.status(takingPeaks: true)
    status.levels = status.levels.raised(to: kept)
    kept = Status.Levels(inputs: [], outputs: [])
    return status
  }

  /// Events as they are sent, each kind once at first. Ends for a listener that is too far behind.
  func listen() async -> AsyncStream<[UInt8]> {
    let status = if let last { last } else { await look() }
    listenersEver += 1
    let number = listenersEver
    let (stream, continuation) = AsyncStream.makeStream(of: [UInt8].self, bufferingPolicy: .bufferingOldest(limits.eventsBehind))
    continuation.onTermination = { _ in Task { await self.leave(number) } }
    listeners[number] = continuation
    for event in Event.all(status) {
      if let bytes = event.bytes { send(bytes, to: number) }
      if looking == nil { told[event.name] = event }
    }
    if looking == nil { looking = Task { await keepLooking() } }
    return stream
  }

  private func leave(_ number: Int) {
    listeners[number] = nil
    guard listeners.isEmpty else { return }
    looking?.cancel()
    (looking, last, told) = (nil, nil, [:])
  }

  private func keepLooking() async {
    while !Task.isCancelled {
      try? await Task.sleep(for: limits.eventInterval)
      guard !Task.isCancelled else { return }
      for event in Event.all(await look()) where told[event.name] != event || event.name == "levels" {
        told[event.name] = event
        guard let bytes = event.bytes else { continue }
        for number in listeners.keys { send(bytes, to: number) }
      }
    }
  }

  private func look() async -> Status {
    let status = await handler.status(takingPeaks: true)
    kept = kept.raised(to: status.levels)
    last = listeners.isEmpty ? nil : status
    return status
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
