import Foundation
import TestSupport
import Testing

@Suite("What find and inspect refuse")
struct AnalysisInputTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    let script = """
      import os, sys, wave, numpy as np
      os.chdir(sys.argv[1])
      np.save('a.npy', np.arange(9.)), np.save('long.npy', np.arange(99.)), np.save('empty.npy', np.ones(0))
      np.save('deep.npy', np.ones((2, 3))), np.save('nan.npy', np.array([1, np.nan])), np.save('complex.npy', np.ones(3, complex))
      def sound(name, rate, channels, frames, byte=b'\\x10'):
          with wave.open(name, 'wb') as f:
              f.setparams((channels, 2, rate, 0, 'NONE', '')), f.writeframes(byte * (frames * channels * 2))
      sound('mono.wav', 48000, 1, 100), sound('stereo.wav', 48000, 2, 100), sound('three.wav', 48000, 3, 100)
      sound('cd.wav', 44100, 1, 10), sound('none.wav', 48000, 1, 0), sound('silent.wav', 48000, 1, 10, b'\\0')
      open('short.wav', 'wb').write(open('mono.wav', 'rb').read()[:-20])
      open('nothing.wav', 'wb'), open('blank.txt', 'w').write('# nothing\\n'), os.mkdir('folder'), os.mkfifo('fifo')
      """
    let completed = try run(Location.python, ["-c", script, folder.path])
    try #require(completed.status == 0, "\(completed.error)")
  }

  @Test(
    "Bad input ends with one clear line and the right code",
    arguments: [
      ("find folder taps:1", 65, "it is a folder"), ("find mono.wav folder", 65, "it is a folder"),
      ("find fifo taps:1", 65, "not a regular file"), ("find missing.wav taps:1", 66, "there is no such file"),
      ("find mono.wav missing.npy", 66, "there is no such file"), ("find nothing.wav taps:1", 65, "it is empty"),
      ("find none.wav taps:1", 65, "the recording has no frames"), ("find empty.npy taps:1", 65, "the recording has no frames"),
      ("find mono.wav none.wav", 65, "holds no taps"), ("find mono.wav blank.txt", 65, "holds no taps"),
      ("find short.wav taps:1,2", 65, "its header says 100 frames, 90 are present"),
      ("find mono.wav silent.wav", 65, "the pattern is silence"), ("find a.npy taps:0,0.0", 65, "the pattern is silence"),
      ("find nan.npy taps:1", 65, "nan.npy: channel 0: the sample at frame 1 is nan"),
      ("find mono.wav nan.npy", 65, "tap 1 is nan"), ("find a.npy long.npy", 65, "the pattern has 99 frames, the recording 9"),
      ("find a.npy long.npy --equal", 65, "are they swapped?"), ("find mono.wav cd.wav", 65, "cd.wav has 44100 Hz"),
      ("find mono.wav stereo.wav", 65, "stereo.wav has 2 channels"), ("find stereo.wav three.wav", 65, "three.wav has 3 channels"),
      ("find deep.npy taps:1", 65, "object too deep for desired array"), ("find complex.npy taps:1", 65, "complex128"),
      ("find a.npy taps:1,x", 64, "\"x\" is not a number"), ("find a.npy taps:1 --limit 0", 64, "--limit is 0"),
      ("find a.npy taps:1 --threshold 0x1", 64, "decimal digits"), ("find a.npy taps:1 --threshold 0", 64, "--threshold is 0.0"),
      ("find a.npy taps:1 --threshold nan", 64, "--threshold is nan"),
      ("find a.npy taps:1 --threshold 1.01", 64, "--threshold is 1.01"), ("find - -", 64, "only one of the files"),
      ("find - taps:1", 65, "standard input: it is empty"), ("find a.npy", 64, "see convolve find --help"),
      ("find", 64, "see convolve find --help"), ("find a.npy taps:1 more", 64, "more"), ("find a.npy taps:1 --fast", 64, "--fast"),
      ("inspect folder", 65, "it is a folder"), ("inspect fifo", 65, "not a regular file"),
      ("inspect missing.wav", 66, "there is no such file"), ("inspect nothing.wav", 65, "it is empty"),
      ("inspect none.wav", 65, "holds no taps"), ("inspect empty.npy", 65, "holds no taps"), ("inspect blank.txt", 65, "holds no taps"),
      ("inspect nan.npy", 65, "tap 1 is nan"), ("inspect deep.npy", 65, "object too deep for desired array"),
      ("inspect complex.npy", 65, "complex128"), ("inspect short.wav", 65, "its header says 100 frames, 90 are present"),
      ("inspect", 64, "see convolve inspect --help"), ("inspect - -", 64, "- is given twice"),
      ("inspect box:0", 64, "a moving average has 1 to"), ("inspect dirac --kernel-format s16", 64, "dirac is not one"),
      ("inspect dirac --plot plot.png", 64, "let the name end in .svg"), ("inspect dirac --bogus", 64, "--bogus"),
      ("inspect dirac --json --plot missing/plot.svg", 73, "its folder does not exist"),
    ])
  func badInput(line: String, status: Int32, text: String) throws {
    let names = Set(try listing() + ["missing.wav", "missing.npy", "missing/plot.svg"])
    let words = line.split(separator: " ").map { names.contains(String($0)) ? folder.file(String($0)) : String($0) }
    let before = try listing()
    let completed = try convolve(words)
    #expect(completed.status == status, "\(completed.error)")
    #expect(completed.error.hasPrefix("convolve: ") && completed.error.contains(text), "\(completed.error)")
    #expect(completed.error.filter { $0 == "\n" }.count == 1, "\(completed.error)")
    #expect(try listing() == before)
  }

  @Test("A silent recording is no error: nothing is found in it")
  func silence() throws {
    let completed = try convolve(["find", folder.file("silent.wav"), "taps:0.5,1"])
    #expect(completed.status == 0 && completed.output.isEmpty && completed.error.contains("it is silent"), "\(completed.error)")
  }

  @Test("Help is asked for, no error", arguments: ["find", "inspect"])
  func help(command: String) throws {
    for option in ["-h", "--help"] {
      let completed = try convolve([command, option])
      #expect(completed.status == 0 && completed.error.isEmpty && completed.output.contains("USAGE: convolve \(command) "))
    }
  }

  @Test("A file of a command's name is given by a path")
  func named() throws {
    let completed = try run(
      "/bin/sh", ["-c", "cd '\(folder.path)' && cp mono.wav find && '\(Location.program("convolve"))' ./find dirac -o y.wav"])
    #expect(completed.status == 0, "\(completed.error)")
    #expect(contents(folder.file("y.wav")) == contents(folder.file("mono.wav")))
  }

  private func listing() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }
}
