import AudioFile
import Foundation
import NPY
import TestSupport
import Testing
import WordKernels

/// Kernels that are made from words and files.
@Suite struct WordKernelTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private func write(_ text: String, to name: String) throws -> String {
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file(name)))
    return folder.file(name)
  }

  private func made(
    _ text: String, rate: Int? = 48_000, quotes: Bool = true, limit: KernelLimit = .none, workBytes: Int = .max
  ) throws -> Kernel {
    guard case .words(let words) = try KernelName(text) else { throw AudioFileError(.specification, "\(text): no words") }
    return try words.kernel(
      name: text, rate: rate,
      from: KernelSupply(quotes: quotes, limit: limit, workBytes: workBytes) { name throws(AudioFileError) in
        switch try KernelName(name) {
        case .raw(let file): try Kernel(file)
        case .specification(let text): try Kernel(specification: text)
        default: try Kernel(path: name)
        }
      })
  }

  private func message(_ text: String, rate: Int? = 48_000, quotes: Bool = true, limit: KernelLimit = .none) -> AudioFileError? {
    #expect(throws: AudioFileError.self, "\(text)") { try made(text, rate: rate, quotes: quotes, limit: limit) }
  }

  @Test("Taps are those that paper gives")
  func paper() throws {
    func expect(_ text: String, _ taps: [Double], rate: Int = 48_000) throws {
      let kernel = try made(text, rate: rate)
      let found = kernel.channels[0]
      let isClose = zip(found, taps).allSatisfy { abs($0 - $1) < 1e-12 } && found.dropFirst(taps.count).allSatisfy { abs($0) < 1e-12 }
      #expect(isClose && found.count >= taps.count && kernel.sampleRate == rate, "\(text): \(found.prefix(8))")
    }
    // At a quarter of the rate the bilinear transform of 1 / (s + 1) is (1 + z⁻¹) / 2.
    try expect("lowpass:BW1@12000", [0.5, 0.5])
    try expect("highpass:BW1@24 kHz", [0.5, -0.5], rate: 96_000)
    try expect("invert:lowpass:BW1@12000", [-0.5, -0.5])
    try expect("eq:Preamp: -20 dB", [0.1])
    try expect("eq:Preamp: -26 dB; Filter 1: OFF PK Fc 100 Hz Gain 3 dB Q 1; Preamp: 6 dB", [0.1])
    // Of RBJ's peaking filter b0 / a0 is the first tap; at a quarter of the rate sin ω is 1, cos ω 0: b1 and a1 are 0.
    let (alpha, a) = (1.0 / (2 * 2), pow(10, 6.0 / 40))
    let (b0, b2, a2) = ((1 + alpha * a) / (1 + alpha / a), (1 - alpha * a) / (1 + alpha / a), (1 - alpha / a) / (1 + alpha / a))
    let peak = try made("eq:PK Fc 12000 Hz Gain 6 dB Q 2").channels[0]
    #expect(abs(peak[0] - b0) < 1e-12 && abs(peak[1]) < 1e-12 && abs(peak[2] - (b2 - a2 * b0)) < 1e-12)
  }

  @Test("A file is read as its word says, and made anew for each rate")
  func files() throws {
    let equaliser = try write(
      "Preamp: -3 dB\r\nFilter 1: ON PK Fc 1,050 Hz Gain 6 dB Q 1,41\r\nFilter 2: ON LP Fc 30 kHz\r\n", to: "a b.txt")
    let kernel = try made("eq:\(equaliser)")
    #expect(kernel.channels == (try made("eq:Preamp: -3 dB; PK Fc 1050 Hz Gain 6 dB Q 1.41")).channels)
    #expect(kernel.layout == "made at 48000 Hz: \(kernel.channels[0].count) taps")
    #expect(kernel.ending?.hasPrefix("where less than -180 dB of the largest gain are left; cut off: at most -180") == true)
    #expect(
      kernel.cautions.count == 1 && kernel.cautions[0].hasPrefix("\(equaliser): line 3: \"30000 Hz\": the filter does nothing"),
      "\(kernel.cautions)")
    let higher = try made("eq:\(equaliser)", rate: 96_000)
    #expect(higher.cautions.isEmpty && higher.channels[0].count > kernel.channels[0].count && higher.sampleRate == 96_000)
    try Data("Preamp: -6 dB\n".utf8).write(to: URL(fileURLWithPath: equaliser))
    #expect(try made("eq:\(equaliser)").channels[0].count == 1)

    let response = try write("* REW\n20 -6 10\n1000 0 0\n20000 -6 -10\n", to: "t.frd")
    #expect(try made("minimum/512:response:\(response)").channels[0].count <= 512)
    #expect(try made("graphic:GraphicEQ: 20 -1; 1000 0; 20000 -6").channels[0].count > 1)
  }

  @Test("Linear phase says how many taps come before time 0, so that other filters wait for it")
  func linear() throws {
    let kernel = try made("linear/4095:eq:PK Fc 1000 Hz Gain 6 dB Q 1")
    let taps = kernel.channels[0]
    #expect(kernel.leadFrames == taps.count / 2 && taps == taps.reversed() && kernel.layout.contains("time 0 at tap \(kernel.leadFrames)"))
    #expect(try made("lowpass:sinc@2000/101").leadFrames == 50 && made("lowpass:LR4@2000").leadFrames == 0)
    // The parts of a linear crossover add up to a delay.
    let (low, high) = (try made("lowpass:sinc@2000/101").channels[0], try made("highpass:sinc@2000/101").channels[0])
    #expect(zip(low, high).enumerated().allSatisfy { abs($1.0 + $1.1 - ($0 == 50 ? 1 : 0)) < 1e-15 })
  }

  @Test("A kernel that words name keeps its rate, and its channels stay together")
  func kernels() throws {
    let path = folder.file("k.npy")
    try Data(NumPyArray([0.0, 0, 1, 0.5]).npy()).write(to: URL(fileURLWithPath: path))
    let minimum = try made("minimum:\(path)", rate: nil)
    #expect(minimum.sampleRate == nil && abs(minimum.channels[0][0] - 1) < 1e-4 && abs(minimum.channels[0][1] - 0.5) < 1e-4)
    let raw = folder.file("k.f64")
    try [1, 0.25].withUnsafeBytes { try Data($0).write(to: URL(fileURLWithPath: raw)) }
    #expect(try made("invert:f64@44100:\(raw)", rate: nil).sampleRate == 44_100)
    #expect(message("lowpass:LR4@2000", rate: nil)?.message.contains("nobody says one here") == true)
  }

  @Test("Bad files are named with the line, which is quoted only where whoever reads the message may read the file")
  func bad() throws {
    let bad = try write("Preamp: -3 dB\nFilter: ON PK Fc 100 Hz Gain 1 dB Q 0\nsecret\nPK Fc 100.000 Hz Gain 1 dB Q 1\n", to: "bad.txt")
    let quoted = try #require(message("eq:\(bad)"))
    #expect(quoted.cause == .badData && quoted.message.hasPrefix("\(bad): line 2: "), "\(quoted)")
    #expect(quoted.message.contains("line 3: \"secret\"") && quoted.message.contains("line 4"))
    #expect(message("eq:\(bad)", quotes: false)?.message.contains("secret") == false)
    #expect(message("eq:\(folder.file("none.txt"))")?.cause == .missing)
    #expect(message("eq:\(folder.path)")?.message.contains("folder") == true)
    #expect(message("response:\(try write("20 x\n", to: "r.txt"))")?.message.contains("line 1") == true)
    #expect(message("linear:taps:1e308")?.message == "linear:taps:1e308: the result is beyond float64: lower the gain, or scale the taps")
    #expect(message("highpass:BW2@30 kHz")?.message.hasPrefix("highpass:BW2@30 kHz: ") == true)
    let sound = folder.file("s.wav")
    try AudioWriter(container: .wav, encoding: .s16, sampleRate: 48_000).write([[0.5, 0.25]], path: sound)
    #expect(message("eq:\(sound)")?.message.contains("is it a sound file?") == true)
  }

  @Test("Thousands of filters, long rings, large texts and too little memory end with a message")
  func limits() throws {
    let line = "Filter: ON PK Fc 100 Hz Gain 1 dB Q 1\n"
    let many = try write(String(repeating: line, count: 10_000), to: "many.txt")
    #expect(message("eq:\(many)")?.message.contains("more than 1000 filters") == true)
    let large = try write(String(repeating: "#", count: 1 << 20) + line, to: "large.txt")
    #expect(message("eq:\(large)")?.message.contains("bytes, more than") == true)
    let ringing = try made("eq:PK Fc 20 Hz Gain 20 dB Q 100000")
    #expect(ringing.channels[0].count == 1 << 20 && ringing.cautions.count == 1)
    #expect(ringing.ending?.contains("the most taps that it may have") == true)
    #expect(
      message("eq:PK Fc 20 Hz Gain 20 dB Q 100000", limit: KernelLimit(taps: 1_000, bytes: .max))?.message.contains("more than 1000")
        == true)
    let little = #expect(throws: AudioFileError.self) { try made("linear:lowpass:LR4@2000", workBytes: 1 << 20) }
    #expect(little?.message.contains("that are left") == true, "\(String(describing: little))")
    // Minimum phase is then less exact, if it fits at all.
    #expect(try made("minimum:taps:0,1,0.5", workBytes: 4 << 20).channels[0].count == 3)
    let wide = folder.file("wide.wav")
    try AudioWriter(encoding: .s16, sampleRate: 48_000).write((0..<64).map { [0.5, Double($0) / 128] }, path: wide)
    let many64 = message("linear/101:\(wide)", limit: KernelLimit(taps: .max, bytes: 64 * 50 * 8))
    #expect(many64?.message.contains("64 channels of") == true, "\(String(describing: many64))")
    let cancelled = message("eq:PK Fc 20 Hz Gain 20 dB Q 100000", limit: KernelLimit(taps: .max, bytes: .max) { true })
    #expect(cancelled?.cause == .inputOutput && cancelled?.message.contains("broken off") == true)
  }

  @Test("A check finds what making would find, without making")
  func check() throws {
    func checked(_ text: String, rate: Int?) throws -> Kernel {
      guard case .words(let words) = try KernelName(text) else { throw AudioFileError(.specification, text) }
      return try words.check(name: text, rate: rate, from: KernelSupply { name throws(AudioFileError) in try Kernel(path: name) })
    }
    let stereo = folder.file("stereo.wav")
    try AudioWriter(container: .wav, encoding: .s16, sampleRate: 48_000).write([[0.5, 0.25], [1, 0]], path: stereo)
    #expect(try checked("linear:\(stereo)", rate: 48_000).channels == [[0], [0]])
    #expect(try checked("highpass:BW2@30 kHz", rate: nil).channels == [[0]])
    for text in [
      "highpass:BW2@30 kHz", "linear-above@30k:lowpass:LR4@2000", "bandpass:sinc@300-30000/101", "minimum:\(folder.file("none"))",
    ] {
      #expect(throws: AudioFileError.self, "\(text)") { try checked(text, rate: 48_000) }
    }
  }
}
