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
      np.save('many.npy', np.ones(1 << 20, np.int8))
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
      # FLAC of unknown length, whose frames of 34 bytes are silence in eight channels.
      def crc(data, width, polynomial):
          value, top = 0, 1 << (width - 1)
          for byte in data:
              value ^= byte << (width - 8)
              for _ in range(8): value = (value << 1 ^ polynomial if value & top else value << 1) & ((1 << width) - 1)
          return value
      def frame(number):
          head = b'\\xff\\xf8\\x7a\\x78' + chr(number).encode() + b'\\xff\\xfe'
          body = head + bytes([crc(head, 8, 0x07)]) + bytes(24)
          return body + struct.pack('>H', crc(body, 16, 0x8005))
      info = struct.pack('>HH', 65535, 65535) + bytes(6) + struct.pack('>Q', 48_000 << 44 | 7 << 41 | 15 << 36) + bytes(16)
      open('bomb.flac', 'wb').write(b'fLaC\\x80\\0\\0\\x22' + info + b''.join(map(frame, range(100))))
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
      "2d tall.npy image.npy -o y.npy --boundary wrap",
    ])
  func refused(line: String) throws { try expectRefusal(of: line, in: 16_000_000) }

  @Test("Integers whose transforms do not fit are refused in a dry run too, which tells of these otherwise")
  func transforms() throws {
    let line = "many.npy many.npy -o y.npy --jobs 1 --dry-run"
    try expectRefusal(of: line, in: 240_000)
    let dry = try convolve(in: 4_000_000, line)
    let memory = try #require(dry.output.firstMatch(of: /memory: about ([0-9]+) MiB/).flatMap { Int($0.1) })
    #expect((300...600).contains(memory), "\(dry)")
  }

  @Test("So is a FLAC of a few bytes, and of much silence")
  func silence() throws {
    for line in [
      "inspect bomb.flac", "a.npy bomb.flac -o y.npy", "find a.npy bomb.flac", "inspect - < bomb.flac", "a.npy - -o y.npy < bomb.flac",
      "find a.npy /dev/stdin < bomb.flac",
    ] { try expectRefusal(of: line, in: 500_000) }
  }

  @Test("So is the longest average, whatever is left")
  func average() throws {
    for line in ["inspect box:16777216", "a.npy box:16777216 -o y.npy", "find a.npy box:16777216"] {
      for kilobytes in [60_000, 100_000, 150_000, 200_000] { try expectRefusal(of: line, in: kilobytes) }
    }
  }

  private func expectRefusal(of line: String, in kilobytes: Int) throws {
    let completed = try convolve(in: kilobytes, line)
    #expect(completed.status == 65 && completed.output.isEmpty, "\(completed)")
    #expect(completed.error.filter { $0 == "\n" }.count == 1, "\(completed.error)")
    #expect(
      completed.error.firstMatch(of: #/it needs ([0-9.]+ [MG]B of|more) memory.*, [0-9.]+ [MG]B are free: /#) != nil, "\(completed.error)")
    #expect(!FileManager.default.fileExists(atPath: folder.file("y.npy")))
  }

  @Test("The remedy is that of what bounds the memory, and helps")
  func remedies() throws {
    let program = Location.program("convolve")
    func inspect(_ limit: String) throws -> Completed {
      let line = "\(limit) && exec '\(program)' inspect box:4000000 --no-charts"
      return try run("/bin/sh", ["-c", line], environment: ["SWIFT_BACKTRACE": "enable=no"])
    }
    let hard = try inspect("ulimit -v 400000")
    #expect(hard.error.contains("start it where the limit is higher: ulimit -v is 400000 here, and cannot be raised"), "\(hard)")
    // Each step says what it lacks.
    var (limit, steps) = (400_000, 0)
    while case let soft = try inspect("ulimit -S -v \(limit)"), soft.status != 0, steps < 8 {
      let advised = try #require(soft.error.firstMatch(of: /raise the shell's limit: ulimit -S -v ([0-9]+) is enough/)?.1, "\(soft)")
      let next = try #require(Int(advised))
      #expect(next > limit)
      (limit, steps) = (next, steps + 1)
    }
    #expect(steps > 0 && steps < 8)
  }

  @Test("A pipe without end as kernel or pattern is refused with what was read and what is free, in whichever part of it")
  func endless() throws {
    let sound =
      #"RIFF\377\377\377\377WAVEfmt \020\0\0\0\001\0\001\0\200\273\0\0\0\167\001\0\002\0\020\0data\377\377\377\377"#
    let chunk = #"RIFF\377\377\377\377WAVEJUNK\360\377\377\377"#
    let lines = ["inspect -", "a.npy - -o y.npy", "find a.npy -", "inspect /dev/stdin"].flatMap { [($0, sound), ($0, chunk)] }
    let program = Location.program("convolve")
    // Without a format the first bytes are taps.
    for (line, start) in lines + [("a.npy - -o y.npy --kernel-format s16", "")] {
      let script = "cd '\(folder.path)' && ulimit -v 400000 && { printf '\(start)'; cat /dev/zero; } | timeout 60 '\(program)' \(line)"
      let completed = try run("/bin/sh", ["-c", script], environment: ["SWIFT_BACKTRACE": "enable=no"])
      #expect(completed.status == 65 && completed.output.isEmpty, "\(line): \(completed)")
      #expect(completed.error.firstMatch(of: #/it needs [0-9.]+ [MG]B of memory, [0-9.]+ [MG]B are free: /#) != nil, "\(completed.error)")
    }
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
      ["-c", "cd '\(folder.path)' && ulimit -v \(kilobytes) && timeout 120 '\(program)' \(line) > out.txt && tail -c 300 out.txt"],
      environment: ["SWIFT_BACKTRACE": "enable=no"])
  }
}
