import AudioFile
import Foundation
import TestSupport
import Testing

/// Files that ffmpeg and SoX make.
@Suite struct EncodedFileTests {
  private let folder: ScratchFolder
  private let sound: [[Double]]

  init() throws {
    folder = try ScratchFolder()
    var random = SeededGenerator(seed: 11)
    sound = (0..<2).map { _ in random.noise(3_000).map { ($0 * 32_768).rounded() / 32_768 } }
    try AudioWriter(encoding: .s16, sampleRate: 48_000).write(sound, path: folder.file("in.wav"))
  }

  @Test("They hold the samples that went in, by every way of reading", arguments: losslessCommands.keys.sorted())
  func lossless(name: String) throws {
    try make(name, losslessCommands[name]!)
    let readings = try Readings(bytes(name), folder, "as." + name)
    #expect(readings.disagreement == nil)
    #expect(readings.file.channels == sound, "\(readings.file)")
    #expect(try Kernel(path: folder.file(name)).cautions.isEmpty)
  }

  @Test("A kernel in a lossy coding is read alike, and that is said", arguments: lossyCommands.keys.sorted())
  func lossy(name: String) throws {
    try make(name, lossyCommands[name]!)
    let readings = try Readings(bytes(name), folder, "as." + name)
    #expect(readings.disagreement == nil)
    #expect(readings.file.channels.map { $0[0].count > 400 && $0 != sound } == true, "\(readings.file)")
    let kernel = try Kernel(path: folder.file(name))
    #expect(kernel.cautions.count == 1 && kernel.cautions.first?.contains("a lossy coding") == true && kernel.layout.contains("(lossy)"))
    #expect(try Kernel(bytes: bytes(name), name: "sent").cautions.count == 1)
  }

  @Test("A compressed WAV has the frames that its blocks hold, of the last as many as its header says")
  func blocks() throws {
    for (form, perBlock) in [("gsm-full-rate", 320), ("ms-adpcm", 500), ("ima-adpcm", 505)] {
      for frames in [1, perBlock - 1, perBlock, perBlock + 1, 3 * perBlock, 4 * perBlock, 5 * perBlock - 7] {
        let name = "\(form)-\(frames).wav"
        try make(name, "sox -R -r 8000 -c 1 -n -e \(form) \(name) synth \(frames)s noise")
        var bytes = bytes(name)
        let fact = try #require(Data(bytes).range(of: Data("fact".utf8))).upperBound + 4
        let said = bytes[fact..<fact + 4].reversed().reduce(0) { $0 << 8 | Int($1) }
        let blocks = (said + perBlock - 1) / perBlock
        let sound = try SoundSource(bytes: bytes, name: name).channels()
        #expect(sound[0].count == frames && said == frames, "\(name): \(sound[0].count) of \(said)")
        // A header that contradicts the number of blocks says nothing.
        for lie in [0, said + 1_000_000] {
          for index in 0..<4 { bytes[fact + index] = UInt8(truncatingIfNeeded: lie >> (8 * index)) }
          #expect(try SoundSource(bytes: bytes, name: name).channels()[0].count == blocks * perBlock, "\(name)")
        }
      }
    }
  }

  @Test(
    "One that lost its end is refused, by a byte or by half",
    arguments: ["x.aiff", "x.au", "x.caf", "a-law.au", "ms.wav", "ima.wav", "gsm.wav", "vorbis.ogg", "opus.ogg"])
  func truncated(name: String) throws {
    try make(name, losslessCommands[name] ?? lossyCommands[name]!)
    let bytes = bytes(name)
    for length in [bytes.count - 1, bytes.count / 2] {
      let error = #expect(throws: AudioFileError.self) { try SoundSource(bytes: Array(bytes[..<length]), name: name).channels() }
      #expect(error?.cause == .badData && error?.message.contains("truncated") == true, "\(length): \(error?.message ?? "")")
    }
  }

