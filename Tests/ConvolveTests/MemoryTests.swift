import Foundation
import TestSupport
import Testing

/// Small inputs that ask for much memory are refused with the figures, before it is taken.
@Suite struct MemoryTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    let script = """
      import os, struct, sys, numpy as np
      os.chdir(sys.argv[1])
      np.save('a.npy', np.arange(1000.)), np.save('image.npy', np.ones((2, 1 << 19))), np.save('tall.npy', np.ones((1 << 19, 2)))
      def sparse(name, bytes):
          with open(name, 'ab') as f: f.truncate(f.tell() + bytes)
      def array(name, descr, shape, bytes):
          text = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}".encode()
          text += b' ' * (63 - (10 + len(text)) % 64) + b'\\n'
          open(name, 'wb').write(b'\\x93NUMPY\\x01\\x00' + struct.pack('<H', len(text)) + text)
          sparse(name, bytes)
      array('sparse.npy', '<f8', (1 << 40,), 1 << 43), array('deep.npy', '<i2', (1 << 20, 1 << 22), 1 << 43)
      array('bytes.npy', '|i1', (1 << 43,), 1 << 43), sparse('sparse.raw', 1 << 43), sparse('sparse.txt', 1 << 43)
      open('sparse.w64', 'wb'), open('lines.txt', 'wb').write(b'\\n' * (64 << 20))
      # RF64 of 8 TB of silence.
      format, size = struct.pack('<HHIIHH', 1, 1, 48_000, 96_000, 2, 16), 1 << 43
      open('sparse.wav', 'wb').write(b'RF64\\xff\\xff\\xff\\xffWAVEds64' + struct.pack('<I', 28) + struct.pack('<QQQI', size + 72, size, size // 2, 0)
          + b'fmt ' + struct.pack('<I', 16) + format + b'data\\xff\\xff\\xff\\xff')
      sparse('sparse.wav', size)
      # Two rates without a common divisor.
      def sound(name, rate): open(name, 'wb').write(b'RIFF' + struct.pack('<I', 36 + 8) + b'WAVEfmt ' + struct.pack('<I', 16)
          + struct.pack('<HHIIHH', 1, 1, rate, 0, 2, 16) + b'data' + struct.pack('<I', 8) + bytes(range(8)))
      sound('prime.wav', 2_147_483_647), sound('even.wav', 2_147_483_646)
      """
    let completed = try run(Location.python, ["-c", script, folder.path])
    try #require(completed.status == 0, "\(completed.error)")
  }

  @Test(
    "What does not fit is refused in one line, with what it needs and what is free",
    arguments: [
      "sparse.npy sparse.npy -o y.npy", "a.npy sparse.npy -o y.npy", "bytes.npy taps:1 -o y.npy", "a.npy bytes.npy -o y.npy --gain 1",
      "deep.npy dirac -o y.npy", "a.npy sparse.raw -o y.npy --kernel-format f32", "a.npy sparse.txt -o y.npy", "a.npy sparse.wav -o y.wav",
      "inspect sparse.wav", "inspect sparse.npy", "inspect sparse.txt", "inspect sparse.raw --kernel-format f64", "find bytes.npy taps:1",
      "find a.npy sparse.wav", "find a.npy sparse.npy", "2d deep.npy image.npy -o y.npy", "2d image.npy tall.npy -o y.npy",
      "2d tall.npy image.npy -o y.npy --boundary wrap", "even.wav prime.wav -o y.wav --resample",
    ])
  func refused(line: String) throws {
    let completed = try convolve(in: 16_000_000, line)
    #expect(completed.status == 65 && completed.output.isEmpty, "\(completed)")
    #expect(completed.error.filter { $0 == "\n" }.count == 1, "\(completed.error)")
    #expect(
      completed.error.firstMatch(of: #/it needs ([0-9.]+ [MG]B of|more) memory.*, [0-9.]+ [MG]B are free: /#) != nil, "\(completed.error)")
    #expect(!FileManager.default.fileExists(atPath: folder.file("y.npy")))
  }

  @Test("64 MiB of line breaks are no taps, in the memory that is forecast")
  func lines() throws {
    let completed = try convolve(in: 16_000_000, "inspect lines.txt")
    #expect(completed.status == 65 && completed.error.contains("holds no taps"), "\(completed)")
    #expect(try convolve(in: 500_000, "inspect lines.txt").error.contains("of memory"))
  }

  @Test(
    "With any limit above the floor a command works or refuses, and never ends by a signal",
    arguments: [
      "inspect box:1000000", "inspect box:4000000", "find a.npy box:900", "find image1.npy taps:1 --equal --json", "box.npy box:5 -o y.npy",
      "int.npy int.npy -o y.npy", "int.npy int.npy -o y.npy --method fft --jobs 8", "box.npy box:500000 -o y.npy --fast",
      "tone.wav box:1000000 -o y.wav",
      "tone.wav box:50 -o y.wav --edges corrected --jobs 4", "2d image.npy image.npy -o y.npy --mode valid",
      "tone.wav tone.wav -o y.wav --method fft",
      "bool.npy taps:1,2 -o y.npy", "find bool.npy taps:1", "inspect ones.txt",
    ], [200_000, 300_000, 500_000])
  func limits(line: String, kilobytes: Int) throws {
    let script = """
      import os, sys, wave, numpy as np
      os.chdir(sys.argv[1])
      np.save('image1.npy', np.ones(1 << 18)), np.save('box.npy', np.ones(1 << 21)), np.save('int.npy', np.arange(1 << 19) ** 3)
      np.save('bool.npy', np.ones(1 << 24, bool)), open('ones.txt', 'w').write('1\\n' * (1 << 21))
      with wave.open('tone.wav', 'wb') as f: f.setparams((2, 2, 48_000, 0, 'NONE', '')), f.writeframes(bytes(range(256)) * 16_384)
      """
    try #require(try run(Location.python, ["-c", script, folder.path]).status == 0)
    let completed = try convolve(in: kilobytes, line)
    #expect(
      completed.status == 0 || completed.status == 65 && completed.error.contains("are free"),
      "\(kilobytes): \(completed.status) \(completed.error)")
  }

  private func convolve(in kilobytes: Int, _ line: String) throws -> Completed {
    let program = Location.program("convolve")
    return try run(
      "/bin/sh",
      ["-c", "cd '\(folder.path)' && ulimit -v \(kilobytes) && exec timeout 120 '\(program)' \(line) > out.txt && tail -c 300 out.txt"],
      environment: ["SWIFT_BACKTRACE": "enable=no"])
  }
}
