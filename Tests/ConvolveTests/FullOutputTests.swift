import Foundation
import TestSupport
import Testing

/// Output that cannot be written is an error, wherever it goes.
@Suite struct FullOutputTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    let script = """
      import os, sys, wave, numpy as np
      os.chdir(sys.argv[1])
      np.save('a.npy', np.zeros(100_000)), np.save('image.npy', np.zeros((300, 300))), np.save('whole.npy', np.arange(100_000))
      with wave.open('a.wav', 'wb') as f:
          f.setparams((1, 2, 48_000, 0, 'NONE', '')), f.writeframes(bytes(200_000))
      open('c.yaml', 'w').write('''
      rate: 48000
      capture: { device: "hw:None", channels: 1 }
      playback: { device: "hw:None", channels: 1 }
      filters: [{ name: f, from: 0, to: 0, kernel: dirac }]
      ''')
      """
    let completed = try run(Location.python, ["-c", script, folder.path])
    try #require(completed.status == 0, "\(completed.error)")
  }

  @Test(
    "Standard output that is full, or closed, ends with 74",
    arguments: [
      "convolve inspect dirac", "convolve inspect dirac --json", "convolve find whole.npy taps:1", "convolve find whole.npy taps:1 --json",
      "convolve a.npy dirac -o y.npy --dry-run", "convolve a.wav dirac -o y.wav --dry-run", "convolve whole.npy dirac -o y.npy --dry-run",
      "convolve --help", "convolve find --help", "convolve --version", "convolve --generate-completion-script bash",
      "convolve a.wav dirac -o -", "convolved --check --config c.yaml", "convolved --help", "convolved --version", "convolvectl --help",
      "convolvectl --version", "convolvectl status --help",
    ], ["> /dev/full", ">&-"])
  func standardOutput(line: String, redirection: String) throws {
    let program = Location.program(String(line.prefix { $0 != " " }))
    let completed = try run("/bin/sh", ["-c", "cd '\(folder.path)' && '\(program)'\(line.drop { $0 != " " }) \(redirection)"])
    #expect(completed.status == 74, "\(completed)")
    #expect(completed.error.contains("standard output: writing failed: No space left on device\n"), "\(completed.error)")
  }

  @Test("A command that prints nothing does not mind")
  func silent() throws {
    let program = Location.program("convolve")
    for redirection in ["> /dev/full", ">&-", "< /dev/null >&-", "<&- >&-"] {
      let completed = try run("/bin/sh", ["-c", "cd '\(folder.path)' && '\(program)' a.npy dirac -o y.npy \(redirection)"])
      #expect(completed.status == 0 && completed.error.isEmpty, "\(completed)")
      #expect(contents(folder.file("y.npy")) == contents(folder.file("a.npy")))
    }
  }

  @Test(
    "A file beyond RLIMIT_FSIZE ends with 74, and leaves what was there",
    arguments: [
      "a.npy dirac -o y.npy", "whole.npy dirac -o y.npy", "a.wav dirac -o y.wav", "a.wav dirac -o y.flac --format s24",
      "2d image.npy image.npy -o y.npy --mode same", "inspect dirac --plot y.svg",
    ])
  func fileSize(line: String) throws {
    let name = try #require(line.split(separator: " ").first { $0.hasPrefix("y.") })
    let (program, path) = (Location.program("convolve"), folder.file(String(name)))
    // A FLAC file of silence is short.
    let limit = line.contains("flac") || line.contains("svg") ? "0" : "8"
    for before in [Data?.none, Data("precious".utf8)] {
      if let before { try before.write(to: URL(fileURLWithPath: path)) }
      let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      let completed = try run("/bin/sh", ["-c", "cd '\(folder.path)' && ulimit -f \(limit) && exec '\(program)' \(line) > /dev/null"])
      #expect(completed.status == 74 && completed.error.contains("nothing was left behind"), "\(completed)")
      #expect(FileManager.default.contents(atPath: path) == before)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == files)
    }
  }
}