  @Test("What follows the last page of an Ogg is refused, except tags and a few zeros", arguments: ["vorbis.ogg", "opus.ogg"])
  func chained(name: String) throws {
    try make(name, lossyCommands[name]!)
    let bytes = bytes(name)
    let alone = try SoundSource(bytes: bytes, name: name).channels()
    for harmless in [Array("TAG".utf8) + [UInt8](repeating: 0, count: 125), [UInt8](repeating: 0, count: 512)] {
      #expect(try SoundSource(bytes: bytes + harmless, name: name).channels() == alone)
    }
    // Another page begins within what is left of a file without its front.
    let pages = bytes.indices.filter { bytes[$0...].starts(with: "OggS".utf8) }
    let others: [(bytes: [UInt8], reason: String)] = [
      (bytes, "another file begins"), ([1, 2, 3] + bytes, "others follow that are no tag"),
      (Array(bytes.dropFirst(100)), "others follow that are no tag"),
      ([UInt8](repeating: 0, count: 5_000), "others follow that are no tag"),
    ]
    for other in others {
      let error = #expect(throws: AudioFileError.self) { try SoundSource(bytes: bytes + other.bytes, name: name) }
      #expect(error?.cause == .badData && error?.message.contains(other.reason) == true, "\(error?.message ?? "")")
    }
    // A page of another stream, without its first one; and the first file without its last page.
    var late = Array(bytes[pages[1]...])
    for page in pages.dropFirst() { late[page - pages[1] + 14] ^= 1 }
    for whole in [bytes + sealed(late), bytes[..<pages.last!] + bytes] {
      let error = #expect(throws: AudioFileError.self) { try SoundSource(bytes: whole, name: name) }
      #expect(error?.message.contains("another file begins") == true, "\(error?.message ?? "")")
    }
  }

