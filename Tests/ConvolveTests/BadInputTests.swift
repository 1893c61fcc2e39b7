import AudioFile
import Foundation
import TestSupport
import Testing

@Suite struct BadInputTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    let script = """
      import os, sys, wave, numpy as np
      os.chdir(sys.argv[1])
      np.save('a.npy', np.arange(9.)), np.save('v.npy', np.ones(3)), np.save('empty.npy', np.ones(0))
      np.save('deep.npy', np.ones((2, 3))), np.save('nan.npy', np.array([1, np.nan]))
      np.save('complex.npy', np.ones(3, complex)), np.save('long.npy', np.ones(3, np.longdouble))
      open('short.npy', 'wb').write(open('a.npy', 'rb').read()[:-1])
      def sound(name, rate, channels, frames, width=2):
          with wave.open(name, 'wb') as f:
              f.setparams((channels, width, rate, 0, 'NONE', '')), f.writeframes(b'\\x10' * (frames * channels * width))
      sound('mono.wav', 48000, 1, 100), sound('stereo.wav', 48000, 2, 100), sound('three.wav', 48000, 3, 100)
      sound('cd.wav', 44100, 1, 100), sound('cd-two.wav', 44100, 2, 100), sound('none.wav', 48000, 1, 0), sound('u8.wav', 48000, 1, 100, 1)
      open('short.wav', 'wb').write(open('mono.wav', 'rb').read()[:-20])
      open('noise.wav', 'wb').write(bytes(range(1, 200))), open('nothing.wav', 'wb')
      open('list.txt', 'w').write('1\\n0,5\\n'), open('blank.txt', 'w').write('# nothing\\n\\n')
      open('inf.txt', 'w').write('1\\n\\n2\\n1e999\\n'), open('wide.txt', 'w', encoding='utf-16').write('1\\n2\\n'), os.mkdir('folder'), os.mkfifo('fifo')
      """
    let completed = try run(Location.python, ["-c", script, folder.path])
    try #require(completed.status == 0, "\(completed.error)")
  }

  @Test(
    "Bad input ends with one clear line, the right code and no output",
    arguments: [
      ("missing.wav v.npy out.wav", 66, "there is no such file"), ("mono.wav missing.txt out.wav", 66, "there is no such file"),
      ("mono.wav highpas:LR4@2000 out.wav", 66, "no such file: kernels that are no files are taps:0.5,1,0.5, box:8"),
      ("mono.wav 0.25,-0.5,1e-3 out.wav", 66, "no such file: taps are written taps:0.25,-0.5,1e-3"),
      ("wide.txt v.npy out.wav", 65, "it is text, and no sound file"),
      ("mono.wav v.npy out.wav --raw s16,1025,48000", 64, "channels 1 to 1024"),
      ("mono.wav box out.wav", 66, "highpass:, bandpass:, eq:"), ("mono.wav a,b.wav out.wav", 66, "a,b.wav: there is no such file"),
      ("a.npy missing.npy out.npy", 66, "there is no such file"), ("mono.wav/x v.npy out.wav", 66, "there is no such file"),
      ("short.wav v.npy out.wav", 65, "its header says 100 frames, 90 are present"), ("mono.wav short.wav out.wav", 65, "truncated"),
      ("short.npy v.npy out.npy", 65, "truncated"), ("noise.wav v.npy out.wav", 65, "no sound file"),
      ("nothing.wav v.npy out.wav", 65, "it is empty"), ("none.wav v.npy out.wav", 65, "a cannot be empty"),
      ("mono.wav none.wav out.wav", 65, "holds no taps"), ("empty.npy v.npy out.npy", 65, "a cannot be empty"),
      ("a.npy empty.npy out.npy", 65, "v cannot be empty"), ("mono.wav empty.npy out.wav", 65, "holds no taps"),
      ("deep.npy v.npy out.npy", 65, "object too deep for desired array, of one dimension: for two there is convolve 2d: a is "),
      ("a.npy deep.npy out.npy", 65, "object too deep for desired array"),
      ("mono.wav deep.npy out.wav", 65, "object too deep for desired array"),
      ("deep.npy mono.wav out.wav", 65, "object too deep for desired array"), ("long.npy v.npy out.npy", 65, "float128"),
      ("mono.wav complex.npy out.wav", 65, "complex.npy: its elements are complex128: save the real part"),
      ("complex.npy mono.wav out.wav", 65, "complex.npy: its elements are complex128"),
      ("mono.wav nan.npy out.wav", 65, "tap 1 is nan"), ("mono.wav inf.txt out.wav", 65, "line 4 is \"1e999\": every tap"),
      ("mono.wav list.txt out.wav", 65, "line 2 is \"0,5\""), ("mono.wav blank.txt out.wav", 65, "holds no taps"),
      ("mono.wav cd.wav out.wav", 65, "cd.wav has 44100 Hz"),
      ("mono.wav cd-two.wav out.wav --resample", 65, "cd-two.wav has 2 channels"), ("stereo.wav three.wav out.wav", 65, "has 3 channels"),
      ("mono.wav stereo.wav out.wav", 65, "a configuration in the kernel's place leads the input to two outputs (from: 0, to: 0 with"),
      ("folder v.npy out.npy", 65, "it is a folder"),
      ("fifo v.npy out.npy", 65, "not a regular file: give - in its place, and redirect it: < "),
      ("mono.wav nan.txt out.wav", 66, "there is no such file"),
      ("mono.wav v.npy missing/out.wav", 73, "its folder does not exist"), ("mono.wav v.npy a.npy/out.wav", 73, "does not exist"),
      ("mono.wav v.npy out.flac --format double", 73, "flac files hold no 64-bit float"),
      ("mono.wav taps:1,two out.wav", 64, "\"two\" is not a number"), ("mono.wav taps: out.wav", 64, "is not a number"),
      ("mono.wav taps:0x10 out.wav", 64, "\"0x10\" is not a number"), ("mono.wav taps:1,-0X1p3 out.wav", 64, "is not a number"),
      ("mono.wav taps:1,nan out.wav", 64, "tap 1 is nan"), ("mono.wav v.npy out.xyz", 64, "does not say what to write"),
      ("mono.wav v.npy fold", 64, "does not say what to write"), ("a.npy v.npy out.wav", 64, "let the output's name end in .npy"),
      ("stereo.wav v.npy out.npy", 64, "has 2 channels"), ("a.npy v.npy out.npy --format s16", 64, "is for sound files"),
      ("a.npy v.npy out.npy -mode same", 64, "did you mean --mode?"), ("a.npy v.npy out.npy --mode most", 64, "'most' is invalid"),
      ("a.npy v.npy out.npy --profile z80", 64, "'z80' is invalid"),
      ("a.npy v.npy out.npy --format s12", 64, "'s12' is invalid"), ("a.npy v.npy out.npy --jobs 0", 64, "--jobs is 0"),
      ("a.npy v.npy out.npy --bogus", 64, "--bogus"), ("a.npy v.npy out.npy more", 64, "more"),
      ("a.npy v.npy out.npy --quiet --verbose", 64, "exclude each other"),
      ("a.npy v.npy out.npy --fast --edges corrected", 64, "--fast and --edges corrected exclude each other"),
      ("a.npy v.npy out.npy --method fft --edges corrected", 64, "--method fft and --edges corrected exclude each other"),
      ("mono.wav v.npy out.wav --strict --format float", 64, "floating point does not clip"),
      ("mono.wav taps:1 out.wav --resample", 64, "taps:1 has none"),
      ("mono.wav v.npy out.wav --resample --kernel-format f32", 64, "raw samples have no rate"),
      ("- v.npy out.npy", 65, "standard input: it is empty"),
    ])
  func badInput(line: String, status: Int32, text: String) throws {
    let words = line.split(separator: " ").map(String.init)
    let before = try listing()
    let paths = words[..<2].map { $0.contains(":") || $0 == "-" ? $0 : folder.file($0) }
    let completed = try convolve(paths + ["-o", folder.file(words[2])] + words[3...])
    #expect(completed.status == status, "\(completed.error)")
    #expect(completed.error.hasPrefix("convolve: ") && completed.error.contains(text), "\(completed.error)")
    #expect(completed.error.filter { $0 == "\n" }.count == 1 && completed.output.isEmpty, "\(completed.error)")
    #expect(try listing() == before)
  }

  @Test("Control characters in names reach no terminal", arguments: ["\u{1B}]0;title\u{7}", "a\nb", "\u{9B}31m", "\u{202E}gpj"])
  func names(part: String) throws {
    let (sound, missing) = (folder.file(part + ".wav"), folder.file(part + ".txt"))
    try FileManager.default.copyItem(atPath: folder.file("u8.wav"), toPath: sound)
    let commands = [
      ["inspect", sound], ["inspect", sound, "--json"], ["inspect", missing], ["inspect", missing, missing + "2"],
      ["find", sound, "taps:1"],
      [sound, "dirac", "-o", folder.file(part + "y.wav")], [sound, "dirac", "-o", folder.file(part + "y.wav"), "--dry-run"],
      [sound, "dirac", "-o", folder.file(part + "y.wav"), "--verbose"], [sound, missing, "-o", folder.file("y.wav")],
      ["2d", sound, missing, "-o", folder.file("y.npy")], [sound, "taps:" + part, "-o", folder.file("y.wav")],
      [sound, "dirac", "-o", part],
    ]
    for arguments in commands {
      let completed = try convolve(arguments)
      for text in [completed.output, completed.error] {
        let controls = text.unicodeScalars.filter {
          $0.value < 0x20 && $0 != "\n" || (0x7F...0x9F).contains($0.value) || $0.value == 0x202E
        }
        #expect(controls.isEmpty && !text.split(separator: "\n").contains { $0.hasPrefix("b") }, "\(arguments): \(text.debugDescription)")
      }
    }
  }

  @Test("A kernel is not made from words for a sound that it does not suit")
  func unsuited() throws {
    // It could not be made.
    try AudioWriter(encoding: .s16, sampleRate: 48_000).write([[0], [0], [0]], path: folder.file("silent.wav"))
    for (more, text) in [([], "has 3 channels, "), (["--matrix", "LL,LR,RL,RR"], "has 3 channels, and --matrix names 4")] {
      let completed = try convolve(
        [folder.file("stereo.wav"), "minimum:\(folder.file("silent.wav"))", "-o", folder.file("out.wav")] + more)
      #expect(completed.status == 65 && completed.error.contains(text), "\(completed.error)")
    }
  }

  @Test("An output that fails leaves the file that was there")
  func kept() throws {
    let path = folder.file("kept.npy")
    try Data("precious".utf8).write(to: URL(fileURLWithPath: path))
    #expect(try convolve([folder.file("a.npy"), folder.file("empty.npy"), "-o", path]).status == 65)
    #expect(contents(path) == Array("precious".utf8))
  }

  @Test("Something that is not a regular file is never replaced")
  func irregular() throws {
    let link = folder.file("null.wav")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "/dev/null")
    let completed = try convolve([folder.file("mono.wav"), "dirac", "-o", link])
    #expect(completed.status == 73 && completed.error.contains("not a regular file"))
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "/dev/null")
  }

  @Test("An output takes a file's place, and a link to it stays one")
  func replaced() throws {
    let (old, link) = (folder.file("stereo.wav"), folder.file("link.wav"))
    #expect(try convolve([folder.file("mono.wav"), "taps:0.5,0.25", "-o", folder.file("out.wav")]).status == 0)
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: old)
    #expect(try convolve([folder.file("mono.wav"), "taps:0.5,0.25", "-o", link]).status == 0)
    #expect(contents(old) == contents(folder.file("out.wav")))
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == old)
  }

  @Test("What is read is not overwritten, under whichever name")
  func overwritten() throws {
    let link = folder.file("link.wav")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder.file("mono.wav"))
    try FileManager.default.linkItem(atPath: folder.file("v.npy"), toPath: folder.file("hard.npy"))
    for (line, output) in [
      ("mono.wav dirac", "mono.wav"), ("mono.wav dirac", "folder/../mono.wav"), ("mono.wav dirac", "link.wav"),
      ("link.wav dirac", "mono.wav"), ("stereo.wav mono.wav", "link.wav"), ("a.npy v.npy", "a.npy"), ("a.npy v.npy", "hard.npy"),
      ("2d deep.npy v.npy", "hard.npy"), ("2d deep.npy v.npy", "deep.npy"), ("design minimum:mono.wav", "link.wav"),
      ("mono.wav f32:cd.wav", "cd.wav"), ("mono.wav dirac --dry-run", "mono.wav"),
    ] {
      let before = contents(folder.file(output))
      let words = line.split(separator: " ").map(String.init)
      let arguments = words.map { word in
        word.contains(":") ? word.replacing(":", with: ":\(folder.path)/") : word.contains(".") ? folder.file(word) : word
      }
      let completed = try convolve(arguments + ["-o", folder.file(output)])
      #expect(completed.status == 64 && completed.error.contains("is read, and would be overwritten: nothing was written"), "\(completed)")
      #expect(contents(folder.file(output)) == before)
    }
  }

  @Test("What a shell redirects from is read, and not overwritten")
  func redirected() throws {
    for (line, read) in [
      ("- dirac -o mono.wav < mono.wav", "mono.wav"), ("mono.wav - -o stereo.wav < stereo.wav", "stereo.wav"),
      ("- taps:1,2 -o v.npy < v.npy", "v.npy"), ("a.npy - -o v.npy < v.npy", "v.npy"), ("2d deep.npy - -o v.npy < v.npy", "v.npy"),
      ("mono.wav stereo.wav - -o cd.{ext} < cd.wav", "cd.wav"), ("mono.wav minimum:- -o cd.wav < cd.wav", "cd.wav"),
      ("design minimum:- -o mono.wav < mono.wav", "mono.wav"), ("mono.wav dirac -o - >> mono.wav", "mono.wav"),
      ("- dirac -o - < mono.wav 1<> mono.wav", "mono.wav"),
    ] {
      let before = contents(folder.file(read))
      let completed = try run("/bin/sh", ["-c", "cd '\(folder.path)' && exec '\(Location.program("convolve"))' \(line)"])
      #expect(completed.status == 64 && completed.error.contains("is read, and would be overwritten: nothing"), "\(line): \(completed)")
      #expect(contents(folder.file(read)) == before, "\(line)")
    }
  }

  @Test("Clipping is counted, and the gain that it names avoids it")
  func clipping() throws {
    let completed = try convolve([folder.file("mono.wav"), "taps:20", "-o", folder.file("out.wav")])
    #expect(completed.status == 0)
    // 0x1010 of 0x8000, twenty times, is 8.0 dB above full scale.
    #expect(completed.error.contains("100 of 100 samples clipped: --gain -8.0 would avoid it"), "\(completed.error)")
    let lower = 20 * pow(10, -8.0 / 20)
    #expect(try convolve([folder.file("mono.wav"), "taps:\(lower)", "-o", folder.file("out.wav")]).error.isEmpty)
    #expect(try convolve([folder.file("mono.wav"), "taps:20", "-o", folder.file("out.wav"), "--quiet"]).error.isEmpty)
  }

  @Test("A format that is not written comes out as 16 bits, and that is said")
  func otherFormat() throws {
    let out = folder.file("out.wav")
    let completed = try convolve([folder.file("u8.wav"), "dirac", "-o", out])
    #expect(completed.status == 0 && completed.error.contains("u8.wav holds Unsigned 8 bit PCM: the output is s16"))
    let again = try convolve([out, "dirac", "-o", folder.file("again.wav"), "--verbose"])
    #expect(again.error.contains("input: \(out): WAV, 16-bit PCM, 1 channel, 100 frames"))
  }

  @Test("Help is asked for, no error")
  func help() throws {
    let completed = try convolve(["--help"])
    #expect(completed.status == 0 && completed.error.isEmpty && completed.output.contains("np.convolve"))
  }

  private func listing() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }
}
