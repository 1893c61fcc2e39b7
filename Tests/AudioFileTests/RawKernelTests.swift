import AudioFile
import Foundation
import NPY
import NumPy
import TestSupport
import Testing

/// Kernels in files without a header.
@Suite struct RawKernelTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  @Test("They hold what they are said to hold", arguments: RawKernelFormat.allCases)
  func formats(format: RawKernelFormat) throws {
    // 0.5, -1 and 0.25, the last byte of each first.
    let words: [[UInt8]] =
      switch format {
      case .f32: [[0x3F, 0, 0, 0], [0xBF, 0x80, 0, 0], [0x3E, 0x80, 0, 0]]
      case .f64: [[0x3F, 0xE0, 0, 0, 0, 0, 0, 0], [0xBF, 0xF0, 0, 0, 0, 0, 0, 0], [0x3F, 0xD0, 0, 0, 0, 0, 0, 0]]
      case .s16: [[0x40, 0], [0x80, 0], [0x20, 0]]
      case .s24packed: [[0x40, 0, 0], [0x80, 0, 0], [0x20, 0, 0]]
      case .s32: [[0x40, 0, 0, 0], [0x80, 0, 0, 0], [0x20, 0, 0, 0]]
      case .s24in32: [[0, 0x40, 0, 0], [0, 0x80, 0, 0], [0, 0x20, 0, 0]]
      }
    let bytes = words.flatMap { $0.reversed() }
    let name = folder.file("k.raw")
    try Data(bytes).write(to: URL(fileURLWithPath: name))
    let kernel = try Kernel(raw: name, format: format)
    #expect(kernel.channels == [[0.5, -1, 0.25]] && kernel.sampleRate == nil && kernel.integers == nil)
    let bits = words[0].count * 8
    let encoding = format == .s24in32 ? "24-bit PCM in 32" : "\(bits)-bit \(format.rawValue.hasPrefix("f") ? "float" : "PCM")"
    #expect(kernel.layout == "raw, \(encoding), 3 taps")
    try Data(bytes.dropLast()).write(to: URL(fileURLWithPath: name))
    let error = #expect(throws: AudioFileError.self) { try Kernel(raw: name, format: format) }
    #expect(error?.cause == .badData && error?.message.contains("not a multiple of the \(bits / 8) of") == true)
    try Data().write(to: URL(fileURLWithPath: name))
    #expect(throws: AudioFileError.self) { try Kernel(raw: name, format: format) }
    #expect(throws: AudioFileError.self) { try Kernel(raw: folder.file("missing.raw"), format: format) }
  }

  @Test("24 bits in four bytes are the lower ones, whatever is above them; if they are the upper ones that is said")
  func padded() throws {
    let taps = (0..<64).map { Int32($0 * 131 - 4_000) * 256 }
    func bytes(_ values: [Int32]) -> [UInt8] { values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } } }
    let expected = taps.map { Double($0) / 0x1p23 }
    for values in [taps, taps.map { $0 & 0xFF_FFFF }] {
      let kernel = try Kernel(raw: bytes(values), format: .s24in32, name: "k")
      #expect(kernel.channels == [expected] && kernel.cautions.isEmpty, "\(kernel.cautions)")
    }
    let upper = try Kernel(raw: bytes(taps.map { $0 << 8 }), format: .s24in32, name: "k")
    #expect(upper.cautions.first?.contains("is it s32?") == true, "\(upper.cautions)")
    #expect(try Kernel(raw: bytes(taps.map { $0 << 8 }), format: .s32, name: "k").channels == [expected])
  }

  @Test("Words say a file's format, rate, beginning and length")
  func words() throws {
    let path = folder.file("a:b.dbl")
    let taps: [UInt8] = [0.5, -1, 0.25, 2].withUnsafeBytes { Array($0) }
    try Data(Array("RIFFdataWAVE".utf8) + taps).write(to: URL(fileURLWithPath: path))
    let file = try #require(try RawKernelFile(words: "f64@44100+12/3:\(path)"))
    #expect(file == RawKernelFile(path: path, format: .f64, rate: 44_100, skip: 12, take: 3) && file.words == "f64@44100+12/3:\(path)")
    let kernel = try Kernel(file)
    #expect(kernel.channels == [[0.5, -1, 0.25]] && kernel.sampleRate == 44_100 && kernel.layout.hasSuffix("3 taps, 44100 Hz"))
    #expect(try Kernel(RawKernelFile(path: "sent", format: .f64, skip: 12), of: Array("RIFFdataWAVE".utf8) + taps).channels[0].count == 4)
    for (words, part) in [
      ("f64+200:\(path)", "nothing is left"), ("f64+12/5:\(path)", "it has 4 taps of f64 after 12 bytes"),
      ("f64+13:\(path)", "not a multiple"),
      ("f64@0:\(path)", "not a rate"), ("f64+x:\(path)", "not bytes to skip"), ("f64+-1:\(path)", "not bytes to skip"),
      ("f64/0:\(path)", "a number of taps"),
      ("f64:", "a file's name is missing"), ("f64:-", "only a file"), ("f64:\(folder.file("missing"))", "no such file"),
      ("s16@99999999999999999999:\(path)", "not a rate"),
    ] {
      let error = #expect(throws: AudioFileError.self, "\(words)") { try RawKernelFile(words: words).map { try Kernel($0) } }
      #expect(error?.message.contains(part) == true, "\(words): \(String(describing: error))")
    }
    for file in ["f64", "room.wav", "f64/a:b", "f65:a", "./f64:a", "s16@1@2:a", "eq:a"] { #expect(!RawKernelFile.isNamed(file), "\(file)") }
    let limit = KernelLimit(taps: 3, bytes: 1_000)
    #expect(throws: AudioFileError.self) { try Kernel(RawKernelFile(path: path, format: .f64, skip: 12), limit: limit) }
  }

  @Test("A file without a header that nobody explained is refused with what to do")
  func unexplained() throws {
    let path = folder.file("k.f32")
    try Data([1, 2, 3, 4]).write(to: URL(fileURLWithPath: path))
    let error = #expect(throws: AudioFileError.self) { try Kernel(path: path) }
    #expect(error?.message.contains("ffmpeg -f f32le -ar RATE -ac 1 -i \(path) ") == true, "\(String(describing: error))")
  }

  @Test("A file with a header is none without", arguments: ["wav", "flac", "aiff", "w64", "npy", "wv"])
  func header(kind: String) throws {
    let path = folder.file("k." + kind)
    switch kind {
    case "npy": try Data(NumPyArray([1.0, 0.5]).npy()).write(to: URL(fileURLWithPath: path))
    case "wv": try Data("wvpk".utf8 + [UInt8](repeating: 0, count: 60)).write(to: URL(fileURLWithPath: path))
    default: try AudioWriter(container: AudioContainer(path: path)!, encoding: .s16, sampleRate: 48_000).write([[0.5, 0.25]], path: path)
    }
    for format in RawKernelFormat.allCases {
      let error = #expect(throws: AudioFileError.self) { try Kernel(raw: path, format: format) }
      #expect(error?.message.contains("it has a header") == true, "\(String(describing: error))")
    }
  }

  @Test("Taps read in the wrong format are doubted, right ones are not")
  func doubts() throws {
    var random = SeededGenerator(seed: 5)
    let taps = (0..<500).map { Double(Float(random.noise(1)[0] * exp(-Double($0) / 100))) }
    let f64 = taps.flatMap { withUnsafeBytes(of: $0) { Array($0) } }
    let f32 = taps.flatMap { withUnsafeBytes(of: Float($0)) { Array($0) } }
    let s16 = taps.flatMap { withUnsafeBytes(of: Int16($0 * 32_767)) { Array($0) } }
    for (bytes, right, wrong) in [
      (f64, RawKernelFormat.f64, [RawKernelFormat.f32, .s16, .s32]), (f32, .f32, [.f64, .s16, .s32]), (s16, .s16, [.f32, .f64]),
    ] {
      #expect(try Kernel(raw: bytes, format: right, name: "k").cautions.isEmpty, "\(right)")
      for format in wrong {
        let doubt = doubt(of: bytes, as: format)
        #expect(doubt.contains("is it "), "\(right) as \(format): \(doubt)")
        // Integers of 16 bits are as likely as those of 32.
        if right != .s16 { #expect(doubt.contains("is it \(right.rawValue)?"), "\(right) as \(format): \(doubt)") }
      }
    }
  }

  /// What is said of a kernel, or why it is refused.
  private func doubt(of bytes: [UInt8], as format: RawKernelFormat) -> String {
    switch Result(catching: { try Kernel(raw: bytes, format: format, name: "k") }) {
    case .success(let kernel): kernel.cautions.joined(separator: "; ")
    case .failure(let error): "\(error)"
    }
  }

  @Test("Raw numbers that are none are refused by place")
  func rawNotFinite() {
    let error = #expect(throws: AudioFileError.self) {
      try Kernel(raw: [0, 0, 0x80, 0x3F, 0, 0, 0x80, 0x7F], format: .f32, name: "k")
    }
    #expect(error?.message == "k: tap 1 is inf: every tap must be a finite number")
  }
}
