import AudioFile
import Foundation
import TestSupport
import Testing

@Suite struct PipeTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  @Test("What goes to standard output comes from standard input", arguments: SampleEncoding.allCases, [1, 2, 3])
  func roundTrip(encoding: SampleEncoding, channels: Int) throws {
    var random = SeededGenerator(seed: 3)
    let sound = (0..<channels).map { _ in random.noise(501).map { ($0 * 32_768).rounded() / 32_768 } }
    for expected in [nil, 501] {
      let bytes = try piped { descriptor in
        let sink = try SoundSink(
          standardOutput: descriptor, encoding: encoding, channelCount: channels, sampleRate: 44_100, expectedFrames: expected)
        _ = try sink.write(sound)
        try sink.commit()
      }
      let format = try withInput(bytes) { source throws in
        #expect(source.frameCount == expected && source.format.encoding == encoding && source.sampleRate == 44_100)
        #expect(try read(source, frames: 100) == sound)
        return source.format
      }
      let file = try SoundSource(bytes: bytes, name: "file")
      #expect(file.frameCount == 501 && file.format == format)
      #expect(try file.channels() == sound)
    }
  }

  @Test("Files come from a pipe", arguments: [AudioContainer.wav, .rf64, .w64], SampleEncoding.allCases)
  func libraryFiles(container: AudioContainer, encoding: SampleEncoding) throws {
    let path = folder.file("x")
    var random = SeededGenerator(seed: 3)
    let sound = [random.noise(501), random.noise(501)]
    try AudioWriter(container: container, encoding: encoding, sampleRate: 48_000).write(sound, path: path)
    let whole = try AudioSignal(path: path)
    try withInput([UInt8](Data(contentsOf: URL(fileURLWithPath: path)))) { source throws in
      #expect(source.layout == whole.layout && source.name == "standard input")
      #expect(try source.channels() == whole.channels)
    }
  }

  @Test("A redirected file may be of any kind")
  func redirected() throws {
    let path = folder.file("x.flac")
    try AudioWriter(container: .flac, encoding: .s16, sampleRate: 48_000).write([[0.5, 0.25]], path: path)
    let descriptor = open(path, O_RDONLY)
    defer { close(descriptor) }
    #expect(try SoundSource(standardInput: descriptor).channels() == [[0.5, 0.25]])
  }

  @Test("Other chunks are skipped, before the samples and after them")
  func chunks() throws {
    let wave = header(fmt: pcm(16), before: chunk("LIST", [1, 2, 3]) + chunk("bext", [UInt8](repeating: 7, count: 1_000)), data: 4)
    #expect(try sound(wave + [0, 0x40, 0, 0xC0] + chunk("LIST", [9])) == [[0.5, -0.5]])
  }

  @Test("Sizes that the writer could not know are open", arguments: [0, 0xFFFF_FFFF, 0x7FFF_FFFF, 0x8000_0000, 0x7FFF_F000])
  func openSizes(size: Int) throws {
    try withInput(header(fmt: pcm(16), data: size) + [0, 0x40, 0, 0xC0, 0, 0x20]) { source throws in
      #expect(source.frameCount == nil && source.layout == "WAV, 16-bit PCM, 1 channel, unknown length, 48000 Hz")
      #expect(try source.channels() == [[0.5, -0.5, 0.25]])
    }
    // An odd length of sound, padded and not.
    for end in [[], [0]] as [[UInt8]] {
      #expect(try sound(header(fmt: pcm(24), data: size) + [0, 0, 0x40] + end) == [[0.5]])
    }
  }

  @Test("What is no WAV that a pipe can hold is refused in one line")
  func malformed() throws {
    let good = header(fmt: pcm(16), data: 8) + [UInt8](repeating: 1, count: 8)
    let cases: [([UInt8], String)] = [
      ([], "it is empty"), (Array("RIFF".utf8), "it ends within its header"), ([UInt8](repeating: 0, count: 100), "it is no sound file"),
      (Array("fLaC".utf8) + good, "it ends within its header"), (Array(good[..<20]), "the file ends within"),
      (Array(good.dropLast()), "its header says 4 frames, 3 are present"),
      (header(fmt: pcm(16), data: 2), "its header says 1 frame, 0 are present"),
      (header(fmt: pcm(16), data: 4) + [1, 1], "its header says 2 frames, 1 is present"),
      (header(fmt: pcm(16), data: 7) + [0], "7 bytes of sound, not a whole number of frames"),
      (header(fmt: pcm(64), data: 8) + [UInt8](repeating: 0, count: 8), "64-bit PCM"),
      (header(fmt: pcm(16, tag: 6), data: 2) + [0, 0], "G.711 of 16 bits"),
      (header(fmt: pcm(16, channels: 0), data: 2) + [0, 0], "0 channels"),
      (header(fmt: pcm(16, channels: 60_000), data: 2) + [0, 0], "60000 channels"),
      (header(fmt: pcm(24, frameBytes: 4), data: 4) + [0, 0, 0, 0], "frames of 4 bytes, which do not agree"),
      (header(fmt: [1, 2], data: 2) + [0, 0], "fmt chunk has 2 bytes"),
      (header(fmt: pcm(16), data: 0xFFFF_FFFF) + [0, 0, 0], "it ends within a frame"),
      (Array("RIFF\u{1}\u{1}\u{1}\u{1}WAVEdata\u{4}\0\0\0abcd".utf8), "before their format"),
    ]
    for (bytes, fault) in cases {
      let error = #expect(throws: AudioFileError.self, "\(fault)") { try sound(bytes) }
      #expect(error?.cause == .badData && error?.message.hasPrefix("standard input: ") == true)
      #expect(error?.message.contains(fault) == true && error?.message.contains("\n") == false, "\(String(describing: error))")
    }
  }

  @Test("Header and first sound come in one write, and nothing before them")
  func firstWrite() throws {
    var ends: [Int32] = [0, 0]
    pipe(&ends)
    defer { ends.forEach { close($0) } }
    let sink = try SoundSink(standardOutput: ends[1], encoding: .s16, channelCount: 1, sampleRate: 48_000)
    var count: CInt = 0
    #expect(ioctl(ends[0], UInt(FIONREAD), &count) == 0 && count == 0)
    _ = try sink.write([[0.5, 0.25]])
    var bytes = [UInt8](repeating: 0, count: 1_000)
    let first = read(ends[0], &bytes, bytes.count)
    #expect(first == 48 && Array(bytes[44..<48]) == [0, 0x40, 0, 0x20])
  }

  @Test("A reader that goes away is an error, not the end of the process")
  func brokenPipe() throws {
    var ends: [Int32] = [0, 0]
    pipe(&ends)
    close(ends[0])
    defer { close(ends[1]) }
    let sink = try SoundSink(standardOutput: ends[1], encoding: .s16, channelCount: 1, sampleRate: 48_000)
    let error = #expect(throws: AudioFileError.self) { try sink.write([[0.5]]) }
    #expect(error == AudioFileError(.inputOutput, "standard output: its reader is gone"))
  }

  @Test("A header that promised another length is an error")
  func brokenPromise() throws {
    _ = try piped { descriptor in
      let sink = try SoundSink(standardOutput: descriptor, encoding: .s16, channelCount: 1, sampleRate: 48_000, expectedFrames: 3)
      _ = try sink.write([[0.5, 0.25]])
      #expect(throws: AudioFileError.self) { try sink.commit() }
    }
  }

  private func sound(_ bytes: [UInt8]) throws -> [[Double]] { try withInput(bytes) { try $0.channels() } }

  private func header(fmt: [UInt8], before: [UInt8] = [], data: Int) -> [UInt8] {
    Array("RIFF".utf8) + little(0xFFFF_FFFF, 4) + "WAVE".utf8 + chunk("fmt ", fmt) + before + "data".utf8 + little(data, 4)
  }

  private func pcm(_ bits: Int, channels: Int = 1, tag: Int = 1, frameBytes: Int? = nil) -> [UInt8] {
    let frameBytes = frameBytes ?? channels * bits / 8
    return little(tag, 2) + little(channels, 2) + little(48_000, 4) + little(48_000 * frameBytes, 4) + little(frameBytes, 2)
      + little(bits, 2)
  }

  private func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
    Array(name.utf8) + little(content.count, 4) + content + [UInt8](repeating: 0, count: content.count % 2)
  }

  private func little(_ value: Int, _ bytes: Int) -> [UInt8] { (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
}

/// Standard input that gives `bytes`, at most as many as a pipe holds.
func withInput<Result>(_ bytes: [UInt8], _ body: (SoundSource) throws -> Result) throws -> Result {
  var ends: [Int32] = [0, 0]
  pipe(&ends)
  defer { close(ends[0]) }
  let written = write(ends[1], bytes, bytes.count)
  close(ends[1])
  try #require(written == bytes.count)
  return try body(SoundSource(standardInput: ends[0]))
}

/// What `body` writes to the descriptor, at most as much as a pipe holds.
func piped(_ body: (Int32) throws -> Void) throws -> [UInt8] {
  var ends: [Int32] = [0, 0]
  pipe(&ends)
  let reading = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
  do {
    defer { close(ends[1]) }
    try body(ends[1])
  }
  return [UInt8](reading.readDataToEndOfFile())
}
