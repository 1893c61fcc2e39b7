import NPY
import Foundation
import NumPy
import TestSupport
import Testing

@Suite struct ExactnessTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  @Test("The command's arrays have np.convolve's bits", arguments: [nil] + Profile.reproducible.map(Optional.some))
  func arrays(profile: Profile?) throws {
    let count = 60
    try Reference.run("npy_files.py", [folder.path, "20", "\(count)"], coreType: profile?.coreType)
    for index in 0..<count {
      let mode = ConvolutionMode.allCases[index % 3].rawValue
      let files = ["a", "v", "out", "expected"].map { folder.file("\($0)-\(index).npy") }
      let options = ["--mode", mode, "--profile", profile?.rawValue ?? "auto", "--jobs", "\(1 + index % 2)"]
      let completed = try convolve([files[0], files[1], "-o", files[2]] + options)
      try #require(completed.status == 0, "\(completed.error)")
      #expect(completed.error.isEmpty)
      let (result, expected) = (try array(files[2]), try array(files[3]))
      #expect(result.elementType == expected.elementType)
      #expect(try sameBits(result.doubles, expected.doubles), "seed 20, case \(index), \(mode)")
    }
  }

  @Test("Complex arrays in any order of bytes have np.convolve's parts, infinities too")
  func byteOrders() throws {
    let script = """
      import sys, itertools, numpy as np
      inf = np.inf
      long = np.array([complex(-inf, -1), 3 + 4j, complex(inf, 2), 1, complex(-0.0, 0.0), complex(1e30, 1e-30), complex(inf, np.nan)])
      index = 0
      for kinds in itertools.product(['<c8', '>c8', '<c16', '>c16', '<f8', '>f4'], repeat=2):
          for taps in [1, 2]:
              short = np.array([complex(-145, 1e-27), complex(inf, 0)])[:taps]
              for a, v in [(long, short), (short, long), (short, short)]:
                  a, v = [(x.real if 'f' in kind else x).astype(kind) for x, kind in zip((a, v), kinds)]
                  y = np.convolve(a, v)
                  for name, x in [('a', a), ('v', v), ('expected', y.astype(y.dtype.newbyteorder('<')))]:
                      np.save(f'{sys.argv[1]}/{name}-{index}.npy', x)
                  index += 1
      print(index)
      """
    let made = try run(Location.python, ["-W", "ignore", "-c", script, folder.path])
    let count = try #require(Int(made.output.dropLast()), "\(made.error)")
    #expect(count == 216)
    for index in 0..<count {
      let operands = try ["a", "v", "expected"].map { try array(folder.file("\($0)-\(index).npy")) }
      let result = try NumPy.convolve(operands[0], operands[1])
      #expect(result.elementType == operands[2].elementType)
      #expect(sameBits(parts(result), parts(operands[2])), "case \(index): \(result.elements), and not \(operands[2].elements)")
    }
    let files = ["a-9.npy", "v-9.npy", "out.npy"].map { folder.file($0) }
    #expect(try convolve([files[0], files[1], "-o", files[2]]).status == 0)
    #expect(try sameBits(parts(array(files[2])), parts(array(folder.file("expected-9.npy")))))
  }

  /// The real and imaginary parts in turn.
  private func parts(_ array: NumPyArray) -> [Double] {
    array.elements.complexes(Double.self).flatMap { [$0.real, $0.imaginary] }
  }

  @Test("Sound files hold np.convolve's float64, or that rounded half to even and clipped", arguments: Profile.reproducible)
  func sounds(profile: Profile) throws {
    try Reference.run("wav_files.py", ["make", folder.path, "30"])
    for line in try String(contentsOfFile: folder.file("cases.txt"), encoding: .utf8).split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      var arguments = [folder.file(words[0]), folder.file(words[1]), "-o", folder.file(words[4]), "--quiet", "--mode", words[2]]
      arguments += ["--profile", profile.rawValue] + (words[3] == "own" ? [] : ["--format", words[3]])
      let completed = try convolve(arguments)
      #expect(completed.status == 0 && completed.error.isEmpty, "\(line): \(completed.error)")
    }
    try Reference.run("wav_files.py", ["check", folder.path], coreType: profile.coreType)
  }

  @Test("An array and a sound file are convolved in float64")
  func mixed() throws {
    try Reference.run("wav_files.py", ["make", folder.path, "31"])
    let script = """
      import sys, numpy as np
      np.save(sys.argv[1] + '/a.npy', np.random.default_rng(1).standard_normal(500).astype('f4'))
      """
    _ = try run(Location.python, ["-c", script, folder.path])
    let (a, kernel) = (folder.file("a.npy"), folder.file("kernel-65-1.wav"))
    for (output, more) in [("one.npy", []), ("two.wav", ["--format", "double"])] {
      #expect(try convolve([a, kernel, "-o", folder.file(output)] + more).status == 0)
    }
    #expect(try convolve([folder.file("two.wav"), "dirac", "-o", folder.file("three.npy")]).status == 0)
    let result = try array(folder.file("one.npy"))
    #expect(result.elementType == .float64 && result.shape == [564])
    #expect(result == (try array(folder.file("three.npy"))))
  }

  @Test("A unit impulse copies a recording byte for byte, its clock and jobs aside", arguments: ["1", "2"])
  func impulse(jobs: String) throws {
    try Reference.run("wav_files.py", ["make", folder.path, "32"])
    for name in ["s16-1", "s24-2", "s32-1"] {
      let (input, first, second) = (folder.file(name + ".wav"), folder.file("first.wav"), folder.file("second.wav"))
      #expect(try convolve([input, "dirac", "-o", first, "--jobs", jobs]).error.isEmpty)
      #expect(try convolve([first, "taps:1", "-o", second]).error.isEmpty)
      #expect(contents(first).suffix(4_000) == contents(input).suffix(4_000))
      #expect(contents(first) == contents(second))
    }
  }
}

func convolve(_ arguments: [String]) throws -> Completed { try run(Location.program("convolve"), arguments) }

func contents(_ path: String) -> [UInt8] { FileManager.default.contents(atPath: path).map { [UInt8]($0) } ?? [] }

func array(_ path: String) throws -> NumPyArray { try NumPyArray(npy: contents(path), name: path) }

/// Any NaN is like any other.
func sameBits(_ x: [Double], _ y: [Double]) -> Bool {
  x.count == y.count && zip(x, y).allSatisfy { $0.bitPattern == $1.bitPattern || $0.isNaN && $1.isNaN }
}
