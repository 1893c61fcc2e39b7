import ControlAPI
import ControlCalling
import ControlServing
import Foundation
import TestSupport
import Testing

@Suite("convolvectl")
struct CommandTests {
  @Test("shows control characters of a kernel's path as escapes")
  func controlCharacters() async throws {
    let folder = try ScratchFolder()
    var status = Status.sample
    status.filters[0].kernel = "/k/\u{1B}]0;title\u{7}\u{202E}.wav"
    let handler = Record { [status] in status }
    let server = try await ControlServer.start(path: folder.file("s"), mode: 0o600, handler: handler, logger: .silent)
    let text = try await convolvectl("--socket", folder.file("s"), "status").output
    #expect(text.contains("/k/\\u{1B}]0;title\\u{07}\\u{202E}.wav") && !text.contains("\u{1B}"), "\(text)")
    await server.stop()
  }

  @Test("shows the status for people, and the document for programs")
  func status() async throws {
    let served = try await Served()
    let document = try await served.client.request("GET", "/v1/status").body
    let json = try await convolvectl("status", "--json", "--socket", served.path)
    #expect(json.status == 0 && json.output == String(decoding: document, as: UTF8.self))
    let text = try await convolvectl("--socket", served.path, "status")
    #expect(text.status == 0 && text.error == "")
    let expected = """
      convolved  0.1.0, waiting: hw:DAC: No such device
      rate       48000 Hz, float64
      block      256 frames (5.33 ms)
      capture    hw:Loopback,1, S32_LE, 48000 Hz, 2 channels, periods of 256, buffer of 2048 frames
      playback   closed
      latency    block 256 frames (5.33 ms), queue 512 frames (10.67 ms), resampler 303 frames (6.31 ms)
                 output 1: the filters' main peak comes 480 frames (10.00 ms) later; 1551 frames (32.31 ms) in all
                 output 1: aligned: 400 frames (8.33 ms) before, delayed by 80 frames (1.67 ms)
      resampler  settling, capture 12.50 ppm slower
      load       mean 3.1 %, 99th percentile 5.0 %, max 99.0 % of the deadline, 5 blocks took longer than they last, 6 blocks without \
      what other threads had not done in time
                   to 10.0 %         900  ████████████████████████████████
                    to 100 %          90  ██████████████████████
                 above 100 %          10  ████████████
      xruns      capture 1, playback 2
      changes    3, other than the configuration
      preset     room
      clipped    4 samples
      worst case 6.1 dB, silent
      exact      output 0 for signals of up to 20 bits, grid 2^-42; others differ by at most one step, at ties
                 output 1 no: the volume is -20.5 dB
      guarded    7 samples in and 2 blocks out that were no sound, muted by the ceiling: 1
      levels     in -12.3 dBFS, silent   out silent, -0.5 dBFS
      output     open, bypass on, volume -20.5 dB, ceiling -1.0 dB, dither tpdf
      thread     SCHED_FIFO at priority 70, 35.2 MiB locked, 40.0 MiB needed, denormals flushed, governor ondemand
      warning    no lock: raise RLIMIT_MEMLOCK
      plan       left: uniform

      filter  route   gain     delay                  taps   kernel
      left    0 to 1  -3.0 dB  480 frames (10.00 ms)  65536  /k/room.wav (WAV s24, 2 channels), bypass mutes it

      """
    #expect(text.output == expected)
    await served.server.stop()
  }

  @Test("loads a kernel from a file or standard input, and says what it is")
  func load() async throws {
    let served = try await Served()
    try Data([1, 2, 3]).write(to: URL(fileURLWithPath: served.folder.file("k.wav")))
    try Data("0.5\n".utf8).write(to: URL(fileURLWithPath: served.folder.file("k.TXT")))
    let loaded = try await convolvectl("load", "left", served.folder.file("k.wav"), "--socket", served.path)
    #expect(loaded.status == 0 && loaded.output == "left: raw: direct, heard after 5 blocks\n", "\(loaded)")
    let text = try await convolvectl(
      "load", "left", served.folder.file("k.TXT"), "--channel", "2", "--resample", "--socket", served.path)
    #expect(text.status == 0)
    let piped = "exec '\(Location.program("convolvectl"))' load right - --socket '\(served.path)' < '\(served.folder.file("k.wav"))'"
    #expect(try await program("/bin/sh", ["-c", piped]).status == 0)
    let expected = [
      Record.Upload(filter: "left", upload: KernelUpload(bytes: [1, 2, 3], name: "k.wav")),
      Record.Upload(
        filter: "left",
        upload: KernelUpload(bytes: Array("0.5\n".utf8), channel: 2, resample: true, name: "k.TXT")),
      Record.Upload(filter: "right", upload: KernelUpload(bytes: [1, 2, 3])),
    ]
    #expect(await served.record.uploads == expected)
    await served.server.stop()
  }

