import AudioFile
import Foundation
import TestSupport
import Testing

@Suite struct SoundStreamTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  @Test("A file reads the same in pieces of any size", arguments: AudioContainer.allCases, [1, 2, 5])
  func pieces(container: AudioContainer, channels: Int) throws {
    var random = SeededGenerator(seed: UInt64(channels))
    let sound = (0..<channels).map { _ in random.noise(3_001) }
    let path = folder.file("x.\(container.rawValue)")
    try AudioWriter(container: container, encoding: .s24packed, sampleRate: 48_000).write(sound, path: path)
    let whole = try AudioSignal(path: path)
    #expect(whole.channels[0].count == 3_001)
    for frames in [1, 7, 1_000, 3_001, 5_000] {
      let source = try SoundSource(path: path)
      #expect(source.frameCount == 3_001 && source.layout == whole.layout)
      #expect(try read(source, frames: frames) == whole.channels, "\(frames) frames at once")
    }
  }

  @Test("A file written in pieces has the bytes of one written at once", arguments: AudioContainer.allCases, SampleEncoding.allCases)
  func writing(container: AudioContainer, encoding: SampleEncoding) throws {
    if container == .flac && (encoding == .s32 || encoding.bits == nil) { return }
    var random = SeededGenerator(seed: 2)
    let sound = [random.noise(2_001), random.noise(2_001)]
    let (whole, pieces) = (folder.file("whole"), folder.file("pieces"))
    for (path, frames) in [(whole, 2_001), (pieces, 67)] {
      let sink = try SoundSink(path: path, container: container, encoding: encoding, channelCount: 2, sampleRate: 44_100)
      for start in stride(from: 0, to: 2_001, by: frames) {
        _ = try sink.write(sound.map { Array($0[start..<min(start + frames, 2_001)]) })
      }
      #expect(sink.frameCount == 2_001 && !FileManager.default.fileExists(atPath: path))
      try sink.commit()
    }
    #expect(contents(whole) == contents(pieces) && contents(whole).count > 2_001)
    #expect(try AudioSignal(path: whole).format.encoding == encoding)
  }

  @Test("A file that grows while it is read gives what it held when it was opened", arguments: ["wav", "flac", "au"])
  func growing(kind: String) throws {
    let path = folder.file("open." + kind)
    var random = SeededGenerator(seed: 8)
    try AudioWriter(encoding: .s16, sampleRate: 48_000).write([random.noise(3_000)], path: folder.file("in.wav"))
    // Through a pipe, so that the header leaves the length open.
    let script = "cd \(folder.path) && ffmpeg -v error -nostdin -i in.wav -f \(kind) - | cat > open.\(kind)"
    let made = try run("/bin/sh", ["-c", script])
    #expect(made.status == 0, "\(made.error)")
    let before = try AudioSignal(path: path).channels
    let source = try SoundSource(path: path)
    #expect(source.frameCount == 3_000)
    let file = try #require(FileHandle(forWritingAtPath: path))
    try file.seekToEnd()
    try file.write(contentsOf: Data(repeating: 1, count: 4_000))
    #expect(try read(source, frames: 700) == before && before[0].count == 3_000)
  }

  @Test("A sink that is not committed leaves nothing, and keeps what was there")
  func dropped() throws {
    let path = folder.file("x.wav")
    try AudioWriter(encoding: .s16, sampleRate: 48_000).write([[0.5]], path: path)
    let before = contents(path)
    do {
      let sink = try SoundSink(path: path, container: .wav, encoding: .s24packed, channelCount: 1, sampleRate: 48_000)
      _ = try sink.write([[0.25, 0.125]])
    }
    #expect(contents(path) == before)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["x.wav"])
  }

  @Test("What a WAV or AIFF cannot hold is refused beforehand, or when it is reached", arguments: [AudioContainer.wav, .aiff])
  func tooLarge(container: AudioContainer) throws {
    let path = folder.file("x." + container.rawValue)
    for frames in [1 << 29, 1 << 62] {
      let error = #expect(throws: AudioFileError.self) {
        try SoundSink(
          path: path, container: container, encoding: .double, channelCount: 1, sampleRate: 48_000, expectedFrames: frames)
      }
      #expect(error?.cause == .cannotCreate && error?.message.contains(".rf64 or .w64") == true)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
  }

  @Test("A file of more than 4 GiB tells its length", arguments: ["rf64", "w64"])
  func huge(kind: String) throws {
    let (path, frames) = (folder.file("x." + kind), 2_700_000_000)
    try AudioWriter(container: AudioContainer(path: path)!, encoding: .s16, sampleRate: 48_000).write([[0.5]], path: path)
    var bytes = contents(path)
    // The last eight bytes of the first header's ds64, or of the size of the data, say how much sound there is.
    let old = withUnsafeBytes(of: 2) { Array($0) }
    func replace(_ start: Int, _ value: Int) { bytes.replaceSubrange(start..<start + 8, with: withUnsafeBytes(of: value) { Array($0) }) }
    if kind == "rf64" {
      #expect(Array(bytes[28..<36]) == old)
      replace(20, bytes.count - 8 + 2 * frames - 2)
      replace(28, 2 * frames)
      replace(36, frames)
    } else {
      let data = try #require(Data(bytes).range(of: Data("data".utf8))).lowerBound
      replace(16, data + 24 + 2 * frames)
      replace(data + 16, 24 + 2 * frames)
    }
    let start = kind == "rf64" ? bytes.count - 2 : try #require(Data(bytes).range(of: Data("data".utf8))).lowerBound + 24
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    // A hole takes no room on the disk.
    #expect(truncate(path, off_t(start + 2 * frames)) == 0)
    let source = try SoundSource(path: path)
    #expect(source.frameCount == frames)
    if ProcessInfo.processInfo.environment["CONVOLVED_SOAK"] != nil {
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
      defer { buffer.deallocate() }
      var total = 0
      while case let count = try source.read(into: buffer), count > 0 { total += count }
      #expect(total == frames)
    }
    #expect(truncate(path, off_t(start + 2 * frames - 1_000)) == 0)
    #expect(throws: AudioFileError.self) { try AudioSignal(path: path) }
  }

  @Test("A size near 2 or 4 GiB is true where the file ends as its first size says, and ends before a chunk elsewhere")
  func nearlyLargest() throws {
    let path = folder.file("x.wav")
    func little(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
    func letters(_ text: String) -> [UInt8] { Array(text.utf8) }
    // One channel of eight bits.
    let rate = little(48_000, 4)
    let format = [letters("fmt "), little(16, 4), little(1, 2), little(1, 2), rate, rate, little(1, 2), little(8, 2)]
    for size in [0x7FFF_0000, 0x7FFF_0001, 0x7FFF_F000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_0000, 0xFFFF_0001] {
      for (name, isRight) in [("LIST", true), ("abcd", true), ("LIST", false), ("abcd", false)] {
        let tail = [little(0, size % 2), letters(name), little(12, 4), letters("INFOISFT"), little(0, 4)].flatMap { $0 }
        let whole = isRight ? 4 + 24 + 8 + size + tail.count : 0xFFFF_FFFF
        let head = ([letters("RIFF"), little(whole, 4), letters("WAVE")] + format + [letters("data"), little(size, 4)]).flatMap { $0 }
        try Data(head).write(to: URL(fileURLWithPath: path))
        // A hole takes no room on the disk.
        try #require(truncate(path, off_t(head.count + size)) == 0)
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.seekToEnd()
        try file.write(contentsOf: Data(tail))
        try file.close()
        let source = try SoundSource(path: path)
        #expect(source.frameCount == size, "\(size), \(name), \(isRight)")
        // What a pipe's writer left there is as far as the file goes.
        try #require(truncate(path, off_t(head.count + 1_000)) == 0)
        #expect(try SoundSource(path: path).frameCount == 1_000, "\(size), \(name), \(isRight)")
      }
    }
  }

  private func contents(_ path: String) -> [UInt8] { FileManager.default.contents(atPath: path).map { [UInt8]($0) } ?? [] }
}

/// All of a source, so many frames at a time.
func read(_ source: SoundSource, frames: Int) throws -> [[Double]] {
  let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: frames * source.frameBytes, alignment: 16)
  defer { bytes.deallocate() }
  var channels = [[Double]](repeating: [], count: source.channelCount)
  var samples = [Double](repeating: 0, count: frames)
  while case let count = try source.read(into: bytes), count > 0 {
    for channel in channels.indices {
      source.stored.decode(bytes.baseAddress!, channel: channel, of: channels.count, frames: count, into: &samples)
      channels[channel] += samples[..<count]
    }
  }
  #expect(try source.read(into: bytes) == 0)
  return channels
}
