import NPY
import AudioFile
import Foundation
import NumPy
import TestSupport
import Testing

@Suite("A sound that is convolved as it comes")
struct StreamTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  @Test("is the convolution of all of it, wherever chunks end", arguments: ["1", "2", "7"])
  func chunks(jobs: String) throws {
    // 15,360 frames are a chunk of the direct sum, about 16,384 one of transforms.
    let lengths = [1, 5, 15_359, 15_360, 15_361, 30_720, 40_000]
    var random = SeededGenerator(seed: 70)
    for (index, taps) in [1, 2, 12, 500, 15_360, 20_000].enumerated() {
      for (turn, count) in lengths.enumerated() {
        let mode = ConvolutionMode.allCases[(index + turn) % 3]
        let sound = [random.noise(count), random.noise(count)]
        // As many channels as the sound, or one.
        let kernel = (0..<1 + turn % 2).map { _ in random.noise(taps).map { $0 / 8 } }
        try write(sound, "a.wav")
        try write(kernel, "k.wav")
        let options = ["--mode", mode.rawValue, "--jobs", jobs, "--quiet"]
        for encoding in [SampleEncoding.double, .s24packed] {
          let output = folder.file("y.wav")
          let arguments = [folder.file("a.wav"), folder.file("k.wav"), "-o", output, "--format", encoding.rawValue] + options
          #expect(try convolve(arguments).status == 0)
          let result = try AudioSignal(path: output).channels
          for channel in 0..<2 {
            let exact = try convolve(sound[channel], kernel[channel % kernel.count], mode: mode)
            let expected = encoding == .double ? exact : exact.map { clipped($0, bits: 24) }
            #expect(result[channel] == expected, "seed 70, \(taps) taps, \(count) frames, \(mode), \(encoding), channel \(channel)")
          }
        }
      }
    }
  }

  @Test("So is an array of float64", arguments: [1, 3, 40, 5_000, 15_361], [15_360, 15_361, 46_080])
  func arrays(taps: Int, count: Int) throws {
    var random = SeededGenerator(seed: 72)
    let (a, v) = (random.noise(count), random.noise(taps))
    let kernels = [NumPyArray(v), NumPyArray(v.map { Float($0) }), NumPyArray(.int8(v.map { Int8($0 * 100) }))]
    for (index, kernel) in kernels.enumerated() {
      for (name, array) in [("a.npy", NumPyArray(a)), ("v.npy", kernel)] {
        try Data(array.npy()).write(to: URL(fileURLWithPath: folder.file(name)))
      }
      let mode = ConvolutionMode.allCases[index]
      let arguments = [folder.file("a.npy"), folder.file("v.npy"), "-o", folder.file("y.npy"), "--mode", mode.rawValue]
      let completed = try convolve(arguments)
      #expect(completed.status == 0 && completed.error.isEmpty, "\(completed.error)")
      let expected = try convolve(NumPyArray(a), kernel, mode: mode)
      #expect(contents(folder.file("y.npy")) == expected.npy(), "seed 72, \(taps) taps, \(count) values, \(mode)")
    }
  }

  @Test("takes the same memory whatever its length")
  func memory() throws {
    let script = """
      import resource, struct, subprocess, sys
      program, folder, seconds = sys.argv[1], sys.argv[2], int(sys.argv[3])
      size = 48_000 * 2 * 2 * seconds
      with open(folder + '/long.wav', 'wb') as f:
          f.write(b'RIFF' + struct.pack('<I', 36 + size) + b'WAVEfmt ' + struct.pack('<IHHIIHH', 16, 1, 2, 48_000, 192_000, 4, 16))
          f.write(b'data' + struct.pack('<I', size))
          f.truncate(44 + size)
          # A sound that is not silent everywhere.
          f.seek(44 + size // 2); f.write(bytes(range(256)) * 100)
      command = [program, folder + '/long.wav', folder + '/k.wav', '-o', '-', '--jobs', '2']
      with open('/dev/null', 'wb') as sink: subprocess.run(command, stdout=sink, check=True)
      print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
      """
    var random = SeededGenerator(seed: 71)
    try write([random.noise(16_384).map { $0 / 100 }], "k.wav")
    let kibibytes = try [60, 600].map { seconds in
      let completed = try run(Location.python, ["-c", script, Location.program("convolve"), folder.path, "\(seconds)"])
      return try #require(Int(completed.output.filter { $0 != "\n" }), "\(completed.error)")
    }
    print("16,384 taps: \(kibibytes[0]) KiB for a minute, \(kibibytes[1]) KiB for ten")
    #expect(kibibytes[1] <= 48 << 10 && abs(kibibytes[1] - kibibytes[0]) <= 4 << 10)
  }

  @Test("may be larger than 4 GB")
  func large() throws {
    let script = """
      import struct, sys
      frames = 560_000_000
      with open(sys.argv[1], 'wb') as f:
          f.write(b'RF64' + b'\\xff' * 4 + b'WAVEds64' + struct.pack('<IQQQI', 28, 72 + 8 * frames, 8 * frames, frames, 0))
          f.write(b'fmt ' + struct.pack('<IHHIIHH', 16, 3, 1, 48_000, 384_000, 8, 64) + b'data' + b'\\xff' * 4)
          f.seek(8 * (frames - 1), 1)
          f.write(struct.pack('<d', 0.75))
      """
    let (input, output) = (folder.file("large.rf64"), folder.file("tail"))
    #expect(try run(Location.python, ["-c", script, input]).status == 0)
    let command = "'\(Location.program("convolve"))' '\(input)' taps:0.5,0.25 -o - --format s16 | tail -c 6 > '\(output)'"
    let completed = try run("/bin/sh", ["-c", command])
    #expect(completed.status == 0 && completed.error.isEmpty, "\(completed.error)")
    // 0, 0.75 / 2 and 0.75 / 4 of 32,768.
    #expect(contents(output) == [0, 0, 0x00, 0x30, 0x00, 0x18])
  }

  @Test("leaves nothing behind when it is interrupted", arguments: [SIGINT, SIGTERM, SIGHUP], [false, true])
  func interruption(signal: Int32, isNameless: Bool) throws {
    try write([[Double](repeating: 0.1, count: 100_000)], "a.wav")
    let process = Process()
    // Threads that run tests block signals, which programs inherit.
    let script = "import os, signal, sys; signal.pthread_sigmask(signal.SIG_SETMASK, []); os.execv(sys.argv[1], sys.argv[1:])"
    process.executableURL = URL(fileURLWithPath: Location.python)
    process.arguments = ["-c", script, Location.program("convolve"), "-", "dirac", "-o", folder.file("y.wav")]
    if isNameless { process.environment = ["LD_PRELOAD": Location.cable + "/libnameless.so"] }
    let (input, error) = (Pipe(), Pipe())
    (process.standardInput, process.standardError) = (input, error)
    try process.run()
    // The header and some sound, and then it waits for more.
    input.fileHandleForWriting.write(Data(contents(folder.file("a.wav"))[..<200_000]))
    let deadline = ContinuousClock.now + .seconds(30)
    while try isNameless && folder.listing().count == 1 && process.isRunning && ContinuousClock.now < deadline { usleep(1_000) }
    // All that is asked for is read once the other end waits: the pipe is then empty.
    while try unread(input) > 0 && process.isRunning && ContinuousClock.now < deadline { usleep(1_000) }
    #expect(try process.isRunning && folder.listing().count == (isNameless ? 2 : 1))
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    #expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == signal)
    #expect(try folder.listing() == ["a.wav"])
    try input.fileHandleForWriting.close()
  }

  @Test("becomes a file where none can be without a name")
  func named() throws {
    try write([[0.5, 0.25]], "a.wav")
    let environment = ["LD_PRELOAD": Location.cable + "/libnameless.so"]
    let completed = try run(
      Location.program("convolve"), [folder.file("a.wav"), "dirac", "-o", folder.file("y.wav")], environment: environment)
    #expect(completed.status == 0 && completed.error.isEmpty)
    #expect(try folder.listing() == ["a.wav", "y.wav"])
    #expect(contents(folder.file("y.wav")) == contents(folder.file("a.wav")))
  }

  /// Bytes that nobody has taken out of a pipe yet.
  private func unread(_ pipe: Pipe) throws -> Int32 {
    var count: Int32 = 0
    try #require(ioctl(pipe.fileHandleForWriting.fileDescriptor, UInt(FIONREAD), &count) == 0)
    return count
  }

  private func write(_ channels: [[Double]], _ name: String) throws {
    _ = try AudioWriter(encoding: .double, sampleRate: 48_000).write(channels, path: folder.file(name))
  }

  private func clipped(_ value: Double, bits: Int) -> Double {
    let scale = Double(1 << (bits - 1))
    return min(max((value * scale).rounded(.toNearestOrEven), -scale), scale - 1) / scale
  }
}

extension ScratchFolder {
  func listing() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
}
