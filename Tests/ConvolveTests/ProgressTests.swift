import Foundation
import TestSupport
import Testing

@Suite(
  "What a terminal shows of long work",
  .enabled(if: FileManager.default.fileExists(atPath: "/dev/pts/ptmx"), "a terminal needs /dev/pts, which is not mounted here"))
struct ProgressTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    let script = """
      import struct, sys, wave
      with wave.open(sys.argv[1] + '/known.wav', 'wb') as f:
          f.setparams((1, 2, 48_000, 0, 'NONE', '')), f.writeframes(bytes(2 * 480_000))
      sound = open(sys.argv[1] + '/known.wav', 'rb').read()
      # As a program writes it that does not know the length beforehand.
      open(sys.argv[1] + '/open.wav', 'wb').write(sound[:4] + b'\\xff' * 4 + sound[8:40] + b'\\xff' * 4 + sound[44:])
      """
    let completed = try run(Location.python, ["-c", script, folder.path])
    try #require(completed.status == 0, "\(completed.error)")
  }

  @Test("is a bar with share and time left, which goes away at the end")
  func bar() throws {
    let shown = try shown("known.wav")
    // More than half of ten seconds: the bar is not drawn while nothing comes.
    #expect(
      shown.firstMatch(of: /\rconvolve: +(5\d|6\d|7\d|8\d|9\d|100) % \[#{12,24} *\] \d+:\d\d left\u{1B}\[K/) != nil,
      "\(shown.debugDescription)")
    #expect(shown.hasSuffix("\r\u{1B}[K") && !shown.contains("\n"), "\(shown.debugDescription)")
  }

  @Test("is the time of sound done where nobody knows the length")
  func time() throws {
    let shown = try shown("open.wav")
    #expect(shown.firstMatch(of: /\rconvolve: 0:(0[5-9]|10) done\u{1B}\[K/) != nil, "\(shown.debugDescription)")
    #expect(shown.hasSuffix("\r\u{1B}[K"))
  }

  @Test("is nothing if asked to be quiet")
  func quiet() throws { #expect(try shown("known.wav", "--quiet").isEmpty) }

  private func shown(_ sound: String, _ more: String...) throws -> String {
    let arguments = [Location.package + "/Tests/Reference/progress.py", Location.program("convolve"), folder.file(sound)]
    let output = folder.file("y.wav")
    let completed = try run(Location.python, arguments + ["-", "box:5", "-o", output, "--jobs", "1"] + more)
    #expect(completed.status == 0 && !contents(output).isEmpty, "\(completed.error)")
    return completed.output
  }
}
