import Foundation
import NPY
import TestSupport
import Testing

@Suite("--gain and --edges")
struct GainTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  @Test(
    "The result is np.convolve's by v * 10**(dB/20), over np.convolve(np.ones(len(a)), v) where edges are corrected",
    arguments: [80, 81], ["1", "2"])
  func reference(seed: Int, jobs: String) throws {
    try Reference.run("option_cases.py", ["make", folder.path, "\(seed)", "80"])
    for line in try String(contentsOfFile: folder.file("cases.txt"), encoding: .utf8).split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      let kernel = words[1].hasPrefix("box:") ? words[1] : folder.file(words[1])
      let options = ["--mode", words[3], "--edges", words[4], "--gain", words[5], "--jobs", jobs, "--quiet"]
      let completed = try convolve([folder.file(words[0]), kernel, "-o", folder.file(words[2])] + options)
      #expect(completed.status == 0 && completed.error.isEmpty, "seed \(seed), \(line): \(completed.error)")
    }
    try Reference.run("option_cases.py", ["check", folder.path])
  }

  @Test("A complex kernel takes a gain as NumPy multiplies it", arguments: ["complex64", "complex128"])
  func complexGain(type: String) throws {
    let script = """
      import sys, numpy as np
      folder, kind = sys.argv[1:3]
      random = np.random.default_rng(7)
      v = (random.normal(size=9) + 1j * random.normal(size=9)).astype(kind)
      v[3:6] = 0, -0.0, complex(-0.0, -1)
      a = random.normal(size=40).astype('f4' if kind == 'complex64' else 'f8')
      if len(sys.argv) == 3: np.save(folder + '/a.npy', a), np.save(folder + '/v.npy', v)
      else:
        y, wanted = np.load(folder + '/y.npy'), np.convolve(a, v * 10 ** (-6.5 / 20))
        assert y.dtype == wanted.dtype and y.tobytes() == wanted.tobytes(), (y, wanted)
      """
    let python = { arguments in
      try run(Location.python, ["-c", script, folder.path, type] + arguments, environment: ["OPENBLAS_NUM_THREADS": "1"])
    }
    try #require(try python([]).status == 0)
    let done = try convolve([folder.file("a.npy"), folder.file("v.npy"), "-o", folder.file("y.npy"), "--gain", "-6.5"])
    #expect(done.status == 0, "\(done.error)")
    let checked = try python(["check"])
    #expect(checked.status == 0, "\(checked.error)")
  }

  @Test("A constant stays one to its edges, by whatever kernel and mode", arguments: ["full", "same", "valid"])
  func constant(mode: String) throws {
    try save("ones.npy", "np.ones(50)")
    for kernel in ["box:7", "box:80", "taps:3,0.1,-1", "taps:-1"] {
      #expect(try convolve(arguments(kernel, "--mode", mode, "--edges", "corrected")).status == 0)
      let result = try array(folder.file("y.npy")).doubles
      #expect(!result.isEmpty && result.allSatisfy { $0 == 1 }, "\(kernel): \(result)")
    }
  }

  @Test("The gain that a warning names avoids clipping, with corrected edges, too", arguments: ["zero", "corrected"])
  func named(edges: String) throws {
    let (input, output) = (folder.file("loud.wav"), folder.file("y.wav"))
    let script = """
      import sys, wave
      with wave.open(sys.argv[1], 'wb') as f:
          f.setparams((1, 2, 48_000, 0, 'NONE', '')), f.writeframes(b'\\x00\\x70\\x00\\x90' * 100)
      """
    #expect(try run(Location.python, ["-c", script, input]).status == 0)
    // Samples of changing sign: the taps' magnitudes add up.
    let command = [input, "taps:20,-19", "-o", output, "--edges", edges]
    let loud = try convolve(command)
    #expect(loud.status == 0 && loud.error.contains("samples clipped"))
    let name = try #require(loud.error.firstMatch(of: /--gain (-[0-9.]+) would/)).1
    #expect(try convolve(command + ["--gain", String(name)]).error.isEmpty)
    let less = try #require(Double(name)) + 0.2
    #expect(try convolve(command + ["--gain", "\(less)"]).error.contains("samples clipped"))
  }

  @Test(
    "Of what would avoid clipping only what is possible is named",
    arguments: [
      ("taps:20", "--gain -26.1 would avoid it, and so would --format float"),
      ("taps:1e40", "--gain -800.1 would avoid it, and so would --format double"),
      ("taps:1e300", "beyond what --gain takes: are the taps right? --format double would avoid it"),
    ])
  func remedies(kernel: String, remedy: String) throws {
    let (input, output) = (folder.file("full.wav"), folder.file("out.wav"))
    let script = """
      import sys, wave
      with wave.open(sys.argv[1], 'wb') as f: f.setparams((1, 2, 48_000, 0, 'NONE', '')), f.writeframes(b'\\0\\x80' * 100)
      """
    #expect(try run(Location.python, ["-c", script, input]).status == 0)
    let completed = try convolve([input, kernel, "-o", output])
    #expect(completed.status == 0 && completed.error.contains(remedy), "\(completed)")
  }

  @Test(
    "What cannot be done is refused in one line, and nothing is written",
    arguments: [
      ("taps:1,-1 --edges corrected", 65, "taps add up to 0"), ("diff --edges corrected", 65, "taps add up to 0"),
      ("taps:1,-1,1 --edges corrected --mode same", 65, "taps add up to 0"),
      ("complex.npy --edges corrected", 65, "elements are complex128"),
      ("dirac --gain nan", 64, "--gain is nan"), ("dirac --gain 1000.5", 64, "--gain is 1000.5"),
      ("dirac --gain -inf", 64, "--gain is -inf"), ("dirac --gain loud", 64, "'loud' is invalid"),
      ("dirac --edges none", 64, "'none' is invalid"),
    ])
  func refusals(line: String, status: Int32, text: String) throws {
    try save("ones.npy", "np.ones(50)")
    try save("complex.npy", "np.ones(3, complex)")
    let words = line.split(separator: " ").map(String.init)
    let before = try folder.listing()
    let kernel = words[0].hasSuffix(".npy") ? folder.file(words[0]) : words[0]
    let completed = try convolve(arguments(kernel) + words[1...])
    #expect(completed.status == status && completed.error.contains(text), "\(completed.status): \(completed.error)")
    #expect(completed.error.filter { $0 == "\n" }.count == 1 && completed.output.isEmpty)
    #expect(try folder.listing() == before)
  }

  private func arguments(_ kernel: String, _ more: String...) -> [String] {
    [folder.file("ones.npy"), kernel, "-o", folder.file("y.npy")] + more
  }

  private func save(_ name: String, _ value: String) throws {
    let completed = try run(Location.python, ["-c", "import sys, numpy as np; np.save(sys.argv[1], \(value))", folder.file(name)])
    try #require(completed.status == 0, "\(completed.error)")
  }

  @Test("--gain auto brings the worst case to full scale and no further, for kernels, matrices and words", arguments: 0..<6)
  func auto(index: Int) throws {
    let script = """
      import os, sys, wave, numpy as np
      os.chdir(sys.argv[1])
      random = np.random.default_rng(int(sys.argv[2]))
      taps = random.uniform(-1, 1, (5, 2)) * random.choice([0.01, 1])
      # What meets each tap with its sign at full scale, and so the worst case of the first channel.
      worst = -np.sign(taps[::-1, [0, 0]])
      def save(name, samples):
          with wave.open(name, 'wb') as f:
              f.setparams((samples.shape[1], 2, 48_000, 0, 'NONE', ''))
              f.writeframes(np.clip(np.rint(samples * 2**15), -2**15, 2**15 - 1).astype('<i2').tobytes())
      save('x.wav', worst)
      np.save('k.npy', taps[:, 0])
      head = 'rate: auto\\ncapture: { device: none }\\nplayback: { device: none }\\nfilters:\\n'
      row = lambda name, to, column: '  - { name: %s, from: %d, to: %d, kernel: "taps:%s" }\\n' % (name, to, to, ','.join(map(str, taps[:, column])))
      open('m.yaml', 'w').write(head + row('a', 0, 0) + row('b', 1, 1))
      print(np.abs(taps[:, 0]).sum(), np.abs(taps).sum(axis=0).max())
      """
    let made = try run(Location.python, ["-c", script, folder.path, "\(index)"])
    let sums = made.output.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
    try #require(made.status == 0 && sums.count == 2, "\(made)")
    for (kernel, sum) in [("k.npy", sums[0]), ("m.yaml", sums[1])] {
      let output = folder.file("y.wav")
      let command = [folder.file("x.wav"), folder.file(kernel), "-o", output]
      let completed = try convolve(command + ["--gain", "auto", "--strict"])
      let pattern = /^convolve: --gain auto is (-?[0-9.]+) dB: the worst case is at most 0 dBFS\n/
      let told = try #require(completed.error.firstMatch(of: pattern)?.1)
      let gain = Double(told)!
      #expect(completed.status == 0 && gain <= -20 * log10(sum) + 1e-6 && gain > -20 * log10(sum) - 0.1 - 1e-6, "\(kernel): \(completed)")
      let same = contents(output)
      #expect(try convolve(command + ["--gain", String(told)]).status == 0 && contents(output) == same)
      // A tenth more goes beyond full scale, in the channel that is the louder one.
      if kernel == "k.npy" { #expect(try convolve(command + ["--gain", "\(gain + 0.11)", "--strict"]).status == 65) }
    }
    let words = try convolve([folder.file("x.wav"), "lowpass:LR4@2000", "-o", folder.file("y.wav"), "--gain", "auto"])
    #expect(words.status == 0 && words.error.contains("--gain auto is "), "\(words)")
    let silent = try convolve([folder.file("x.wav"), "taps:0", "-o", folder.file("y.wav"), "--gain", "auto"])
    #expect(silent.status == 0 && silent.error.contains("--gain auto is 0.0 dB"), "\(silent)")
    for (arguments, message) in [
      ([folder.file("k.npy"), folder.file("k.npy"), "-o", folder.file("y.npy")], "--gain auto is for sound"),
      ([folder.file("x.wav"), "dirac", "-o", folder.file("y.wav"), "--edges", "corrected"], "--gain auto and --edges corrected"),
    ] {
      let refused = try convolve(arguments + ["--gain", "auto"])
      #expect(refused.status == 64 && refused.error.contains(message), "\(refused)")
    }
  }
}
