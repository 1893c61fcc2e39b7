import AudioFile
import Foundation
import NPY
import Numbers
import Testing
import TestSupport

@Suite("--dry-run")
struct DryRunTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    let script = """
      import os, struct, sys, wave, numpy as np
      os.chdir(sys.argv[1])
      np.save('700.npy', np.ones(700)), np.save('9.npy', np.ones(9, 'f4')), np.save('plane.npy', np.ones((2, 3)))
      for count in 700, 9:
          with wave.open(f'{count}.wav', 'wb') as f:
              f.setparams((2, 2, 48_000, 0, 'NONE', '')), f.writeframes(bytes(4 * count))
      # As a program writes it that does not know the length beforehand.
      sound = open('700.wav', 'rb').read()
      open('open.wav', 'wb').write(sound[:4] + b'\\xff' * 4 + sound[8:40] + b'\\xff' * 4 + sound[44:])
      """
    let completed = try run(Location.python, ["-c", script, folder.path])
    try #require(completed.status == 0, "\(completed.error)")
  }

  @Test(
    "The length that it tells is the result's, and nothing is written",
    arguments: ["full", "same", "valid"], ["700 9", "9 700", "9 9", "700 taps:1", "700 box:1000"])
  func lengths(mode: String, operands: String) throws {
    for kind in ["wav", "npy"] {
      let files = operands.split(separator: " ").map { $0.contains(":") ? String($0) : folder.file("\($0).\(kind)") }
      let output = folder.file("y.\(kind)")
      let before = try folder.listing()
      let dry = try convolve(files + ["-o", output, "--mode", mode, "--dry-run"])
      #expect(dry.status == 0 && dry.error.isEmpty, "\(dry.error)")
      #expect(try folder.listing() == before)
      try #require(try convolve(files + ["-o", output, "--mode", mode]).status == 0)
      let length =
        try kind == "npy"
        ? "\(array(output).elementType.rawValue), \(quantity(array(output).elements.count, "value"))"
        : quantity(AudioSignal(path: output).channels[0].count, "frame")
      let lines = dry.output.split(separator: "\n", omittingEmptySubsequences: false)
      #expect(lines.map { $0.prefix { $0 != " " } } == ["result:", "method:", "memory:", "time:", ""], "\(dry.output)")
      #expect(lines[0].hasPrefix("result: \(output): ") && lines[0].hasSuffix(", \(length)"), "\(lines[0]), and not \(length)")
      #expect(lines[2].wholeMatch(of: /memory: about [1-9][0-9]* MiB/) != nil)
      #expect(lines[3].wholeMatch(of: /time: +about [0-9.]+ s with [0-9]+ threads?/) != nil)
      try FileManager.default.removeItem(atPath: output)
    }
  }

  @Test("The memory that it tells includes what making a kernel from words takes")
  func words() throws {
    let dry = try convolve([folder.file("700.wav"), "linear:box:30000", "-o", folder.file("y.wav"), "--dry-run"])
    let memory = try #require(dry.output.firstMatch(of: /memory: about ([0-9]+) MiB/).flatMap { Int($0.1) }, "\(dry)")
    // 2^20 points.
    #expect((40...200).contains(memory), "\(dry)")
  }

  @Test(
    "Every type has a method, which is the one that is used, and a time",
    arguments: ["i1", "i8", "u8", "?", "f2", "f4", "f8", "c8", "c16"],
    ["", "--method fft", "--method direct", "--fast", "--edges corrected"])
  func types(type: String, options: String) throws {
    let script = """
      import sys, numpy as np
      random = np.random.default_rng(5)
      for name, values in ('a', random.integers(0, 2, 50_000)), ('v', np.ones(3_000)): np.save(f'{sys.argv[1]}/{name}.npy', values.astype(sys.argv[2]))
      """
    try #require(try run(Location.python, ["-c", script, folder.path, type]).status == 0)
    let words = options.split(separator: " ").map(String.init)
    let arguments = [folder.file("a.npy"), folder.file("v.npy"), "-o", folder.file("y.npy")] + words
    let dry = try convolve(arguments + ["--dry-run", "--quiet"])
    if type.hasPrefix("c"), options.contains("corrected") {
      #expect(dry.status == 65 && dry.error.contains("save the real part"), "\(dry)")
      return
    }
    #expect(dry.status == 0 && dry.output.contains(/\ntime: +about [0-9.]+ s with [0-9]+ threads?\n/), "\(dry)")
    let verbose = try convolve(arguments + ["--verbose"])
    let method = try #require(dry.output.firstMatch(of: /\nmethod: (direct|FFT of [0-9]+ values)\n/)?.1)
    #expect(verbose.error.contains("convolve: \(method)"), "\(method): \(verbose)")
    #expect(verbose.error.contains("output: \(folder.file("y.npy")): \(try array(folder.file("y.npy")).layout)"), "\(verbose)")
    #expect(dry.output.contains("NumPy, \(try array(folder.file("y.npy")).elementType.rawValue), 52999 values"), "\(dry)")
  }

  @Test("Images have a forecast and details too", arguments: ["full", "same", "valid"])
  func images(mode: String) throws {
    let arguments = ["2d", folder.file("plane.npy"), folder.file("plane.npy"), "-o", folder.file("y.npy"), "--mode", mode]
    let before = try folder.listing()
    let dry = try convolve(arguments + ["--dry-run"])
    #expect(dry.status == 0 && dry.error.isEmpty && dry.output.split(separator: "\n").count == 4, "\(dry)")
    #expect(try folder.listing() == before)
    let verbose = try convolve(arguments + ["-v"])
    let layout = try array(folder.file("y.npy")).layout
    #expect(dry.output.hasPrefix("result: \(folder.file("y.npy")): \(layout)\nmethod: direct\nmemory: about "), "\(dry)")
    #expect(dry.output.contains(/\ntime: +about [0-9.]+ s with/) && verbose.error.contains("output: \(folder.file("y.npy")): \(layout)"))
    let refused = try convolve(["2d", folder.file("9.npy"), folder.file("plane.npy"), "-o", folder.file("z.npy"), "--dry-run"])
    #expect(refused.status == 65 && refused.error.contains("must both be 2-D"), "\(refused)")
  }

  @Test("Long direct sums are not waited for", .timeLimit(.minutes(1)))
  func long() throws {
    let script = """
      import sys, numpy as np
      np.save(sys.argv[1] + '/long.npy', np.ones(1 << 21)), np.save(sys.argv[1] + '/image.npy', np.ones((300, 3000)))
      """
    try #require(try run(Location.python, ["-c", script, folder.path]).status == 0)
    let (long, image) = (folder.file("long.npy"), folder.file("image.npy"))
    for operands in [[long, long], [long, folder.file("9.wav"), "--format", "double"], ["2d", image, image]] {
      let output = operands.contains("double") ? "y.wav" : "y.npy"
      let start = ContinuousClock.now
      let dry = try convolve(operands + ["-o", folder.file(output), "--dry-run"])
      #expect(dry.status == 0 || dry.status == 65, "\(dry)")
      // The work itself takes minutes.
      #expect(ContinuousClock.now - start < .seconds(20), "\(operands)")
    }
  }

  @Test("It replaces no file either, whatever the format")
  func kept() throws {
    let before = contents(folder.file("9.wav"))
    let completed = try convolve([folder.file("700.wav"), "box:9", "-o", folder.file("9.wav"), "--format", "s24", "--dry-run"])
    #expect(completed.status == 0 && completed.output.hasPrefix("result: \(folder.file("9.wav")): 24-bit PCM, 48000 Hz, 708 frames"))
    #expect(contents(folder.file("9.wav")) == before && !before.isEmpty)
  }

  @Test("What comes through a pipe may not say its length, unless the kernel is longer")
  func pipe() throws {
    func forecast(_ input: String, _ more: String) throws -> Completed {
      let program = Location.program("convolve")
      return try run("/bin/sh", ["-c", "cat '\(folder.file(input))' | '\(program)' - \(more) --dry-run"])
    }
    let unknown = try forecast("open.wav", "box:9 -o '\(folder.file("y.wav"))'")
    #expect(unknown.status == 0 && unknown.error.isEmpty, "\(unknown.error)")
    #expect(unknown.output.contains("48000 Hz, as long as the input, which does not say\n"), "\(unknown.output)")
    #expect(unknown.output.hasSuffix("\ntime:   unknown\n"), "\(unknown.output)")
    #expect(try forecast("700.wav", "box:9 -o -").output.contains(", 708 frames\n"))
    #expect(try forecast("open.wav", "box:1000 -o -").output.contains(", 1699 frames\n"))
    #expect(try !folder.listing().contains("y.wav"))
  }

  @Test(
    "What would be refused is refused",
    arguments: [
      ("plane.npy 9.npy y.npy", "object too deep"), ("9.npy plane.npy y.npy", "object too deep"), ("700.wav 9.npy y.npy", "2 channels"),
      ("missing.wav 9.npy y.wav", "no such file"), ("700.wav 9.npy missing/y.wav", "folder does not exist"),
    ])
  func refusals(line: String, text: String) throws {
    let files = line.split(separator: " ").map { folder.file(String($0)) }
    let completed = try convolve([files[0], files[1], "-o", files[2], "--dry-run"])
    #expect(completed.status != 0 && completed.output.isEmpty && completed.error.contains(text), "\(completed.error)")
  }
}
