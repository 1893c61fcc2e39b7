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
      ("0.1\n", [0.1]), ("1e-300\n", [1e-300]), ("# caf\u{E9}\n7", [7]), (".5\n5.\n+0.5\n", [0.5, 5, 0.5]),
      ("1e-400\n1\n", [0, 1]), ("1.0\u{A0}\n0.5\n", [1, 0.5]), ("1.0\r0.5\r-0.25\r", [1, 0.5, -0.25]),
      ("1.0E+0\n5.0e-01\n-2.5E-1 \n", [1, 0.5, -0.25]),
      ("1.0\n0.5\n\u{1A}", [1, 0.5]),
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
    ("# room\nrate: 48000\n", "line 2 is \"rate: 48000\": that is a configuration's: give one of its kernels"),
    ("1\n\nabc\n", "line 3 is \"abc\": that is not a number"), ("1,\n", "2 columns separated by commas"),
    ("1\nNaN\n", "line 2 is \"NaN\": every tap must be a finite"), ("inf\n", "line 1 is \"inf\": every tap"),
    ("1\n-Infinity\n", "line 2 is \"-Infinity\": every tap"), ("1\n1e400\n", "line 2 is \"1e400\": every tap must be a finite"),
    ("", "it is empty"), ("# only words\n", "holds no taps"), ("1\u{0}\n", "holds other bytes"), ("0.5\n1\u{1A}0\n", "holds other bytes"),
    ("0x10\n0.5\n", "line 1 is \"0x10\": that is hexadecimal"), ("1\n-0X1.8\n", "line 2 is \"-0X1.8\": that is hexadecimal"),
    ("0x1p-1\n", "that is hexadecimal"), ("1_000\n", "line 1 is \"1_000\": that is not a number"), ("1.0D-3\n", "write e in place of D"),
    ("\"1.0\"\n", "line 1 is \"\"1.0\"\": that is not a number"), ("1.0;\n", "2 columns separated by semicolons"),
    ("// tap\n1.0\n", "line 1 is \"// tap\""), ("double h[3] = {1.0, 0.5};\n", "line 1 is \"double h"),
    ("b0=1.0,\n", "line 1 is \"b0=1.0,\""),
    ("[1.0; 0.5]\n", "line 1 is \"[1.0; 0.5]\""), ("[1.0, 0.5]\n", "line 1"), ("1\n.\n", "line 2 is \".\""), ("1e\n", "line 1 is \"1e\""),
    ("1.0\n0.5\n\u{2212}0.25\n", "line 3 is \"\u{2212}0.25\": its minus sign is that of printed text (U+2212)"), ("+-1\n", "line 1"),
  ]

  @Test("Text that could be read in two ways, or in none, is refused by line", arguments: badTexts)
  func badText(text: String, fault: String) throws {
    let path = try file("k.txt", text)
    let error = #expect(throws: AudioFileError.self) { try Kernel(path: path) }
    #expect(error?.cause == .badData)
    #expect(error?.message.hasPrefix(path + ": ") == true && error?.message.contains(fault) == true, "\(String(describing: error))")
  }

  @Test(
    "A text that words take is told by what it holds, with its word",
    arguments: [
      ("Preamp: -6.2 dB\nFilter 1: ON PK Fc 105 Hz Gain 5 dB Q 0.7\n", "these are filters of an equaliser: write eq:FILE"),
      ("Filter Settings file\n\nRoom EQ V5.20\n", "write eq:FILE"), ("PK Fc 3410 Hz Gain -3.4 dB Q 2.36\n", "write eq:FILE"),
      ("\u{FEFF}# AutoEq\r\nFilter: ON LSC Fc 105 Hz Gain 6 dB\r\n", "write eq:FILE"),
      ("GraphicEQ: 20 -1.2; 21 -1.3\n", "this is a graphic equaliser: write graphic:FILE"),
      ("Preamp: -3 dB\nGraphicEQ: 20 -1.2; 21 -1.3\n", "write graphic:FILE"),
      ("* Freq(Hz) SPL(dB) Phase(degrees)\n20.0 70.1 -12\n", "this is a response: write response:FILE"),
      ("frequency,raw\n20,-1.5\n21,-1.4\n", "this is a response: write response:FILE"),
      ("20 1.5\n21 1.4\n22 1.3\n", "several channels need a sound file; frequencies and their dB are response:FILE"),
      ("1 2\n2 1\n", "2 values separated by spaces"),
      ("0 0.5\n0.1 0.25\n0.2 0\n", "2 values separated by spaces"), ("filter\n1\n", "that is not a number"),
      ("0.5\nPreamp: -3 dB\n", "it holds 3 columns"),
    ])
  func wordedText(text: String, fault: String) throws {
    let path = try file("k.txt", text)
    let error = #expect(throws: AudioFileError.self) { try Kernel(path: path) }
    #expect(error?.message.hasPrefix(path + ": line ") == true && error?.message.contains(fault) == true, "\(String(describing: error))")
  }

  @Test("A line has an end, and a message quotes no more than a few scalars of it", .timeLimit(.minutes(1)))
  func longLines() throws {
    for part in ["1, ", "#", "0", " ", "e\u{301}\u{301}\u{301}", "\u{202E}"] {
      for count in [600, 1_000_000] {
        let text = "1\n" + String(repeating: part, count: count) + "x\n"
        // A comment says nothing, if it ends.
        if part == "#" && count == 600 { continue }
        let error = #expect(throws: AudioFileError.self) { try Kernel(bytes: Array(text.utf8), name: "sent") }
        let message = try #require(error).message
        #expect(message.hasPrefix("sent: line 2") && message.utf8.count < 700 && !message.contains("\u{202E}"), "\(message)")
      }
    }
  }

  @Test("Text of other encodings is read", arguments: ["utf16le", "utf16be", "latin1", "mark"])
  func encodings(encoding: String) throws {
    let text = "# taps\r\n1.0\r\n0.5\r\n-0.25\r\n"
    let units = Array(text.utf16)
    let bytes: [UInt8] =
      switch encoding {
      case "utf16le": [0xFF, 0xFE] + units.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
      case "utf16be": [0xFE, 0xFF] + units.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
      case "latin1": Array("# M\u{FC}ller\n1.0\n0.5\n-0.25\n".unicodeScalars.map { UInt8($0.value) })
      default: [0xEF, 0xBB, 0xBF] + text.utf8
      }
    let path = folder.file("k.txt")
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    #expect(try Kernel(path: path).channels == [[1, 0.5, -0.25]])
    #expect(try Kernel(bytes: bytes, name: "sent").channels == [[1, 0.5, -0.25]])
  }

  @Test("What a file holds decides, and not its name: the same for files and for what is sent")
  func contents() throws {
    let (text, wave) = (Array("1.0\n0.5\n-0.25\n".utf8), try sound(channels: [[0.5, 0.25]], encoding: .s16))
    for name in ["k", "k.dat", "k.raw", "k.wav", "k.txt", "k.npy"] {
      for (bytes, taps) in [(text, [1, 0.5, -0.25]), (wave, [0.5, 0.25]), (NumPyArray([1.0]).npy(), [1])] {
        try Data(bytes).write(to: URL(fileURLWithPath: folder.file(name)))
        #expect(try Kernel(path: folder.file(name)).channels == [taps], "\(name)")
        #expect(try Kernel(bytes: bytes, name: name).channels == [taps], "\(name)")
      }
      let raw: [UInt8] = [0xCD, 0xCC, 0xCC, 0x3D, 0, 0, 0, 0x3F]
      try Data(raw).write(to: URL(fileURLWithPath: folder.file(name)))
      #expect(throws: AudioFileError.self) { try Kernel(path: folder.file(name)) }
      #expect(throws: AudioFileError.self) { try Kernel(bytes: raw, name: name) }
    }
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
    for type in ["text/plain; charset=utf-8", nil, "application/octet-stream", "application/x-www-form-urlencoded"] {
      #expect(try Kernel(bytes: Array("1\n2".utf8), name: "left", contentType: type).channels == [[1, 2]])
    }
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
