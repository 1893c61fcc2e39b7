import ControlAPI
import ControlCalling
import ControlServing
import Foundation
import TestSupport
import Testing

@Suite("Events")
struct EventTests {
  private static let request = "GET /v1/events HTTP/1.1\r\nHost: a\r\n\r\n"

  /// A server whose status changes as the test wants it.
  private struct Changing {
    let folder: ScratchFolder
    let server: ControlServer
    let box: Box

    var client: ControlClient { ControlClient(path: folder.file("s")) }
    var raw: RawClient { RawClient(path: folder.file("s")) }

    init(limits: ControlLimits = ControlLimits()) async throws {
      folder = try ScratchFolder()
      let box = Box()
      self.box = box
      server = try await ControlServer.start(
        path: folder.file("s"), mode: 0o600, handler: Record { await box.take() }, limits: limits, logger: .silent)
    }
  }

  actor Box {
    private var status = Status.sample
    private(set) var looks = 0

    /// Peaks are told once, as the engine does.
    func take() -> Status {
      looks += 1
      defer { status.levels = Status.Levels(inputs: [nil, nil], outputs: [nil, nil]) }
      return status
    }

    func change(_ edit: @Sendable (inout Status) -> Void) { edit(&status) }
  }

  @Test("tell everything at first, then what has changed, and levels all the time", .timeLimit(.minutes(1)))
  func order() async throws {
    let changing = try await Changing()
    let (client, box) = (changing.client, changing.box)
    let collected = Collected()
    try await client.events { event in
      let number = await collected.add(event)
      if number == 7 {
        await box.change {
          $0.xruns.playback = 9
          $0.state = .running
        }
      }
      return number < 15
    }
    let events = await collected.events
    #expect(events.prefix(5).map(\.name) == ["state", "xruns", "changes", "realtime", "levels"])
    guard case .levels(let first) = events[4] else { return }
    #expect(first.inputs == [-12.25, nil] && first.latency.queueFrames == 512)
    #expect(events[5...6].allSatisfy { $0.name == "levels" })
    let later = events.dropFirst(5).filter { $0.name != "levels" }
    #expect(later.map(\.name) == ["state", "xruns"])
    #expect(later.contains(.xruns(Status.Xruns(capture: 1, playback: 9))))
    await changing.server.stop()
  }

  @Test("come at once after a change, and not much faster where changes are many", .timeLimit(.minutes(1)))
  func hurried() async throws {
    var limits = ControlLimits()
    limits.eventInterval = .seconds(3600)
    let changing = try await Changing(limits: limits)
    let (server, box) = (changing.server, changing.box)
    let collected = Collected()
    try await changing.client.events { event in
      if event.name == "state" { _ = await collected.add(event) }
      if event.name == "levels" {
        await box.change { $0.state = $0.state == .running ? .muted : .running }
        server.tellSoon()
      }
      return await collected.events.count < 3
    }
    #expect(await collected.events.count == 3)
    let (start, looks) = (ContinuousClock.now, await box.looks)
    let listening = Task { try await changing.client.events { _ in true } }
    while ContinuousClock.now - start < .seconds(1) {
      server.tellSoon()
      try await Task.sleep(for: .milliseconds(1))
    }
    let most = Int((ContinuousClock.now - start) / limits.leastEventInterval) + 2
    let further = await box.looks - looks
    #expect((2...most).contains(further))
    listening.cancel()
    await server.stop()
  }

  @Test("keep the peaks that they told for the next status", .timeLimit(.minutes(1)))
  func peaks() async throws {
    let changing = try await Changing()
    let (client, box) = (changing.client, changing.box)
    let collected = Collected()
    try await client.events { event in await collected.add(event) < 6 }
    await box.change { $0.levels = Status.Levels(inputs: [-40, -1], outputs: [nil, -90]) }
    let levels = try await client.status().levels
    #expect(levels == Status.Levels(inputs: [-12.25, -1], outputs: [nil, -0.5]))
    #expect(try await client.status().levels.inputs == [nil, nil])
    await changing.server.stop()
  }

