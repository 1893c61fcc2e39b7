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

  @Test("The old name of the profile neoversen1 is still one")
  func oldProfile() throws {
    for name in ["neon", "neoversen1"] {
      let completed = try convolve([input, "dirac", "-o", folder.file("y.wav"), "--profile", name, "--verbose"])
      #expect(completed.status == 0 && completed.error.contains("profile: neoversen1\n"), "\(completed.error)")
    }
    let unknown = try convolve([input, "dirac", "-o", folder.file("y.wav"), "--profile", "cortexb"])
    #expect(unknown.status == 64 && unknown.error.contains("cortexa"), "\(unknown.error)")
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

  /// Operands and output; then the options that are told to be without effect there, of all that may be. docs/convolve.md has this table.
  @Test(
    "What files leave without effect is told in one sentence each, and changes nothing",
    arguments: [
      ("s16.wav k.wav y.wav", ""), ("s16.wav k.wav y.wav --format float", ""), ("float.wav k.wav y.wav", "strict"),
      ("s16.wav k.wav y.wav --format double", "method strict"), ("s16.wav k.wav y.npy", "method strict"),
      ("s16.wav v.npy y.wav", "resample"), ("f8.npy k.wav y.wav --format s16", "resample"),
      ("f8.npy v.npy y.npy", "method strict resample"),
      ("f4.npy v4.npy y.npy", "method strict resample"), ("f2.npy f2.npy y.npy", "method fast strict profile resample"),
      ("i2.npy i2.npy y.npy", "fast strict profile resample"), ("b1.npy b1.npy y.npy", "fast strict profile resample"),
      ("c16.npy v.npy y.npy", "method fast strict resample"), ("i2.npy v.npy y.npy", "method strict resample"),
      ("s16.wav room.yaml y.wav", ""), ("s16.wav room.yaml y.wav --format double", "method strict"),
    ])
  func effects(line: String, expected: String) throws {
    let script = """
      import os, sys, wave, numpy as np
      os.chdir(sys.argv[1])
      for name, count in ('s16', 50), ('k', 9):
          with wave.open(name + '.wav', 'wb') as f: f.setparams((1, 2, 48_000, 0, 'NONE', '')), f.writeframes(bytes(range(count)) * 2)
      for name in 'f8', 'f4', 'f2', 'i2', 'b1', 'c16': np.save(name + '.npy', np.arange(9) % 2 == 0 if name == 'b1' else np.arange(9).astype(name))
      np.save('v.npy', np.arange(3.) / 4), np.save('v4.npy', np.arange(3, dtype='f4') / 4)
      open('room.yaml', 'w').write('rate: auto\\ncapture: { device: none, channels: 1 }\\nplayback: { device: none, channels: 1 }\\n'
          'filters: [ { name: a, from: 0, to: 0, kernel: dirac } ]\\n')
      """
    let prepared = try run(Location.python, ["-c", script, folder.path])
    try #require(prepared.status == 0, "\(prepared.error)")
    try #require(try convolve([folder.file("s16.wav"), "taps:0.5", "-o", folder.file("float.wav"), "--format", "float"]).status == 0)
    let words = line.split(separator: " ").map(String.init)
    let operands = words.prefix(2).map(folder.file) + ["-o", folder.file(words[2])] + words.dropFirst(3)
    let options = [
      "method": ["--method", "fft"], "fast": ["--fast"], "strict": ["--strict"], "profile": ["--profile", "haswell"],
      "resample": ["--resample"],
    ]
    for (name, option) in options {
      if words.contains("--format"), words.last != "s16", name == "strict" { continue }
      if line.contains("yaml"), name == "resample" { continue }
      _ = try convolve(operands + ["--gain", "-40"] + (name == "profile" ? option : []))
      let plain = contents(folder.file(words[2]))
      let completed = try convolve(operands + ["--gain", "-40"] + option)
      // A gain makes real numbers of integers, and is none of complex ones.
      if line.hasPrefix("i2.npy i2") || line.hasPrefix("b1") || line.hasPrefix("c16") { continue }
      try expect(completed, name, isTold: expected.split(separator: " ").contains { $0 == name })
      if name != "fast" { #expect(contents(folder.file(words[2])) == plain && !plain.isEmpty, "\(option)") }
    }
    guard words[2] == "y.npy" else { return }
    for (name, option) in options {
      try expect(try convolve(operands + option), name, isTold: expected.split(separator: " ").contains { $0 == name })
    }
  }

  private func expect(_ completed: Completed, _ name: String, isTold: Bool) throws {
    let notes = completed.error.split(separator: "\n").filter { $0.contains("has no effect") }
    #expect(completed.status == 0 && notes.count == (isTold ? 1 : 0), "\(name): \(completed)")
    #expect(notes.allSatisfy { $0.hasPrefix("convolve: --\(name)") }, "\(completed)")
  }

  @Test("A batch tells it once")
  func once() throws {
    let copies = try (0..<3).map { index in
      let path = folder.file("copy\(index).wav")
      try FileManager.default.copyItem(atPath: input, toPath: path)
      return path
    }
    let completed = try convolve(copies + ["taps:0.5", "-o", folder.file("{stem}.npy"), "--method", "fft"])
    #expect(completed.status == 0 && completed.error.split(separator: "\n").count == 1, "\(completed)")
  }

  @Test("Where exact sums take long, --fast is told with its bound, which holds")
  func faster() throws {
    let script = """
      import sys, numpy as np
      random = np.random.default_rng(3)
      np.save(sys.argv[1] + '/long.npy', random.uniform(-1, 1, 1 << 22)), np.save(sys.argv[1] + '/taps.npy', random.uniform(-1, 1, 1 << 20))
      np.save(sys.argv[1] + '/f4.npy', random.uniform(-1, 1, 1 << 20).astype('f4'))
      """
    try #require(try run(Location.python, ["-c", script, folder.path]).status == 0)
    let (long, taps) = (folder.file("long.npy"), folder.file("taps.npy"))
    let pattern = /exact sums take about ([0-9]+) s: --fast takes (.*) s, and lies within ([0-9]e-?[0-9]+) of (them|sums)/
    for operands in [[long, taps], [folder.file("f4.npy"), folder.file("f4.npy")]] {
      let arguments = operands + ["-o", folder.file("y.npy"), "--jobs", "1", "--dry-run"]
      let told = try #require(try convolve(arguments).error.firstMatch(of: pattern))
      #expect(Int(told.1)! > 10)
      #expect(try convolve(arguments + ["--fast"]).error.isEmpty && convolve(arguments + ["--quiet"]).error.isEmpty)
    }
    let dry = try convolve([long, taps, "-o", folder.file("y.npy"), "--jobs", "1", "--dry-run"])
    let told = try #require(dry.error.firstMatch(of: pattern))
    let fast = try convolve([long, taps, "-o", folder.file("y.npy"), "--fast", "--verbose"])
    let bound = try #require(fast.error.firstMatch(of: /others within ([0-9.e-]+) of NumPy's/)?.1)
    #expect(Double(bound)! <= Double(told.3)! && Double(bound)! > 0, "\(fast.error)")
  }

  @Test("--fast of float32 lies within its bound of the exact sums, before they are rounded", arguments: [0, 1, 2])
  func fastFloat32(seed: Int) throws {
    let script = """
      import sys, numpy as np
      from fractions import Fraction
      random, folder = np.random.default_rng(int(sys.argv[2])), sys.argv[1]
      if len(sys.argv) == 3:
        a, v = (random.normal(size=n).astype('f4') for n in (30_000, 4_000))
        np.save(folder + '/a.npy', a), np.save(folder + '/v.npy', v)
      else:
        a, v, y = (np.load(f'{folder}/{name}.npy') for name in 'avy')
        for n in random.integers(4_000, 30_000, 20):
          exact = sum(Fraction(float(v[k])) * Fraction(float(a[n - k])) for k in range(4_000))
          assert abs(Fraction(float(y[n])) - exact) <= Fraction(float(sys.argv[3])) + Fraction(float(np.spacing(abs(y[n])))) / 2, n
      """
    try #require(try run(Location.python, ["-c", script, folder.path, "\(seed)"]).status == 0)
    let operands = [folder.file("a.npy"), folder.file("v.npy"), "-o", folder.file("y.npy")]
    let fast = try convolve(operands + ["--fast", "--method", "fft", "--verbose"])
    let pattern = /others within ([0-9.e-]+) of the exact sums, before they are rounded to float32/
    let bound = try #require(fast.error.firstMatch(of: pattern), "\(fast.error)").1
    let checked = try run(Location.python, ["-c", script, folder.path, "\(seed)", String(bound)])
    #expect(checked.status == 0, "\(checked.error)")
  }
}
