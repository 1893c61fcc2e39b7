import Foundation
import PCM
import TestSupport
import Testing

/// A daemon between two virtual cables: what a test plays into the first comes out of the second, filtered.
///
/// PCM names: `source` (to play to), `capture` (the daemon's), `playback` (the daemon's), `sink` (to record from).
final class Rig {
  /// What the cables' clock does while a program at one of their ends is late.
  enum Clock {
    /// It waits for the program, so that there are no xruns but those that a test makes.
    case waiting
    /// It runs on, for what is tested for its time.
    case monotonic
  }

  let folder: ScratchFolder
  private let cables: ScratchFolder
  /// What `play` plays and records at, and where it records.
  var rate: Int
  var sink = "sink"
  /// How many periods of 1,024 frames `play` keeps before its devices.
  var playerPeriods = 8
  /// Whether the daemon follows the rate of what is played.
  var isFollowing = false
  let block: Int
  private let clock: Clock
  private let speed: Double
  let format: SampleFormat
  private var daemon: Process?
  var environment: [String: String]

  var socket: String { folder.file("control.sock") }
  var log: String { (try? String(contentsOfFile: folder.file("log"), encoding: .utf8)) ?? "" }

  /// - Parameters:
  ///   - filters: YAML, a route a line.
  ///   - cable: further options of both cables' ends, such as a period.
  ///   - speed: by how much the cables' clock is faster than the sound: as far as the machine keeps up, where it waits.
  init(
    rate: Int = 48000, block: Int = 64, format: SampleFormat, filters: [String], capture: String = "", playback: String = "",
    cable: String = "", top: String = "", clock: Clock = .waiting, speed: Double = 1
  ) throws {
    folder = try ScratchFolder()
    // In memory: a disk's write-back would hold up both ends.
    cables = try ScratchFolder(in: "/dev/shm")
    self.rate = rate
    self.block = block
    self.format = format
    (self.clock, self.speed) = (clock, speed)
    // One measurement of the processor serves all.
    environment = [
      "ALSA_CONFIG_PATH": folder.file("asound.conf"), "XDG_CACHE_HOME": Location.package + "/.build/cache",
      "STATE_DIRECTORY": folder.file("state"),
    ]
    let cables = cables
    let ends = [("source", 1), ("capture", 1), ("playback", 2), ("sink", 2)].map { name, number in
      end(name, ofCable: number, name == "capture" || name == "playback" ? cable : "")
    }
    let library = ["pcm", "ctl"].map { "\($0)_type.cable { lib \"\(Location.cable)/libasound_module_\($0)_cable.so\" }" }
    let control = "ctl.capture { type cable path \"\(cables.file("cable1"))\" }"
    try (["</usr/share/alsa/alsa.conf>"] + library + ends + [control]).joined(separator: "\n")
      .write(toFile: folder.file("asound.conf"), atomically: true, encoding: .utf8)
    let devices = ["capture", "playback"].map { name in
      "\(name): { device: \(name), format: \(format.rawValue)\(name == "capture" ? capture : playback) }"
    }
    let lines = ["rate: \(rate)", "block: \(block)", top] + devices + ["filters:"] + filters.map { "  - { \($0) }" }
    try (lines + ["control: { socket: control.sock }", ""]).joined(separator: "\n")
      .write(toFile: folder.file("convolved.yaml"), atomically: true, encoding: .utf8)
  }

  /// The first or the second cable's file, for cablectl.
  func cableFile(_ number: Int) -> String { cables.file("cable\(number)") }

  /// The file of the clock that waits, for `Standstills`.
  var clockFile: String { cables.file("clock") }

  /// The definition of a PCM that is an end of a cable.
  func end(_ name: String, ofCable number: Int, _ options: String = "") -> String {
    let clock = clock == .waiting ? "clock \"\(clockFile)\"" : ""
    return "pcm.\(name) { type cable path \"\(cableFile(number))\" \(clock) speed \(speed) \(options) }"
  }

  /// Sleeps for as long as so many seconds of sound last.
  func pause(_ seconds: Double) throws {
    let slept = try run(Location.cable + "/cablectl", [cableFile(1), "sleep", "\(seconds / speed * 1000)"])
    guard slept.status == 0 else { throw Timeout(description: slept.error) }
  }

  deinit { if let daemon, daemon.isRunning { kill(daemon.processIdentifier, SIGKILL) } }

  // MARK: The daemon