  @Test("stop being looked for when nobody listens", .timeLimit(.minutes(1)))
  func rest() async throws {
    var limits = ControlLimits()
    limits.eventInterval = .milliseconds(10)
    let changing = try await Changing(limits: limits)
    let collected = Collected()
    try await changing.client.events { event in await collected.add(event) < 20 }
    // The server learns of it when it next sends.
    var isResting = false
    while !isResting {
      let looks = await changing.box.looks
      try await Task.sleep(for: .milliseconds(300))
      isResting = await changing.box.looks == looks
    }
    await changing.server.stop()
  }

  @Test("are cut off for a reader that does not read, and nobody else waits", .timeLimit(.minutes(1)))
  func slowReader() async throws {
    var limits = ControlLimits()
    (limits.answerTime, limits.eventInterval) = (.seconds(1), .milliseconds(1))
    let changing = try await Changing(limits: limits)
    let raw = changing.raw
    let slow = try raw.open()
    let sent = Array(Self.request.utf8)
    let late = Task { await raw.run([.send(sent), .wait(milliseconds: 8000)], on: slow) }
    // Others have theirs, and the status is answered meanwhile.
    let collected = Collected()
    try await changing.client.events { event in await collected.add(event) < 3000 }
    #expect(try await changing.client.status().version == "0.1.0")
    let answer = try #require(await late.value, "the connection stayed open")
    #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n") && answer.contains("text/event-stream"))
    #expect(!answer.hasSuffix("0\r\n\r\n"), "it was cut off, not ended")
    await changing.server.stop()
  }

  @Test("have a limit of listeners, whose places come free again", .timeLimit(.minutes(1)))
  func tooMany() async throws {
    var limits = ControlLimits()
    (limits.eventListeners.all, limits.eventInterval) = (2, .milliseconds(20))
    let changing = try await Changing(limits: limits)
    let raw = changing.raw
    let listening = try (0..<2).map { _ in try raw.open() }
    for descriptor in listening {
      _ = await raw.run([.send(Array(Self.request.utf8)), .await("event: levels"), .abort], on: dup(descriptor))
    }
    let third = try await raw.send(Self.request)
    #expect(third?.hasPrefix("HTTP/1.1 503 ") == true)
    #expect(third?.contains("too many clients listen to events, of 2 that there can be") == true)
    for descriptor in listening { close(descriptor) }
    // The server learns of it when it next sends.
    let collected = Collected()
    var isFull = true
    while isFull {
      do throws(ControlError) {
        try await changing.client.events { event in await collected.add(event) < 4 }
        isFull = false
      } catch {
        #expect(error.description.contains("too many clients listen to events, of 2 that there can be"))
      }
    }
    #expect(await collected.events.count == 4)
    await changing.server.stop()
  }

  @Test("end when the server stops", .timeLimit(.minutes(1)))
  func stop() async throws {
    let changing = try await Changing()
    let raw = changing.raw
    let descriptor = try raw.open()
    _ = await raw.run([.send(Array(Self.request.utf8)), .await("event: levels"), .abort], on: dup(descriptor))
    let listening = Task { await raw.run([], on: descriptor) }
    await changing.server.stop()
    #expect(await listening.value != nil)
  }

  @Test("have no body for HEAD")
  func head() async throws {
    let changing = try await Changing()
    let answer = try await changing.raw.send("HEAD /v1/events HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(answer?.hasPrefix("HTTP/1.1 200 OK\r\n") == true && answer?.hasSuffix("\r\n\r\n") == true)
    await changing.server.stop()
  }
}

private actor Collected {
  private(set) var events: [Event] = []

  /// - Returns: how many there are now.
  func add(_ event: Event) -> Int {
    events.append(event)
    return events.count
  }
}
