import AudioFile
import Foundation
import TestSupport
import Testing

@Suite struct SoundFileTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  @Test("Integer samples are read as integer / 2^(bits-1), to the bit", arguments: [16, 24, 32])
  func integers(bits: Int) throws {
    // The standard library's own writer, and every 16-bit value or a spread of the wider ones with their ends.
    let script = """
      import sys, wave
      bits, top = \(bits), 2 ** (\(bits) - 1)
      values = range(-top, top, 2 ** (bits - 16)) if bits == 16 else [-top, top - 1, -1, 0, 1] + list(range(-top, top, top // 30011))
      with wave.open(sys.argv[1], 'wb') as f:
          f.setparams((1, bits // 8, 48000, 0, 'NONE', ''))
          f.writeframes(b''.join(v.to_bytes(bits // 8, 'little', signed=True) for v in values))
      print(' '.join(map(str, values)))
      """
    let completed = try run(Location.python, ["-c", script, folder.file("x.wav")])
    let expected = completed.output.split(whereSeparator: \.isWhitespace).map { Double(Int($0)!) / Double(1 << (bits - 1)) }
    let sound = try AudioSignal(path: folder.file("x.wav"))
    #expect(expected.count > 50_000 && sound.channels == [expected])
    #expect(sound.layout == "WAV, \(bits)-bit PCM, 1 channel, \(expected.count) frames, 48000 Hz")
  }

  @Test(
    "Integers are written rounded half to even and clipped, and clipping is counted", arguments: [SampleEncoding.s16, .s24packed, .s32])
  func rounding(encoding: SampleEncoding) throws {
    let scale = Double(1 << (encoding.bits! - 1))
    var x = (-4_000...4_000).map { (Double($0) / 2) / scale } + [1, -1, 1 - 0.5 / scale, -1 - 0.5 / scale, 1.5, -2, .infinity, -.infinity]
    var random = SeededGenerator(seed: 4)
    x += (0..<20_000).map { _ in .random(in: -1.2...1.2, using: &random) }
    let path = folder.file("x.wav")
    let clipping = try AudioWriter(encoding: encoding, sampleRate: 8_000).write([x, x.map(-)], path: path)
    let all = [x, x.map(-)].map { $0.map { ($0 * scale).rounded(.toNearestOrEven) } }
    let expected = all.map { $0.map { min(max($0, -scale), scale - 1) / scale } }
    #expect(try AudioSignal(path: path).channels == expected)
    #expect(clipping.samples == all.joined().count { $0 > scale - 1 || $0 < -scale })
    #expect(clipping.peak == .infinity && clipping.attenuation == nil)
  }

  @Test("Floating point goes through unchanged, infinities and denormals included")
  func floats() throws {
    let x: [Double] = [0, -0.0, .leastNormalMagnitude / 2, -1e300, .infinity, -.infinity, 0.1, .leastNonzeroMagnitude]
    let path = folder.file("x.wav")
    try AudioWriter(encoding: .double, sampleRate: 96_000).write([x], path: path)
    #expect(try AudioSignal(path: path).channels[0].map(\.bitPattern) == x.map(\.bitPattern))
    try AudioWriter(encoding: .float, sampleRate: 96_000).write([x], path: path)
    #expect(try AudioSignal(path: path).channels[0].map(\.bitPattern) == x.map { Double(Float($0)).bitPattern })
  }

  @Test("Every kind of file comes back as it was written", arguments: AudioContainer.allCases, [1, 2, 5])
  func containers(container: AudioContainer, channels: Int) throws {
    let sound = (0..<channels).map { noise(9_001, seed: $0) }
    let path = folder.file("x.\(container.rawValue)")
    try AudioWriter(container: container, encoding: .s24packed, sampleRate: 48_000).write(sound, path: path)
    let read = try AudioSignal(path: path)
    #expect(read.channels == sound && read.sampleRate == 48_000 && read.format.encoding == .s24packed)
    #expect(read.format.container == container.rawValue.uppercased())
  }

  @Test("A file cut anywhere is refused", arguments: AudioContainer.allCases)
  func truncated(container: AudioContainer) throws {
    let path = folder.file("x.\(container.rawValue)")
    let noise = noise(5_000, seed: 1)
    try AudioWriter(container: container, encoding: .s16, sampleRate: 48_000).write([noise, noise], path: path)
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    for length in [0, 1, 11, 12, 40, 44, bytes.count / 3, bytes.count / 2, bytes.count - 400, bytes.count - 3] {
      try Data(bytes[..<length]).write(to: URL(fileURLWithPath: path))
      let error = #expect(throws: AudioFileError.self, "\(length) of \(bytes.count) bytes") { try AudioSignal(path: path) }
      #expect(error?.cause == .badData)
    }
  }

  @Test("Bits and bytes that do not agree are refused, not guessed")
  func contradiction() throws {
    let path = folder.file("x.wav")
    let noise = noise(64, seed: 1)
    try AudioWriter(encoding: .s32, sampleRate: 48_000).write([noise, noise], path: path)
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    // 24 bits in four bytes.
    bytes[34] = 24
    let error = #expect(throws: AudioFileError.self) { try SoundSource(bytes: bytes, name: "x.wav") }
    #expect(error?.message.hasPrefix("x.wav: its header says 2 x 24 bits and frames of 8 bytes, which do not agree") == true)
  }

  @Test("A size that a pipe's writer could not know is taken as open")
  func unknownSize() throws {
    let path = folder.file("x.wav")
    try AudioWriter(encoding: .s16, sampleRate: 48_000).write([[0.5, 0.25]], path: path)
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    let data = bytes.count - 8
    for range in [4..<8, data..<data + 4] { bytes.replaceSubrange(range, with: [0xFF, 0xFF, 0xFF, 0xFF]) }
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    #expect(try AudioSignal(path: path).channels == [[0.5, 0.25]])
  }

  @Test("The same sound gives the same bytes")
  func reproducible() throws {
    let files = try [0, 1].map { index in
      let path = folder.file("\(index).wav")
      try AudioWriter(encoding: .float, sampleRate: 48_000).write([[0.5, 0.25]], path: path)
      return try Data(contentsOf: URL(fileURLWithPath: path))
    }
    // The only place for a time would be a PEAK chunk.
    #expect(files[0] == files[1] && files[0].range(of: Data("PEAK".utf8)) == nil)
  }

  @Test("What cannot be written is refused, and leaves nothing")
  func refused() throws {
    let nan = #expect(throws: AudioFileError.self) {
      try AudioWriter(encoding: .s16, sampleRate: 48_000).write([[0, 1, 2], [0, .nan, 0]], path: folder.file("nan.wav"))
    }
    #expect(nan?.cause == .badData && nan?.message.contains("frame 1") == true)
    let flac = #expect(throws: AudioFileError.self) {
      try AudioWriter(container: .flac, encoding: .double, sampleRate: 48_000).write([[0]], path: folder.file("x.flac"))
    }
    #expect(flac?.cause == .cannotCreate)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
  }

  @Test("A staged file appears when it is committed, and not before")
  func staged() throws {
    let path = folder.file("x.bin")
    do {
      let dropped = try StagedFile(path)
      try dropped.write([1, 2, 3])
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    for bytes in [[1, 2, 3], [4]] as [[UInt8]] {
      let staged = try StagedFile(path)
      try staged.write(bytes)
      try staged.commit()
      #expect([UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) == bytes)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["x.bin"])
  }

  @Test("A staged file keeps mode and owner of the file that it replaces, and a new one has those of any new file")
  func attributes() throws {
    let (fresh, replaced, usual) = (folder.file("new"), folder.file("old"), folder.file("usual"))
    _ = FileManager.default.createFile(atPath: usual, contents: nil)
    func attributes(_ path: String) throws -> [UInt32] {
      var status = stat()
      try #require(stat(path, &status) == 0)
      return [status.st_mode, status.st_uid, status.st_gid]
    }
    func write(_ path: String) throws {
      let staged = try StagedFile(path)
      try staged.write([1])
      try staged.commit()
    }
    try write(fresh)
    #expect(try attributes(fresh) == attributes(usual))
    for mode: mode_t in [0o600, 0o640, 0o444, 0o777] {
      _ = FileManager.default.createFile(atPath: replaced, contents: nil)
      try #require(chmod(replaced, mode) == 0)
      // Only root gives files away.
      if geteuid() == 0 { try #require(chown(replaced, 12_345, 23_456) == 0) }
      let before = try attributes(replaced)
      try write(replaced)
      #expect(try attributes(replaced) == before && contents(replaced) == [1])
      try FileManager.default.removeItem(atPath: replaced)
    }
  }

  @Test("Without unnamed files it is private until it is whole, and leaves nothing behind")
  func named() throws {
    let path = folder.file("x")
    func modes() throws -> [String: mode_t] {
      var modes: [String: mode_t] = [:]
      for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
        var status = stat()
        try #require(stat(folder.file(name), &status) == 0)
        modes[name] = status.st_mode & 0o777
      }
      return modes
    }
    do {
      let dropped = try StagedFile(path, isUnnamed: false)
      try dropped.write([1])
      #expect(try modes().values.elementsEqual([0o600]))
    }
    #expect(try modes().isEmpty)
    let staged = try StagedFile(path, isUnnamed: false)
    try staged.write([2])
    try staged.commit()
    let mask = umask(0)
    umask(mask)
    #expect(try modes() == ["x": 0o666 & ~mask] && contents(path) == [2])
  }

  @Test("The longest name that a file may have is written, and a longer one refused at once", arguments: [true, false])
  func longestName(isUnnamed: Bool) throws {
    // Of é a temporary name may keep one of two bytes.
    for name in [String(repeating: "a", count: 255), "a" + String(repeating: "é", count: 127)] {
      let staged = try StagedFile(folder.file(name), isUnnamed: isUnnamed)
      try staged.write([4])
      try staged.commit()
      #expect(contents(folder.file(name)) == [4])
      let error = #expect(throws: AudioFileError.self) { _ = try StagedFile(folder.file(name + "a"), isUnnamed: isUnnamed) }
      #expect(error?.cause == .cannotCreate && error?.message.contains("name too long") == true, "\(error?.message ?? "")")
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 2)
  }

  @Test("A link to nothing is neither replaced nor followed, and a backup takes a link's place, with the mode of the original")
  func links() throws {
    let (original, link, elsewhere) = (folder.file("original"), folder.file("link"), folder.file("elsewhere"))
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: elsewhere)
    let error = #expect(throws: AudioFileError.self) { _ = try StagedFile(link) }
    #expect(error?.cause == .cannotCreate && error?.message.contains("a symbolic link to nothing") == true)
    #expect(FileManager.default.createFile(atPath: original, contents: nil) && chmod(original, 0o640) == 0)
    #expect(FileManager.default.createFile(atPath: elsewhere, contents: Data([9])))
    let backup = try StagedFile(backup: link, of: original)
    try backup.write([3])
    try backup.commit()
    var status = stat()
    #expect(lstat(link, &status) == 0 && status.st_mode == S_IFREG | 0o640)
    #expect(contents(link) == [3] && contents(elsewhere) == [9])
  }

  private func contents(_ path: String) -> [UInt8]? { FileManager.default.contents(atPath: path).map { [UInt8]($0) } }

  /// Values of 16 bits.
  private func noise(_ frames: Int, seed: Int) -> [Double] {
    (1...frames).map { frame -> Double in
      let value = (frame * 40_503 + seed) * frame % 65_536
      return Double(value - 32_768) / 32_768
    }
  }
}
