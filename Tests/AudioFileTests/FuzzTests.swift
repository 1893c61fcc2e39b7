import NPY
import AudioFile
import Foundation
import NumPy
import TestSupport
import Testing

/// Damaged and hostile files: an error of one line, or what is there; never a crash, a hang, or memory for what a header claims.
@Suite(.serialized) struct FuzzTests {
  private static let kinds = [
    "s16.wav", "s24.wav", "float.wav", "extensible.wav", "x.rf64", "x.w64", "x.aiff", "x.flac", "x.npy", "x.txt",
  ]

  private let rounds = ProcessInfo.processInfo.environment["CONVOLVED_SOAK"] == nil ? 1_000 : 30_000

  @Test("A thousand damages to each kind of file", .timeLimit(.minutes(5)), arguments: kinds)
  func damages(kind: String) throws {
    let seed = UInt64(Self.kinds.firstIndex(of: kind)!)
    let original = try example(kind)
    var random = SeededGenerator(seed: seed)
    let before = peakMemory()
    for round in 0..<rounds {
      let bytes = Damage.applied(to: original, &random)
      for (reader, result) in readings(bytes, kind) {
        if case .failure(let error) = result {
          #expect(isOneLine(error), "\(kind), seed \(seed), round \(round), \(reader): \(error)")
        }
      }
    }
    #expect(peakMemory() - before < 1 << 30, "\(kind), seed \(seed)")
  }

  @Test("Files of random bytes, with and without a sound file's first ones", .timeLimit(.minutes(5)))
  func noise() throws {
    let starts = [[]] + (try Self.kinds.map { Array(try example($0).prefix(48)) })
    var random = SeededGenerator(seed: 99)
    for round in 0..<rounds {
      let noise = (0..<Int.random(in: 0...2_000, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      let start = starts.randomElement(using: &random)!
      let bytes = start.prefix(Int.random(in: 0...48, using: &random)) + noise
      for (reader, result) in readings(Array(bytes), "x.wav") {
        if case .failure(let error) = result { #expect(isOneLine(error), "seed 99, round \(round), \(reader): \(error)") }
      }
    }
  }

  @Test("A header's claims cost nothing")
  func claims() throws {
    let before = peakMemory()
    var wave = try example("s16.wav")
    // 65535 channels, and as much sound as the header can say.
    wave.replaceSubrange(22..<24, with: [0xFF, 0xFF])
    wave.replaceSubrange(40..<44, with: [0xFF, 0xFF, 0xFF, 0x7E])
    var rf64 = try example("x.rf64")
    for offset in [20, 28, 36] { rf64.replaceSubrange(offset..<offset + 8, with: [0, 0, 0, 0, 0, 0, 0, 0x10]) }
    let npy =
      Array(NumPyArray([1.0]).npy().prefix(10)) + "{'descr': '<f8', 'fortran_order': False, 'shape': (1152921504606846976,), }\n".utf8
    for (bytes, kind) in [(wave, "s16.wav"), (rf64, "x.rf64"), (npy, "x.npy")] {
      for (reader, result) in readings(bytes, kind) {
        if case .success = result { Issue.record("\(kind) by \(reader)") }
      }
    }
    #expect(peakMemory() - before < 1 << 30)
  }

  /// What each way of reading makes of the bytes.
  private func readings(_ bytes: [UInt8], _ kind: String) -> [(String, Result<Int, any Error>)] {
    var results: [(String, Result<Int, any Error>)] = [
      ("kernel", Result { try Kernel(bytes: bytes, name: "damaged").channels[0].count }),
      ("array", Result { try NumPyArray(npy: bytes, name: "damaged").shape.count }),
    ]
    if kind == "x.txt" {
      return results + [("text", Result { try Kernel(bytes: bytes, name: "damaged", contentType: "text/csv").channels.count })]
    }
    results.append(("source", Result { try SoundSource(bytes: bytes, name: "damaged").channels().count }))
    results.append(("pipe", Result { try withInput(bytes) { try $0.channels().count } }))
    return results
  }

  private func isOneLine(_ error: any Error) -> Bool {
    let message = (error as? AudioFileError)?.message ?? (error as? NumPyError)?.message ?? ""
    return message.contains(": ") && !message.unicodeScalars.contains { $0.properties.generalCategory == .control }
  }

  private func example(_ kind: String) throws -> [UInt8] {
    let folder = try ScratchFolder()
    let path = folder.file(kind)
    var random = SeededGenerator(seed: 1)
    let sound = [random.noise(300), random.noise(300)]
    let encodings = ["s24.wav": SampleEncoding.s24packed, "float.wav": .float]
    switch kind {
    case "x.npy": return NumPyArray(sound[0]).npy()
    case "x.txt": return Array("# taps\n".utf8) + sound[0].map { "\($0)\n" }.joined().utf8
    case "extensible.wav":
      return try piped { descriptor in
        let sink = try SoundSink(standardOutput: descriptor, encoding: .s24packed, channelCount: 2, sampleRate: 48_000, expectedFrames: 300)
        _ = try sink.write(sound)
        try sink.commit()
      }
    default:
      let writer = AudioWriter(container: AudioContainer(path: path)!, encoding: encodings[kind] ?? .s16, sampleRate: 48_000)
      try writer.write(sound, path: path)
      return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    }
  }

  /// The most bytes that this process has had in memory; other tests run beside these.
  private func peakMemory() -> Int {
    // RUSAGE_SELF
    var usage = rusage()
    getrusage(0, &usage)
    return usage.ru_maxrss << 10
  }
}