  /// - Parameter addressKiB: what the daemon's address space may have; nil: anything.
  func start(waitingFor state: String = "running", addressKiB: Int? = nil) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: addressKiB == nil ? Location.program("convolved") : "/bin/sh")
    process.arguments = ["--config", folder.file("convolved.yaml")]
    if let addressKiB {
      let command = "ulimit -v \(addressKiB) && exec \"$0\" --config \"$1\""
      process.arguments = ["-c", command, Location.program("convolved"), folder.file("convolved.yaml")]
    }
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    try Data().write(to: URL(fileURLWithPath: folder.file("log")))
    process.standardError = FileHandle(forWritingAtPath: folder.file("log"))
    try process.run()
    daemon = process
    try wait(for: state)
  }

  /// Changes the configuration file.
  func edit(_ text: String, _ replacement: String) throws {
    let path = folder.file("convolved.yaml")
    let before = try String(contentsOfFile: path, encoding: .utf8)
    try #require(before.contains(text))
    try before.replacing(text, with: replacement).write(toFile: path, atomically: true, encoding: .utf8)
  }

  /// Ends the daemon as a service manager would; its exit status.
  func stop(with signal: Int32 = SIGTERM) -> Int32 {
    guard let daemon else { return -1 }
    kill(daemon.processIdentifier, signal)
    daemon.waitUntilExit()
    return daemon.terminationStatus
  }

  /// What the daemon's process holds: resident KiB, and open descriptors. The number says that it is still the same one.
  func process() throws -> (number: Int32, residentKiB: Int, descriptors: Int) {
    let daemon = try #require(daemon)
    let status = try String(contentsOfFile: "/proc/\(daemon.processIdentifier)/status", encoding: .utf8)
    let resident = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }?.split(separator: " ").dropFirst().first
    let descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(daemon.processIdentifier)/fd").count
    return (daemon.processIdentifier, try #require(resident.flatMap { Int($0) }), descriptors)
  }

  /// The processor time that the daemon has taken so far.
  func processorSeconds() throws -> Double {
    let fields =
      try String(contentsOfFile: "/proc/\(try #require(daemon).processIdentifier)/stat", encoding: .utf8)
      .split(separator: ")").last?.split(separator: " ") ?? []
    let ticks = try (11...12).map { try #require(Double(fields[$0])) }.reduce(0, +)
    return ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  /// Has cablectl do something to the first or the second cable; the slot in which it was done.
  @discardableResult
  func cable(_ number: Int, _ arguments: String...) throws -> Int { try moment(number, arguments).slot }

  /// The same, and when that was, in nanoseconds of the cables' clock.
  func moment(_ number: Int, _ arguments: [String]) throws -> (slot: Int, nanoseconds: Int) {
    let answer = try run(Location.cable + "/cablectl", [cableFile(number)] + arguments, environment: environment)
    let fields = try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [String: Any]
    let slot = try #require(fields?["slot"] as? Int, "cablectl \(arguments): \(answer)")
    return (slot, try #require(fields?["ns"] as? Int))
  }

  /// The daemon's.
  var processIdentifier: Int32? { daemon?.processIdentifier }

  /// Sends the daemon a signal.
  func signal(_ number: Int32) { if let daemon { kill(daemon.processIdentifier, number) } }

  struct Timeout: Error { var description: String }

  /// How long something is waited for, in seconds: a busy machine may run nothing for some of them.
  private static let patience = 60.0

  /// Waits until status says `state` and, where devices run, the delay has been measured.
  func wait(for state: String) throws {
    let deadline = Date().addingTimeInterval(Self.patience)
    while Date() < deadline {
      if let status = try? status(), status["state"] as? String == state {
        let latency = status["latency"] as? [String: Any]
        if state != "running" || latency?["measuredFrames"] is Int { return }
      }
      usleep(20_000)
    }
    throw Timeout(description: "the daemon is not \(state) after \(Self.patience) s: \((try? status()) ?? [:]) \(log)")
  }

  /// Waits until status gives a cause that holds `text`.
  func wait(forCause text: String) throws {
    try wait { (try self.status()["cause"] as? String)?.contains(text) == true }
  }

  /// Waits until something is so.
  func wait(until isSo: () throws -> Bool) throws {
    let deadline = Date().addingTimeInterval(Self.patience)
    while Date() < deadline {
      if try isSo() { return }
      usleep(10_000)
    }
    throw Timeout(description: "not so after \(Self.patience) s: \((try? status()) ?? [:]) \(log)")
  }

  func control(_ arguments: String...) throws -> Completed {
    try run(Location.program("convolvectl"), arguments + ["--socket", socket], environment: environment)
  }

  func status() throws -> [String: Any] {
    let answer = try control("status", "--json")
    return try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [String: Any] ?? [:]
  }

  /// A member of a member, as status says now.
  func status(_ object: String, _ member: String) throws -> Int? { (try status()[object] as? [String: Any])?[member] as? Int }

  // MARK: Sound

  /// What came out, and how many slots after its input each frame came.
  struct Recording {
    var bytes: Data
    /// Index in `bytes`' frames of the slot in which the first frame was played.
    var playedAt: Int
    /// The slot of the first recorded frame.
    var firstSlot: Int
    var xruns: Int
  }

  /// The same as `play`, where nothing makes an xrun: on a clock that waits there is none.
  func playUndisturbed(
    _ frames: Data, channels: Int = 2, lead: Int = 2048, tail: Int = 4096, untilDone: Bool = false, during: () throws -> Void = {}
  ) throws -> Recording {
    let before = try xruns()
    let recording = try play(frames, channels: channels, lead: lead, tail: tail, untilDone: untilDone, during: during)
    // Where the source's rate is followed, the recorder of the next rate needs a device that is closed.
    if isFollowing { try wait(for: "waiting") }
    let new = try xruns() - before
    #expect(new == 0 && recording.xruns == 0, "\(new) of the daemon, \(recording.xruns) of others: \(log)")
    return recording
  }

  /// Waits until something records from `sink`.
  func waitForRecorder() throws {
    let deadline = Date().addingTimeInterval(Self.patience)
    while Date() < deadline {
      if try cableEnd(2, "capture")["running"] as? Bool == true { return }
      usleep(10_000)
    }
    throw Timeout(description: "nothing records from the sink")
  }

  /// Of all four ends of the cables, since these were made: those of other programs than the daemon too.
  func cableXruns() throws -> Int {
    try [(1, "play"), (1, "capture"), (2, "play"), (2, "capture")]
      .map { try #require(cableEnd($0, $1)["xruns"] as? Int) }.reduce(0, +)
  }

  func cableEnd(_ number: Int, _ end: String) throws -> [String: Any] {
    let answer = try run(Location.cable + "/cablectl", [cableFile(number), "status"])
    let cable = try JSONSerialization.jsonObject(with: Data(answer.output.utf8)) as? [String: Any]
    return try #require(cable?[end] as? [String: Any], "\(answer)")
  }

  /// The latest of the daemon, with cause, time and text.
  func lastXruns() throws -> [[String: String]] {
    try #require((try status()["xruns"] as? [String: Any])?["last"] as? [[String: String]])
  }

  /// Of both devices, since the daemon started.
  func xruns() throws -> Int { try status("xruns", "capture")! + status("xruns", "playback")! }

  /// The same as `play`, on a thread of its own: for tests whose tasks are at work meanwhile.
  func playing(_ frames: Data) async throws -> Recording {
    nonisolated(unsafe) let rig = self
    return try await withCheckedThrowingContinuation { continuation in
      Thread.detachNewThread { continuation.resume(with: Result { try rig.play(frames) }) }
    }
  }

  /// Plays raw frames and records what comes out until `tail` frames after them, or until `during` has returned.
  func play(
    _ frames: Data, channels: Int = 2, lead: Int = 2048, tail: Int = 4096, untilDone: Bool = false, during: () throws -> Void = {}
  ) throws -> Recording {
    try frames.write(to: URL(fileURLWithPath: folder.file("in.raw")))
    let process = Process()
    process.executableURL = URL(fileURLWithPath: Location.cable + "/cableio")
    process.arguments = [
      "--play", "source", "--in", folder.file("in.raw"), "--record", sink, "--out", folder.file("out.raw"), "--format",
      format.rawValue, "--rate", "\(rate)", "--channels", "\(channels)", "--lead", "\(lead)", "--tail", "\(tail)",
      "--periods", "\(playerPeriods)",
    ]
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    defer { if process.isRunning { process.interrupt() } }
    try during()
    if untilDone { process.interrupt() }
    let report = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let fields = try JSONSerialization.jsonObject(with: report) as? [String: Int] ?? [:]
    let field = { (name: String) in fields[name] ?? 0 }
    return Recording(
      bytes: try Data(contentsOf: URL(fileURLWithPath: folder.file("out.raw"))),
      playedAt: field("playStartSlot") + field("leadFrames") - field("recordStartSlot"),
      firstSlot: field("recordStartSlot"), xruns: field("playXruns") + field("recordXruns"))
  }
}