  @Test("loads what is no file by its name, and a file from a stream without one")
  func loadWords() async throws {
    let served = try await Served()
    let loaded = try await convolvectl("load", "left", "taps:0.5,1", "--socket", served.path)
    #expect(loaded.status == 0 && loaded.output == "left: WAV s24, 2 channels\n", "\(loaded)")
    #expect(await served.record.filterChanges == [["left": FilterChange(kernel: "taps:0.5,1")]])
    try Data([7]).write(to: URL(fileURLWithPath: served.folder.file("-h.wav")))
    let load = "exec '\(Location.program("convolvectl"))' load left --socket '\(served.path)'"
    for line in ["\(load) -h.wav", "\(load) -- -h.wav", "\(load) <(cat ./-h.wav)", "\(load) /dev/stdin < ./-h.wav", "\(load) ./-h.wav"] {
      let result = try await program("/bin/bash", ["-c", "cd '\(served.folder.path)'; \(line)"])
      #expect(result.status == 0 && result.output == "left: raw: direct, heard after 5 blocks\n", "\(line): \(result)")
    }
    let uploads = await served.record.uploads
    #expect(uploads.map(\.upload.name) == ["-h.wav", "-h.wav", nil, nil, "-h.wav"] && uploads.allSatisfy { $0.upload.bytes == [7] })
    await served.server.stop()
  }

  @Test("A file that is here and that the daemon does not see is sent by load, which is said")
  func unseen() async throws {
    let folder = try ScratchFolder()
    try Data([1]).write(to: URL(fileURLWithPath: folder.file("k.wav")))
    let path = URL(fileURLWithPath: folder.file("k.wav")).resolvingSymlinksInPath().path
    let handler = Record(refusingFilters: "left: \(path): there is no such file")
    let server = try await ControlServer.start(path: folder.file("s"), mode: 0o600, handler: handler, logger: .silent)
    let refused = try await convolvectl("set", "left", "kernel=\(path)", "--socket", folder.file("s"))
    #expect(refused.status == 65 && refused.error.contains("convolvectl load left \(path) sends it"), "\(refused)")
    await server.stop()
  }

  @Test(
    "Standard output that is full ends with 74",
    arguments: ["status", "status --json", "check c.yaml", "verify --seed 4", "mute", "set left gain=0"])
  func full(line: String) async throws {
    let served = try await Served()
    try Data("rate: 1\n".utf8).write(to: URL(fileURLWithPath: served.folder.file("c.yaml")))
    for redirection in ["> /dev/full", ">&-"] {
      let command = "'\(Location.program("convolvectl"))' \(line) --socket '\(served.path)' \(redirection)"
      let result = try await program("/bin/sh", ["-c", "cd '\(served.folder.path)' && \(command)"])
      #expect(result.status == 74, "\(result)")
      #expect(result.error == "convolvectl: standard output: writing failed: No space left on device\n", "\(result)")
    }
    await served.server.stop()
  }

  @Test("mutes, unmutes and bypasses")
  func output() async throws {
    let served = try await Served()
    for (arguments, expected) in [
      (["mute"], "output muted, bypass off\n"), (["bypass", "on"], "output muted, bypass on\n"),
      (["unmute"], "output open, bypass on\n"), (["bypass", "off"], "output open, bypass off\n"),
      (["volume", "-20"], "output open, bypass off, volume -20.0 dB\n"), (["volume", "0"], "output open, bypass off\n"),
      (["ceiling", "-6.5"], "output open, bypass off, ceiling -6.5 dB\n"),
      (["dither", "tpdf"], "output open, bypass off, ceiling -6.5 dB, dither tpdf\n"),
      (["ceiling", "none"], "output open, bypass off, dither tpdf\n"), (["dither", "none"], "output open, bypass off\n"),
      (["dither", "on"], "output open, bypass off, dither tpdf\n"),
      (["dither", "off"], "output open, bypass off\n"),
    ] {
      let result = try await program(Location.program("convolvectl"), arguments + ["--socket", served.path])
      #expect(result.status == 0 && result.output == expected && result.error == "", "\(result)")
    }
    let expected = [
      OutputChange(mute: true), OutputChange(bypass: true), OutputChange(mute: false), OutputChange(bypass: false),
      OutputChange(volume: -20), OutputChange(volume: 0), OutputChange(ceiling: .at(-6.5)), OutputChange(dither: .tpdf),
      OutputChange(ceiling: .off), OutputChange(dither: .off), OutputChange(dither: .tpdf), OutputChange(dither: .off),
    ]
    #expect(await served.record.changes == expected)
    await served.server.stop()
  }

