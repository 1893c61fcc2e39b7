import Foundation
import TestSupport
import Testing

@Suite("Operands that are streams")
struct StreamOperandTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    let script = """
      import os, sys, wave, numpy as np
      os.chdir(sys.argv[1])
      for name, count in ('x', 100), ('k', 9):
          with wave.open(name + '.wav', 'wb') as f: f.setparams((1, 2, 48_000, 0, 'NONE', '')), f.writeframes(bytes(range(count)) * 2)
      sound = open('k.wav', 'rb').read()
      # As a program writes it that does not know the length beforehand.
      open('open.wav', 'wb').write(sound[:4] + b'\\xff' * 4 + sound[8:40] + b'\\xff' * 4 + sound[44:])
      open('eq.txt', 'w').write('PK Fc 99 Hz Gain 1 dB Q 1\\n'), open('k.txt', 'w').write('0.5\\n0.25\\n'), np.save('v.npy', np.arange(3)), np.save('f.npy', np.arange(9.) / 8), np.save('a.npy', np.arange(9)), os.mkfifo('fifo')
      (np.arange(4, dtype='<f4') / 64).tofile('k.f32'), np.save('image.npy', np.eye(4))
      """
    let completed = try run(Location.python, ["-c", script, folder.path])
    try #require(completed.status == 0, "\(completed.error)")
  }

  @Test(
    "What a shell's <(...) and /dev/stdin give is what files give",
    arguments: [
      ("convolve x.wav k.wav -o $o.wav", "convolve <(cat x.wav) <(cat k.wav) -o $o.wav"),
      ("convolve x.wav k.wav -o $o.wav", "cat x.wav | convolve /dev/stdin k.wav -o $o.wav"),
      ("convolve x.wav k.wav -o $o.wav", "convolve x.wav /dev/stdin -o $o.wav < k.wav"),
      ("convolve x.wav k.wav -o $o.wav", "cat k.wav | convolve x.wav /dev/fd/0 -o $o.wav"),
      ("convolve x.wav k.wav -o $o.wav", "convolve x.wav <(cat open.wav) -o $o.wav"),
      ("convolve x.wav k.txt -o $o.wav", "convolve x.wav <(cat k.txt) -o $o.wav"),
      ("convolve x.wav k.f32 --kernel-format f32 -o $o.wav", "convolve x.wav <(cat k.f32) --kernel-format f32 -o $o.wav"),
      ("convolve a.npy v.npy -o $o.npy", "convolve a.npy <(cat v.npy) -o $o.npy"),
      ("convolve a.npy v.npy -o $o.npy", "cat v.npy | convolve a.npy - -o $o.npy"),
      ("convolve a.npy v.npy -o $o.npy", "cat v.npy | convolve a.npy /dev/stdin -o $o.npy"),
      ("convolve a.npy v.npy -o $o.npy", "cat a.npy | convolve - v.npy -o $o.npy"),
      ("convolve a.npy v.npy -o $o.npy", "convolve - v.npy -o $o.npy < a.npy"),
      ("convolve a.npy v.npy -o $o.npy", "cat v.npy | convolve <(cat a.npy) /dev/stdin -o $o.npy"),
      ("convolve f.npy f.npy -o $o.npy", "cat f.npy | convolve /dev/stdin f.npy -o $o.npy"),
      ("convolve f.npy k.wav -o $o.wav", "cat f.npy | convolve - k.wav -o $o.wav"),
      ("convolve x.wav k.txt -o $o.wav", "cat k.txt | convolve x.wav - -o $o.wav"),
      ("convolve x.wav k.f32 --kernel-format f32 -o $o.wav", "cat k.f32 | convolve x.wav - --kernel-format f32 -o $o.wav"),
      ("convolve x.wav k.wav -o $o.npy", "cat k.wav | convolve x.wav /dev/stdin -o $o.npy"),
      ("convolve 2d image.npy image.npy -o $o.npy", "cat image.npy | convolve 2d image.npy - -o $o.npy"),
      ("convolve find a.npy v.npy > $o.txt", "cat a.npy | convolve find - v.npy > $o.txt"),
      ("convolve find a.npy v.npy > $o.txt", "cat v.npy | convolve find a.npy - > $o.txt"),
      ("convolve 2d image.npy image.npy -o $o.npy", "convolve 2d <(cat image.npy) <(cat image.npy) -o $o.npy"),
      ("convolve find x.wav k.wav > $o.txt", "convolve find <(cat x.wav) <(cat k.wav) > $o.txt"),
      ("convolve inspect k.txt --no-charts | tail -n +2 > $o.txt", "convolve inspect <(cat k.txt) --no-charts | tail -n +2 > $o.txt"),
    ])
  func streams(files: String, streams: String) throws {
    for (name, line) in [("one", files), ("two", streams)] {
      let completed = try inside("o=\(name); \(line)")
      #expect(completed.status == 0 && completed.error.isEmpty, "\(line): \(completed)")
    }
    let kind = try #require(["wav", "npy", "txt"].first { files.contains("$o.\($0)") })
    #expect(contents(folder.file("one.\(kind)")) == contents(folder.file("two.\(kind)")))
    #expect(!contents(folder.file("one.\(kind)")).isEmpty)
  }

  @Test(
    "What cannot serve is refused with what would",
    arguments: [
      ("convolve fifo k.wav -o y.wav", 65, "fifo: it is a pipe, and not a regular file: give - in its place, and redirect it: < fifo"),
      ("convolve x.wav fifo -o y.wav", 65, "fifo: it is a pipe, and not a regular file: give -"),
      ("convolve inspect fifo", 65, "give -"), ("convolve find fifo k.wav", 65, "give -"),
      ("convolve x.wav /dev/stdin -o y.wav < /dev/null", 65, "/dev/stdin: it is empty"),
      ("convolve - k.wav -o y.wav < /dev/null", 65, "standard input: it is empty"),
      // An array is no sound of a known rate, and what has a header is no sound without one.
      ("cat a.npy | convolve - v.npy -o -", 64, "standard output: neither standard input nor v.npy says a sample rate, which sound has"),
      ("cat a.npy | convolve - v.npy -o y.wav", 64, "y.wav: neither standard input nor v.npy says a sample rate, which sound has: let the"),
      ("cat a.npy | convolve - k.wav --raw s16,1,48000 -o y.wav", 65, "standard input: it has a header, of .npy, and --raw is for sound"),
      ("cat x.wav | convolve - k.wav --raw s24,1,48000 -o y.wav", 65, "standard input: it has a header, of WAV, and --raw is for sound"),
      // What is longer stays unread.
      (
        "(convolve x.wav graphic:- -o y.wav; status=$?; (( $(wc -c) > 31000000 )) && exit $status) < <(head -c 40000000 /dev/zero)", 65,
        "standard input: it is longer than the 8388608 bytes that a text has"
      ),
      ("convolve x.wav k.wav -o /dev/stdout", 73, "give -o -\n"),
      ("convolve x.wav k.wav -o /dev/null", 73, "give -o - > /dev/null"), ("convolve x.wav k.wav -o fifo", 73, "give -o - > fifo"),
      ("cat k.wav | convolve - /dev/stdin -o y.wav", 64, "- and /dev/stdin are one stream"),
      ("cat x.wav | convolve find /dev/stdin -", 64, "standard input can be only one of the files"),
      ("convolve k.txt x.wav -o y.wav", 65, "comes last; of a kernel, convolve design k.txt -o k.wav --rate 48000 makes a sound of it"),
      ("convolve eq.txt x.wav -o y.wav", 65, "these are filters of an equaliser: write eq:FILE, as the kernel, which comes last"),
      ("convolve a.npy lowpass:LR4@2000 -o y.npy", 65, "convolve design lowpass:LR4@2000 -o kernel.npy --rate 48000"),
      ("convolve a.npy 'eq:PK Fc 99 Hz Gain 1 dB Q 1' -o y.npy", 65, "design 'eq:PK Fc 99 Hz Gain 1 dB Q 1' -o kernel.npy --rate 48000"),
      ("convolve find a.npy linear:lowpass:LR4@2000", 65, "convolve design linear:lowpass:LR4@2000 -o kernel.npy --rate 48000"),
      ("convolve /dev/fd/77 k.wav -o y.wav", 66, "there is no such file"), ("convolve <(cat k.txt) k.wav -o y.wav", 65, "/dev/fd/"),
    ])
  func refusals(line: String, status: Int32, text: String) throws {
    let completed = try inside(line)
    #expect(completed.status == status && completed.error.contains(text) && completed.output.isEmpty, "\(completed)")
    #expect(completed.error.split(separator: "\n").count == 1)
  }

  @Test(
    "A device is refused as whatever it is given, before it is read: it may have no end", .timeLimit(.minutes(1)),
    arguments: ["/dev/zero", "/dev/urandom", "/dev/null", "link"])
  func devices(name: String) throws {
    try FileManager.default.createSymbolicLink(atPath: folder.file("link"), withDestinationPath: "/dev/zero")
    for line in [
      "\(name) k.wav -o y.wav", "x.wav \(name) -o y.wav", "a.npy \(name) -o y.npy", "x.wav \(name) --kernel-format f32 -o y.wav",
      "x.wav f64:\(name) -o y.wav", "x.wav minimum:\(name) -o y.wav", "x.wav eq:\(name) -o y.wav", "2d \(name) image.npy -o y.npy",
      "find \(name) k.wav", "find x.wav \(name)", "inspect \(name)", "design minimum:\(name) -o y.wav --rate 48000",
      "x.wav k.wav \(name) -o out/", "x.wav /dev/fd/7 -o y.wav 7< \(name)",
    ] {
      // In so little memory that reading on would fail otherwise.
      let completed = try inside("ulimit -v 2000000; convolve \(line)")
      #expect(completed.status == 65 && completed.error.contains(": it is a device, and not a regular file"), "\(line): \(completed)")
    }
  }

  @Test("Of a stream that is no kernel no more is read than tells that", .timeLimit(.minutes(1)))
  func endless() throws {
    let before = try inside("convolve x.wav - -o y.wav < /dev/zero")
    #expect(before.status == 65 && before.error.contains("standard input: it is a device, and not a regular file"), "\(before)")
    for line in ["convolve x.wav -", "convolve find x.wav -", "convolve inspect -"] {
      let output = line.hasPrefix("convolve x") ? " -o y.wav" : ""
      let rest = "(\(line)\(output); status=$?; (( $(wc -c) > 31000000 )) && exit $status) < <(head -c 40000000 /dev/zero)"
      let completed = try inside(rest)
      #expect(completed.status == 65 && completed.error.contains("standard input: it is no sound file"), "\(line): \(completed)")
    }
  }

  @Test("that end within a frame say so, however late their last part comes and whichever thread meets it")
  func cutFrames() throws {
    for _ in 0..<20 {
      let completed = try inside("(printf '1234'; sleep 0.02; printf '12') | convolve - dirac -o - --raw s16,2,48000 | wc -c")
      #expect(completed.error.contains("it ends 2 bytes into a frame of 4"), "\(completed)")
      #expect(completed.error.split(separator: "\n").count == 1, "\(completed)")
    }
    let one = try inside("printf '12345' | convolve - dirac -o y.wav --raw s16,2,48000")
    #expect(one.error.contains("it ends 1 byte into a frame of 4"), "\(one)")
  }

  private func inside(_ line: String) throws -> Completed {
    let function = "convolve() { '\(Location.program("convolve"))' \"$@\"; }"
    return try run("/bin/bash", ["-c", "cd '\(folder.path)' && \(function); \(line)"])
  }
}
