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
      }
    let bytes = words.flatMap { $0.reversed() }
    let name = folder.file("k.raw")
    try Data(bytes).write(to: URL(fileURLWithPath: name))
    let kernel = try Kernel(raw: name, format: format)
    #expect(kernel.channels == [[0.5, -1, 0.25]] && kernel.sampleRate == nil && kernel.integers == nil)
    let bits = words[0].count * 8
    #expect(kernel.layout == "raw, \(bits)-bit \(format.rawValue.hasPrefix("f") ? "float" : "PCM"), 3 taps")
    try Data(bytes.dropLast()).write(to: URL(fileURLWithPath: name))
    let error = #expect(throws: AudioFileError.self) { try Kernel(raw: name, format: format) }
    #expect(error?.cause == .badData && error?.message.contains("not a multiple of the \(bits / 8) of") == true)
    try Data().write(to: URL(fileURLWithPath: name))
    #expect(throws: AudioFileError.self) { try Kernel(raw: name, format: format) }
    #expect(throws: AudioFileError.self) { try Kernel(raw: folder.file("missing.raw"), format: format) }
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