  @Test("sets several filters in one step")
  func set() async throws {
    let served = try await Served()
    try Data([1]).write(to: URL(fileURLWithPath: served.folder.file("k.wav")))
    let set = try await convolvectl(
      "set", "left", "gain=-3", "delay=480", "right", "kernel=\(served.folder.file("k.wav"))", "channel=1", "else", "kernel=taps:0.5,1",
      "--socket", served.path)
    #expect(set.status == 0 && set.output == "left: gain -3.00 dB, delay 480 frames, WAV s24, 2 channels\n", "\(set)")
    let kernel = URL(fileURLWithPath: served.folder.file("k.wav")).resolvingSymlinksInPath().path
    let expected = [
      "left": FilterChange(gain: -3, delay: 480), "right": FilterChange(kernel: kernel, channel: 1),
      "else": FilterChange(kernel: "taps:0.5,1"),
    ]
    #expect(await served.record.filterChanges == [expected])
    await served.server.stop()
  }

  @Test("reloads, and checks a file: every fault has a line of its own")
  func configuration() async throws {
    let served = try await Served()
    let reloaded = try await convolvectl("reload", "--socket", served.path)
    #expect(reloaded.status == 0 && reloaded.output == "2 filters, 12.5 % of the deadline predicted\nplan: 64: direct 128\n", "\(reloaded)")
    #expect(await served.record.reloads == 1)
    let file = served.folder.file("c.yaml")
    try Data("rate: 1\n".utf8).write(to: URL(fileURLWithPath: file))
    let checked = try await convolvectl("check", file, "--socket", served.path)
    #expect(checked.status == 0 && checked.output == reloaded.output + "taking it over needs a restart, for block\n", "\(checked)")
    let folder = URL(fileURLWithPath: served.folder.path).resolvingSymlinksInPath().path
    #expect(await served.record.checked == [ConfigurationUpload(bytes: Array("rate: 1\n".utf8), folder: folder)])
    try Data("x".utf8).write(to: URL(fileURLWithPath: file))
    let bad = try await convolvectl("check", file, "--socket", served.path)
    #expect(bad.status == 65 && bad.output == "")
    #expect(bad.error == "convolvectl: \(file):1: `rate` is missing\n\(file):7: `blok` is unknown\n")
    await served.server.stop()
  }

  @Test("takes where the daemon is before the command's name and after it, the later one if both")
  func optionOrder() async throws {
    let served = try await Served()
    let none = served.folder.file("none")
    for arguments in [
      ["--socket", served.path, "mute"], ["mute", "--socket", served.path], ["--socket", none, "mute", "--socket", served.path],
    ] {
      let result = try await program(Location.program("convolvectl"), arguments)
      #expect(result.status == 0 && result.output == "output muted, bypass off\n", "\(arguments): \(result)")
    }
    let elsewhere = try await convolvectl("--socket", served.path, "mute", "--socket", none)
    #expect(elsewhere.status == 69 && elsewhere.error.contains(none))
    await served.server.stop()
  }

  @Test("finds the socket in XDG_RUNTIME_DIR, if there is one")
  func runtimeFolder() async throws {
    let folder = try ScratchFolder()
    let path = folder.file("convolved.sock")
    let server = try await ControlServer.start(path: path, mode: 0o600, handler: Record(), logger: .silent)
    let environment = ["XDG_RUNTIME_DIR": folder.path]
    #expect(try await program(Location.program("convolvectl"), ["status"], environment).status == 0)
    await server.stop()
    let gone = try await program(Location.program("convolvectl"), ["status"], environment)
    #expect(gone.status == 69 && gone.error.contains("/run/convolved/convolved.sock: there is no such socket"))
    let instance = try await convolvectl("status", "--instance", "no-such-instance")
    #expect(instance.status == 69 && instance.error.contains("/run/convolved/no-such-instance.sock"))
  }

  @Test("explains itself")
  func help() async throws {
    let help = try await convolvectl("--help")
    let names = ["status", "watch", "load", "set", "mute", "unmute", "volume", "bypass", "ceiling", "dither", "preset", "reload", "check"]
    #expect(help.status == 0 && names.allSatisfy { help.output.contains("\n  \($0) ") }, "\(help.output)")
    #expect(try await convolvectl("load", "--help").status == 0)
  }
}

func convolvectl(_ arguments: String...) async throws -> Completed {
  try await program(Location.program("convolvectl"), arguments)
}

/// Waits on a thread of its own: the server under test needs those of the tests.
func program(_ path: String, _ arguments: [String], _ environment: [String: String] = [:]) async throws -> Completed {
  try await withCheckedThrowingContinuation { continuation in
    Thread.detachNewThread { continuation.resume(with: Result { try run(path, arguments, environment: environment) }) }
  }
}
