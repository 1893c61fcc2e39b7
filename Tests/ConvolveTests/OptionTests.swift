import Foundation
import TestSupport
import Testing

@Suite("The command's options")
struct OptionTests {
  private let folder: ScratchFolder
  private let input: String
  private let kernel: String

  init() throws {
    folder = try ScratchFolder()
    try Reference.run("wav_files.py", ["make", folder.path, "33"])
    (input, kernel) = (folder.file("s16-1.wav"), folder.file("kernel-65-1.wav"))
  }

  @Test("- is WAV from standard input and to standard output")
  func pipes() throws {
    let (file, piped) = (folder.file("file.wav"), folder.file("piped.wav"))
    #expect(try convolve([input, kernel, "-o", file]).status == 0)
    let program = Location.program("convolve")
    let script = "cat '\(input)' | '\(program)' - '\(kernel)' -o - | '\(program)' - dirac -o '\(piped)'"
    let completed = try run("/bin/sh", ["-c", script])
    #expect(completed.status == 0 && completed.error.isEmpty, "\(completed.error)")
    #expect(contents(piped) == contents(file))
    let swapped = try run("/bin/sh", ["-c", "'\(program)' '\(input)' - -o '\(piped)' < '\(kernel)'"])
    #expect(swapped.status == 0 && contents(piped) == contents(file))
    #expect(try convolve(["-", "-", "-o", piped]).status == 64)
  }

  @Test("--method does not change a bit", arguments: ["s16", "s24", "s32", "float", "double"])
  func methods(format: String) throws {
    let outputs = try ["direct", "fft", "auto"].map { method in
      let output = folder.file("\(method).wav")
      let completed = try convolve([input, kernel, "-o", output, "--format", format, "--method", method, "--quiet"])
      #expect(completed.status == 0, "\(completed.error)")
      return contents(output)
    }
    #expect(outputs[0] == outputs[1] && outputs[0] == outputs[2] && !outputs[0].isEmpty)
  }

  @Test("--fast tells its bound")
  func fast() throws {
    let output = folder.file("fast.wav")
    let completed = try convolve([input, kernel, "-o", output, "--format", "float", "--fast", "--method", "fft", "--verbose"])
    #expect(completed.status == 0 && completed.error.contains("not repaired") && completed.error.contains("of NumPy's"))
    #expect(try convolve([input, kernel, "-o", output, "--fast", "--method", "direct"]).status == 64)
  }

  @Test("--strict writes nothing where a sample clips")
  func strict() throws {
    let output = folder.file("loud.wav")
    let completed = try convolve([input, "taps:1000", "-o", output, "--strict"])
    #expect(completed.status == 65 && completed.error.contains("samples clipped") && completed.error.contains("nothing was written"))
    #expect(completed.error.split(separator: "\n").count == 1 && !FileManager.default.fileExists(atPath: output))
    #expect(try convolve([input, "taps:1000", "-o", output]).status == 0)
    let piped = try convolve([input, "dirac", "-o", "-", "--strict"])
    #expect(piped.status == 64 && piped.output.isEmpty && piped.error.contains("--strict cannot undo"))
  }

  @Test("--kernel-format reads raw samples")
  func raw() throws {
    let raw = folder.file("kernel.f64")
    let bytes = [0.5, 0.25, -0.125].flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian, Array.init) }
    try Data(bytes).write(to: URL(fileURLWithPath: raw))
    let (one, two) = (folder.file("one.wav"), folder.file("two.wav"))
    #expect(try convolve([input, raw, "--kernel-format", "f64", "-o", one]).status == 0)
    #expect(try convolve([input, "taps:0.5,0.25,-0.125", "-o", two]).status == 0)
    #expect(contents(one) == contents(two))
    #expect(try convolve([input, raw, "-o", one]).error.contains("--kernel-format f64"))
    #expect(try convolve([input, "dirac", "--kernel-format", "f64", "-o", one]).status == 64)
  }

  @Test("A list of whole numbers is int64, as in NumPy")
  func integers() throws {
    let script = "import sys, numpy as np; np.save(sys.argv[1], np.array([1, 2, 3, 4, 5], np.int8))"
    _ = try run(Location.python, ["-c", script, folder.file("a.npy")])
    for (taps, mode, expected) in [
      ("1,1,1", "full", "int64 [1 3 6 9 12 9 5]"), ("1,1,1", "same", "int64 [3 6 9 12 9]"), ("1,1,1", "valid", "int64 [6 9 12]"),
      ("0.5,1,0.5", "valid", "float64 [4. 6. 8.]"),
    ] {
      #expect(try convolve([folder.file("a.npy"), "taps:" + taps, "-o", folder.file("y.npy"), "--mode", mode]).status == 0)
      let print = "import sys, numpy as np; y = np.load(sys.argv[1]); print(y.dtype, str(y).replace('  ', ' ').replace('[ ', '['))"
      #expect(try run(Location.python, ["-c", print, folder.file("y.npy")]).output == expected + "\n")
    }
  }

  @Test("--resample brings a kernel to the input's rate, which is an error otherwise")
  func resample() throws {
    let other = folder.file("other.wav")
    let script = """
      import sys, wave, numpy as np
      with wave.open(sys.argv[1], 'wb') as f:
          f.setparams((1, 2, 24_000, 0, 'NONE', '')); f.writeframes((np.hanning(101) * 1000).astype('<i2').tobytes())
      """
    _ = try run(Location.python, ["-c", script, other])
    let refused = try convolve([input, other, "-o", folder.file("y.wav")])
    #expect(refused.status == 65 && refused.error.contains("give --resample"))
    #expect(try convolve([input, other, "-o", folder.file("y.wav"), "--resample"]).status == 0)
  }
}
