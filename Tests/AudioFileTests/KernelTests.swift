import NPY
import AudioFile
import Foundation
import NumPy
import TestSupport
import Testing

@Suite struct KernelTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  @Test(
    "Text is a number a line, comments and empty lines aside",
    arguments: [
      ("0.5\n1\n-0.5e-3\n", [0.5, 1, -0.5e-3]), ("# a kernel\n\n 1 # one\r\n\t2\r\n", [1, 2]), ("\u{FEFF}3", [3]), ("-0\n+4", [-0.0, 4]),
      ("0.1\n", [0.1]), ("1e-300\n", [1e-300]), ("# caf\u{E9}\n7", [7]),
    ])
  func text(text: String, taps: [Double]) throws {
    let kernel = try Kernel(path: try file("k.txt", text))
    #expect(kernel.channels == [taps])
    #expect(kernel.sampleRate == nil)
    #expect(kernel.layout == "text, \(taps.count == 1 ? "1 tap" : "\(taps.count) taps")")
    #expect(try Kernel(bytes: Array(text.utf8), name: "upload").channels == [taps])
    #expect(try Kernel(path: try file("k.csv", text)).channels == [taps])
  }

  private static let badTexts: [(String, String)] = [
    ("1\n0.5,0.25\n", "line 2 is \"0.5,0.25\": it holds 2 values separated by commas: a kernel's text has one number a line"),
    ("1 2\n", "line 1 is \"1 2\": it holds 2 values separated by spaces"), ("1;2;3\n", "3 values separated by semicolons"),
    ("1\t2\n", "line 1 is \"1 2\": it holds 2 values separated by tabs"), ("0,5;0,25\n", "2 columns separated by semicolons"),
    ("0,5\n", "that is a decimal comma, or two values"), ("time,level\n0,1\n", "line 1 is \"time,level\": it holds 2 columns"),
    ("1\n\nabc\n", "line 3 is \"abc\": that is not a number"), ("1,\n", "2 columns separated by commas"),
    ("1\nnan\n", "tap 1 is nan"), ("inf\n", "tap 0 is inf"), ("1e999\n", "tap 0 is inf"), ("", "holds no taps"),
    ("# only words\n", "holds no taps"), ("1\u{0}\n", "holds other bytes"),
  ]

  @Test("Text that could be read in two ways, or in none, is refused by line", arguments: badTexts)
  func badText(text: String, fault: String) throws {
    let path = try file("k.txt", text)
    let error = #expect(throws: AudioFileError.self) { try Kernel(path: path) }
    #expect(error?.cause == .badData)
    #expect(error?.message.hasPrefix(path + ": ") == true && error?.message.contains(fault) == true, "\(String(describing: error))")
  }

  @Test("What was sent is known by its content type, else by its first bytes")
  func uploads() throws {
    let wave = try sound(channels: [[0.5, 0.25], [1, -1]], encoding: .double)
    let array = NumPyArray([1, 2, 3] as [Float]).npy()
    for type in [nil, "audio/wav", "application/octet-stream", "application/x-www-form-urlencoded"] {
      let kernel = try Kernel(bytes: wave, name: "left", contentType: type)
      #expect(kernel.channels == [[0.5, 0.25], [1, -1]] && kernel.sampleRate == 44_100)
      #expect(kernel.layout == "WAV, 64-bit float, 2 channels, 2 taps, 44100 Hz")
    }
    let kernel = try Kernel(bytes: array, name: "left")
    #expect(kernel.channels == [[1, 2, 3]] && kernel.layout == "NumPy, float32, 3 taps")
    #expect(try Kernel(bytes: Array("1\n2".utf8), name: "left", contentType: "text/plain; charset=utf-8").channels == [[1, 2]])
    let wrong: [([UInt8], String?)] = [(wave, "text/plain"), (array, "audio/wav"), ([], nil), ([0, 1, 2], nil), ([0], "text/csv")]
    for (bytes, type) in wrong {
      let error = #expect(throws: AudioFileError.self) { try Kernel(bytes: bytes, name: "left", contentType: type) }
      #expect(error?.cause == .badData && error?.message.hasPrefix("left: ") == true)
    }
  }

  @Test("Taps that are no finite numbers are refused by place")
  func notFinite() throws {
    let wave = try sound(channels: [[1, 2, 3], [1, .infinity, 3]], encoding: .float)
    let error = #expect(throws: AudioFileError.self) { try Kernel(bytes: wave, name: "left") }
    #expect(error?.message == "left: tap 1 of channel 1 is inf: every tap must be a finite number")
  }

  @Test("Damaged files never do worse than an error")
  func damaged() throws {
    let wave = try sound(channels: [[0.5, 0.25, 0.125, 0]], encoding: .s24packed)
    var random = SeededGenerator(seed: 4)
    for _ in 0..<3_000 {
      var bytes = wave
      for _ in 0..<3 { bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random) }
      bytes.removeLast(Int.random(in: 0...8, using: &random))
      if let kernel = try? Kernel(bytes: bytes, name: "damaged") {
        #expect(kernel.channels.allSatisfy { !$0.isEmpty && $0.count == kernel.channels[0].count }, "\(bytes)")
      }
    }
  }

  private func file(_ name: String, _ text: String) throws -> String {
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file(name)))
    return folder.file(name)
  }

  private func sound(channels: [[Double]], encoding: SampleEncoding) throws -> [UInt8] {
    let path = folder.file("sound.wav")
    try AudioWriter(encoding: encoding, sampleRate: 44_100).write(channels, path: path)
    return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  }
}
