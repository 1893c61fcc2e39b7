import AudioFile
import Foundation
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
    #expect(error?.message.contains("name its format (f32, f64, s16, s24 or s32)") == true)
  }

  @Test("Raw numbers that are none are refused by place")
  func rawNotFinite() {
    let error = #expect(throws: AudioFileError.self) {
      try Kernel(raw: [0, 0, 0x80, 0x3F, 0, 0, 0x80, 0x7F], format: .f32, name: "k")
    }
    #expect(error?.message == "k: tap 1 is inf: every tap must be a finite number")
  }
}