  @Test("A bit that is flipped anywhere in an Ogg is found", arguments: ["vorbis.ogg", "opus.ogg"])
  func flipped(name: String) throws {
    try make(name, lossyCommands[name]!)
    let bytes = bytes(name)
    let pages = bytes.indices.filter { bytes[$0...].starts(with: "OggS".utf8) }
    #expect(sealed(bytes) == bytes && pages.count > 2)
    var random = SeededGenerator(seed: 12)
    let places = (0..<100).map { _ in Int.random(in: pages[1]..<bytes.count, using: &random) }
    for place in places + [pages.last! + 30, bytes.count - 1] {
      var damaged = bytes
      damaged[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      let error = #expect(throws: AudioFileError.self, "\(place)") { try SoundSource(bytes: damaged, name: name) }
      #expect(error?.cause == .badData && ["damaged", "truncated"].contains { error!.message.contains($0) }, "\(error?.message ?? "")")
    }
  }

  /// Pages of an Ogg with their right checksums. Source: RFC 3533
  private func sealed(_ bytes: [UInt8]) -> [UInt8] {
    var (sealed, place) = (bytes, 0)
    while place < bytes.count {
      let segments = Int(bytes[place + 26])
      let end = place + 27 + segments + bytes[place + 27..<place + 27 + segments].reduce(0) { $0 + Int($1) }
      sealed.replaceSubrange(place + 22..<place + 26, with: [0, 0, 0, 0])
      var sum: UInt32 = 0
      for byte in sealed[place..<end] {
        sum ^= UInt32(byte) << 24
        for _ in 0..<8 { sum = sum >> 31 == 1 ? sum << 1 ^ 0x04C1_1DB7 : sum << 1 }
      }
      for index in 0..<4 { sealed[place + 22 + index] = UInt8(truncatingIfNeeded: sum >> (8 * UInt32(index))) }
      place = end
    }
    return sealed
  }

  @Test("What is not read is refused with the command that converts it, which does", arguments: refusedCommands.keys.sorted())
  func converted(name: String) throws {
    try make(name, refusedCommands[name]!)
    let readings = try Readings(bytes(name), folder, "as." + name)
    #expect(readings.disagreement == nil)
    let error = #expect(throws: AudioFileError.self) { try SoundSource(path: folder.file(name)) }
    let command = try #require(error?.message.components(separatedBy: "convert it, with ").last)
    let completed = try run("/bin/sh", ["-c", command.replacing("ffmpeg -i", with: "ffmpeg -v error -i")])
    try #require(completed.status == 0, "\(command): \(completed.error)")
    let stem = (name as NSString).deletingPathExtension
    #expect(try AudioSignal(path: folder.file(stem + ".wav")).channels == sound)
  }

  @Test("MPEG audio is refused with a tag and without", arguments: ["x.mp3", "bare.mp3", "x.aac"])
  func mpeg(name: String) throws {
    try make(name, name == "bare.mp3" ? "ffmpeg -i in.wav -id3v2_version 0 -write_xing 0 bare.mp3" : "ffmpeg -i in.wav \(name)")
    let readings = try Readings(bytes(name), folder, "as." + name)
    #expect(readings.disagreement == nil)
    guard case .refused(let reason) = readings.file else {
      Issue.record("it is read")
      return
    }
    #expect(reason.contains("MPEG audio"))
  }

  private func make(_ name: String, _ command: String) throws {
    let quiet = command.replacing("ffmpeg ", with: "ffmpeg -v error -nostdin ")
    let completed = try run("/bin/sh", ["-c", "cd \(folder.path) && " + quiet])
    try #require(completed.status == 0, "\(command): \(completed.error)")
  }

  private func bytes(_ name: String) -> [UInt8] { FileManager.default.contents(atPath: folder.file(name)).map { [UInt8]($0) } ?? [] }
}

/// See the tests: what a shell makes of in.wav, by the name of the file.
private let losslessCommands = [
  "file.wav": "ffmpeg -i in.wav file.wav", "pipe.wav": "ffmpeg -i in.wav -f wav pipe:1 > pipe.wav",
  "24.wav": "ffmpeg -i in.wav -c:a pcm_s24le 24.wav", "32.wav": "ffmpeg -i in.wav -c:a pcm_s32le -f wav pipe:1 > 32.wav",
  "float.wav": "ffmpeg -i in.wav -c:a pcm_f32le float.wav", "double.wav": "ffmpeg -i in.wav -c:a pcm_f64le double.wav",
  "rf64.wav": "ffmpeg -i in.wav -rf64 always rf64.wav", "rf64-pipe.wav": "ffmpeg -i in.wav -rf64 always -f wav pipe:1 > rf64-pipe.wav",
  "x.w64": "ffmpeg -i in.wav x.w64", "pipe.w64": "ffmpeg -i in.wav -f w64 pipe:1 > pipe.w64",
  "bext.wav": "ffmpeg -i in.wav -write_bext 1 -metadata description=Take bext.wav", "peak.wav": "ffmpeg -i in.wav -write_peak on peak.wav",
  "sox.wav": "sox in.wav sox.wav", "sox-pipe.wav": "cat in.wav | sox -t wav - -t wav - > sox-pipe.wav", "sox.w64": "sox in.wav sox.w64",
  "sox-rifx.wav": "sox in.wav -B sox-rifx.wav", "sox-24.wav": "sox in.wav -b 24 sox-24.wav",
  "sox-float.wav": "sox in.wav -e float sox-float.wav",
  "sox.amb": "sox in.wav sox.amb", "x.aiff": "ffmpeg -i in.wav x.aiff", "sox.aiff": "sox in.wav sox.aiff", "x.au": "ffmpeg -i in.wav x.au",
  "x.caf": "ffmpeg -i in.wav x.caf", "x.flac": "ffmpeg -i in.wav x.flac", "pipe.flac": "ffmpeg -i in.wav -f flac pipe:1 > pipe.flac",
  "24.flac": "ffmpeg -i in.wav -c:a flac -sample_fmt s32 24.flac", "sox.flac": "sox in.wav sox.flac",
  "sox-8.flac": "sox in.wav -C 8 sox-8.flac",
]

/// See the tests: what a shell makes of in.wav, by the name of the file.
private let lossyCommands = [
  "vorbis.ogg": "ffmpeg -i in.wav -c:a libvorbis vorbis.ogg", "opus.ogg": "ffmpeg -i in.wav -c:a libopus opus.ogg",
  "ms.wav": "ffmpeg -i in.wav -c:a adpcm_ms ms.wav", "ima.wav": "ffmpeg -i in.wav -c:a adpcm_ima_wav ima.wav",
  "gsm.wav": "sox in.wav -r 8000 -c 1 -e gsm-full-rate gsm.wav", "a-law.wav": "ffmpeg -i in.wav -c:a pcm_alaw a-law.wav",
  "mu-law.wav": "sox in.wav -e mu-law mu-law.wav", "a-law.au": "sox in.wav -e a-law a-law.au",
]

/// See the tests: what a shell makes of in.wav, by the name of the file.
private let refusedCommands = [
  "x.m4a": "ffmpeg -i in.wav -c:a alac x.m4a", "my sound.wv": "ffmpeg -i in.wav 'my sound.wv'", "x.tta": "ffmpeg -i in.wav x.tta",
  "x.sph": "sox in.wav x.sph", "x.sf": "sox in.wav x.sf", "x.paf": "sox in.wav x.paf", "x.avr": "sox in.wav x.avr",
  "x.oga": "ffmpeg -i in.wav -c:a flac x.oga", "x.mka": "ffmpeg -i in.wav -c:a flac x.mka",
]
