import Foundation
import TestSupport
import Testing

@Suite("A matrix of kernels on files")
struct MatrixTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    try Reference.run("wav_files.py", ["make", folder.path, "33"])
    try write(
      """
      rate: 48000
      capture: { device: none, channels: 2 }
      playback: { device: none, channels: 3 }
      filters:
        - { name: low, from: 0, to: 0, kernel: dirac }
        - { name: mid, from: 1, to: 1, kernel: "taps:0.5,0.25", delay: 4 }
        - { name: high, from: 1, to: 2, kernel: dirac, gain: -6 }
      """, "room.yaml")
  }

  private func write(_ text: String, _ name: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file(name)))
  }

  private func inside(_ line: String) throws -> Completed {
    let command = "cd '\(folder.path)' && exec '\(Location.program("convolve"))' \(line)"
    return try run("/bin/sh", ["-c", command])
  }

  @Test("has NumPy's bits, in files, pipes and raw streams", arguments: [UInt32.random(in: 0...(.max))])
  func exact(seed: UInt32) throws {
    let environment = ["OPENBLAS_NUM_THREADS": "1", "OPENBLAS_CORETYPE": ""]
    let script = Location.package + "/Tests/Reference/matrix.py"
    let checked = try run(
      Location.python, [script, Location.program("convolve"), folder.path, "\(seed)", "30"], environment: environment)
    #expect(checked.status == 0 && checked.output.isEmpty, "seed \(seed): \(checked.output)\(checked.error)")
  }

  @Test("is told by its name or by what it holds, serves a batch, and is forecast")
  func batch() throws {
    let (first, second) = ("s16-2.wav", "s24-2.wav")
    try FileManager.default.copyItem(atPath: folder.file("room.yaml"), toPath: folder.file("room.conf"))
    for name in ["room.yaml", "room.conf"] {
      #expect(try inside("\(first) \(second) \(name) -o out-\(name)/ -q").status == 0)
    }
    for input in [first, second] {
      let alone = try inside("\(input) room.yaml -o alone.wav -q")
      #expect(alone.status == 0, "\(alone.error)")
      for name in ["room.yaml", "room.conf"] {
        #expect(contents(folder.file("out-\(name)/\(input)")) == contents(folder.file("alone.wav")))
      }
    }
    let dry = try inside("\(first) room.yaml -o dry.wav --dry-run --mode head")
    #expect(dry.status == 0 && dry.output.hasPrefix("result: dry.wav: 16-bit PCM, 48000 Hz, "), "\(dry)")
    #expect(!FileManager.default.fileExists(atPath: folder.file("dry.wav")))
    let verbose = try inside("\(first) room.yaml -o loud.wav --verbose")
    #expect(verbose.error.contains("configuration, 3 filters, 2 to 3 channels, 48000 Hz"), "\(verbose.error)")
  }

  @Test(
    "is refused with what to do",
    arguments: [
      ("s16-1.wav room.yaml -o y.wav", 65, "s16-1.wav has 1 channel, room.yaml takes 2"),
      ("s16-2.wav none.yaml -o y.wav", 66, "none.yaml: there is no such file"),
      ("s16-2.wav wrong.yaml -o y.wav", 65, "wrong.yaml:4: filters: a: "),
      ("s16-2.wav wrong.yaml -o y.wav", 65, "\nconvolve: wrong.yaml:5: "),
      ("s16-2.wav other.yaml -o y.wav", 65, "other.yaml is for 44100 Hz, s16-2.wav has 48000 Hz: resample it, or set `rate: auto`"),
      ("s16-2.wav room.yaml -o y.npy", 64, "an array takes one"),
      ("s16-2.wav room.yaml -o y.wav --mode same", 64, "--mode same and the configuration room.yaml exclude each other"),
      ("s16-2.wav room.yaml -o y.wav --edges corrected", 64, "--edges corrected"),
      ("s16-2.wav room.yaml -o y.wav --resample", 64, "--resample and the configuration"),
      ("s16-2.wav room.yaml -o y.wav --matrix LL,LR,RL,RR", 64, "--matrix and the configuration"),
      ("s16-2.wav room.yaml -o y.wav --kernel-format f32", 64, "--kernel-format and the configuration"),
      ("s16-2.wav dirac -o y.wav --matrix LL,LR,RL,RR", 65, "--matrix names 4"),
      ("s16-2.wav dirac -o y.wav --matrix LL,LR,RL", 64, "no order of the four paths"),
      ("s16-2.wav dirac -o y.wav --matrix LL,LL,RL,RR", 64, "name each once"),
      ("s16-2.wav dirac -o y.wav --raw s16,2,48000", 64, "INPUT is s16-2.wav"),
      ("- dirac -o - --raw s16,2", 64, "as in s16,2,44100"), ("- dirac -o - --raw u8,2,48000", 64, "formats are f32, f64, s16"),
      ("- dirac -o - --raw s16,0,48000", 64, "s16,0,48000"), ("- dirac -o - --raw s16,2,48000 --mode valid", 64, "--mode valid and --raw"),
      ("- dirac -o y.npy --raw s16,1,48000 --mode head", 64, "--mode head is for sound"),
      ("- dirac -o - --raw s16,2,48000 < odd.raw", 65, "it ends 2 bytes into a frame of 4: is it s16 of 2 channels?"),
      ("- dirac -o - --raw s16,2,48000 < /dev/null", 65, "standard input: it holds no samples"),
      ("- room.yaml -o - --raw s16,2,44100 < odd.raw", 65, "room.yaml is for 48000 Hz, standard input has 44100 Hz"),
    ])
  func refusals(line: String, status: Int32, text: String) throws {
    let head = "capture: { device: none, channels: 2 }\nplayback: { device: none, channels: 2 }\nfilters:\n"
    try write("rate: 44100\n" + head + "  - { name: a, from: 0, to: 0, kernel: dirac }\n", "other.yaml")
    try write(
      "{ rate: 48000, capture: { device: none, channels: 2 }, playback: { device: none, channels: 2 },\n  filters: [\n\n"
        + "  { name: a, from: 0, to: 0, kernel: none.wav },\n  { name: b, from: 5, to: 0, kernel: dirac } ] }\n", "wrong.yaml")
    try Data([1, 0, 2, 0, 3, 0]).write(to: URL(fileURLWithPath: folder.file("odd.raw")))
    let completed = try inside(line)
    #expect(completed.status == status && completed.error.contains(text), "\(completed)")
    // One line for each fault.
    #expect(completed.error.split(separator: "\n").count == (line.contains("wrong.yaml") ? 2 : 1), "\(completed)")
    #expect(!FileManager.default.fileExists(atPath: folder.file("y.wav")))
  }

  @Test(
    "does not lose a kernel to an output, at whichever rate it is read",
    arguments: [
      ("cd.wav auto.yaml -o room-44100.wav", "room-44100.wav is read"), ("cd.wav auto.yaml -o ./in/44100/r.wav", "is read"),
      ("cd.wav auto.yaml -o link.wav", "link.wav, which is room-44100.wav, is read"),
      ("cd.wav auto.yaml -o room-44100.wav --dry-run", "room-44100.wav is read"),
      ("cd.wav auto.yaml -o text-44100.aiff", "is read"), ("dvd.wav auto.yaml -o room-48000.wav", "is read"),
      ("44100.wav dvd.wav auto.yaml -o room-{name}", "room-44100.wav is read"),
      ("dvd.wav 44100.wav auto.yaml -o in/{stem}/r.wav", "is read"),
      // The first would replace what the second reads.
      ("48000.wav 44100.wav auto.yaml -o swapped-{name}", "swapped-48000.wav, which is room-44100.wav, is read"),
      ("- auto.yaml -o room-44100.wav < cd.wav", "room-44100.wav is read"),
      ("- auto.yaml -o text-44100.aiff --raw s16,2,44100 < cd.wav", "is read"),
    ])
  func kept(line: String, text: String) throws {
    let script = """
      import os, sys, wave
      os.chdir(sys.argv[1])
      for rate in 44100, 48000:
          os.makedirs(f'in/{rate}')
          for name, count in (f'{rate}.wav', 2), (f'room-{rate}.wav', 1), (f'in/{rate}/r.wav', 1), (f'text-{rate}.aiff', 1):
              with wave.open(name, 'wb') as f: f.setparams((count, 2, rate, 0, 'NONE', '')), f.writeframes(b'\\x10' * 400)
      os.link('44100.wav', 'cd.wav'), os.link('48000.wav', 'dvd.wav')
      os.symlink('room-44100.wav', 'link.wav'), os.symlink('room-44100.wav', 'swapped-48000.wav')
      """
    let made = try run(Location.python, ["-c", script, folder.path])
    try #require(made.status == 0, "\(made.error)")
    try write(
      """
      rate: auto
      capture: { device: none, channels: 2 }
      playback: { device: none, channels: 2 }
      filters:
        - { name: a, from: 0, to: 0, kernel: "room-{rate}.wav" }
        - { name: b, from: 1, to: 1, kernels: ["minimum:in/{rate}/r.wav", "text-{rate}.aiff"] }
      """, "auto.yaml")
    let names = ["room-44100.wav", "room-48000.wav", "in/44100/r.wav", "in/48000/r.wav", "text-44100.aiff"]
    let before = names.map { contents(folder.file($0)) }
    let completed = try inside(line)
    #expect(completed.status == 64 && completed.error.contains(text), "\(completed)")
    #expect(completed.error.contains("would be overwritten: nothing was written"), "\(completed)")
    #expect(names.map { contents(folder.file($0)) } == before)
  }

  @Test("The head of a result is as long as the input, also where the kernel is longer")
  func head() throws {
    for (input, kernel) in [("s24-1.wav", "kernel-65-1.wav"), ("kernel-65-1.wav", "s24-1.wav")] {
      #expect(try inside("\(input) \(kernel) -o full.wav --format double -q").status == 0)
      let completed = try inside("\(input) \(kernel) -o head.wav --format double -q --mode head")
      #expect(completed.status == 0, "\(completed.error)")
      #expect(try inside("\(input) dirac -o same.wav --format double -q").status == 0)
      let (full, head) = (contents(folder.file("full.wav")), contents(folder.file("head.wav")))
      #expect(head.count == contents(folder.file("same.wav")).count)
      // Behind headers of at most 100 bytes.
      let samples = head.count - 100
      #expect(head.suffix(samples).elementsEqual(full[100..<head.count]))
    }
  }
}
