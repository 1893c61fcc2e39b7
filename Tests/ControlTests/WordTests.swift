import ControlAPI
import ControlCalling
import Foundation
import TestSupport
import Testing

/// Kernels that are words, on their way to the daemon.
@Suite("Words")
struct WordTests {
  @Test("name what the body of an upload is, and so do format, skip, take and rate")
  func uploads() async throws {
    let served = try await Served()
    let uploads = [
      KernelUpload(bytes: [1], name: "a b.txt", words: "minimum/64:response:a b.txt"),
      KernelUpload(bytes: [2], name: "k.dbl", raw: KernelUpload.RawBody(format: "f64", skip: 44, take: 9, rate: 44_100)),
      KernelUpload(bytes: [3], raw: KernelUpload.RawBody(format: "s24in32")),
    ]
    for upload in uploads { _ = try await served.client.replaceKernel("left", upload) }
    #expect(await served.record.uploads == uploads.map { Record.Upload(filter: "left", upload: $0) })
    // What a parameter allows by itself is for the schema, 400; what parameters exclude is not, 422.
    for (query, status, message) in [
      ("format=f65", 400, "one of f32, f64, s16, s24, s24in32, s32"), ("format=f64&take=0", 400, "a whole number from 1"),
      ("skip=4", 422, "`skip` is for taps without a header: give `format` too"), ("format=f64&words=eq:a", 422, "exclude each other"),
      ("words=", 400, "words of 1 to 1024 bytes"), ("format=f64&skip=-1", 400, "a whole number from 0"),
      ("words=a%00b", 400, "words of 1 to"),
    ] {
      let answer = try await served.client.request("PUT", "/v1/filters/left/kernel?\(query)", body: [1])
      #expect(answer.status == status && String(decoding: answer.body, as: UTF8.self).contains(message), "\(query): \(answer)")
    }
    await served.server.stop()
  }

  @Test("are sent by load with the file that they name, and without one as they stand")
  func load() async throws {
    let served = try await Served()
    let path = served.folder.file("room 1.txt")
    try Data("PK Fc 100 Hz Gain 1 dB Q 1\n".utf8).write(to: URL(fileURLWithPath: path))
    let at = ["--socket", served.path]
    #expect(try await program(Location.program("convolvectl"), ["load", "left", "linear/99:eq:\(path)"] + at).status == 0)
    #expect(try await program(Location.program("convolvectl"), ["load", "left", "f64@44100+8:\(path)", "--resample"] + at).status == 0)
    #expect(try await program(Location.program("convolvectl"), ["load", "left", "lowpass:LR4@2000"] + at).status == 0)
    let bytes = Array("PK Fc 100 Hz Gain 1 dB Q 1\n".utf8)
    #expect(
      await served.record.uploads == [
        Record.Upload(filter: "left", upload: KernelUpload(bytes: bytes, name: "room 1.txt", words: "linear/99:eq:room 1.txt")),
        Record.Upload(
          filter: "left", upload: KernelUpload(bytes: bytes, resample: true, name: "room 1.txt", words: "f64@44100+8:room 1.txt")),
      ])
    #expect(await served.record.filterChanges == [["left": FilterChange(kernel: "lowpass:LR4@2000")]])
    await served.server.stop()
  }

  @Test("are set with the file's path from the root, and refused before anything is sent")
  func set() async throws {
    let served = try await Served()
    try Data([1]).write(to: URL(fileURLWithPath: served.folder.file("a.txt")))
    let at = ["--socket", served.path]
    #expect(
      try await program(Location.program("convolvectl"), ["set", "left", "kernel=minimum:eq:\(served.folder.file("a.txt"))"] + at).status
        == 0)
    let path = URL(fileURLWithPath: served.folder.file("a.txt")).resolvingSymlinksInPath().path
    #expect(await served.record.filterChanges == [["left": FilterChange(kernel: "minimum:eq:\(path)")]])
    let fifo = served.folder.file("fifo")
    try #require(mkfifo(fifo, 0o600) == 0)
    for (arguments, status, message) in [
      (["set", "left", "kernel=eq:none.txt"], Int32(66), "kernel=none.txt: there is no such file here"),
      (["set", "left", "kernel=lowpass:LR9@20"], 64, "BW1 to BW8"), (["load", "left", "eq:"], 64, "a file's name is missing"),
      (["load", "left", "lowpass:LR4@20", "--channel", "1"], 64, "--channel is for files"),
      (["load", "left", "eq:none.txt"], 66, "none.txt: there is no such file"),
      (
        ["load", "left", "eq:\(fifo)"], 65,
        "\(fifo): it is a pipe, and not a regular file: give - in its place, and redirect it: < \(fifo)"
      ),
      (["check", fifo], 65, "\(fifo): it is a pipe, and not a regular file"),
    ] {
      let result = try await program(Location.program("convolvectl"), arguments + at)
      #expect(result.status == status && result.error.contains(message), "\(arguments): \(result)")
    }
    await served.server.stop()
  }
}
