import AudioFile
import Numbers

/// A configuration of convolver, as Roon, JRiver, Audiolense and Acourate write it.
struct ConvolverText {
  struct Path: Equatable {
    var file: String
    /// From 0.
    var channel: Int
    var inputs: [Weight]
    var outputs: [Weight]
    var line: Int
  }

  /// A channel, and its factor.
  struct Weight: Equatable {
    var channel: Int
    var factor: Double

    /// The whole part is the channel, the fraction its factor; without a fraction that is 1. The sign is that of the text: -0.0.
    init?(_ text: some StringProtocol) {
      let digits = String(text.first == "-" || text.first == "+" ? text.dropFirst() : text[...])
      let halves = digits.replacing(",", with: ".").split(separator: ".", omittingEmptySubsequences: false)
      guard halves.count <= 2, let whole = wholeNumber(halves[0]), whole < 64 else { return nil }
      let fraction = halves.count == 2 && !halves[1].isEmpty ? halves[1] : "0"
      guard wholeNumber(fraction.prefix(17)) != nil, let part = decimalNumber("0." + fraction) else { return nil }
      channel = whole
      factor = (text.first == "-" ? -1 : 1) * (part == 0 ? 1 : part)
    }
  }

  let rate: Int
  let inputs: Int
  let outputs: Int
  /// ms.
  private(set) var inputDelays: [Double] = []
  private(set) var outputDelays: [Double] = []
  private(set) var paths: [Path] = []
  /// Nil: the one that the report is about.
  let file: String?

  private static let mostPaths = 4_096

  static func isFirstLine(_ text: some StringProtocol) -> Bool {
    let words = text.split(whereSeparator: \.isWhitespace)
    return words.count == 4 && words.prefix(3).allSatisfy { wholeNumber($0) != nil } && Int(words[3], radix: 16) != nil
      && (1_000...768_000).contains(wholeNumber(words[0]) ?? 0)
  }

  init(_ all: [Substring], _ file: String?, _ report: ImportReport) throws(AudioFileError) {
    self.file = file
    var lines = all.enumerated().map { (text: $0.element.trimmed, line: $0.offset + 1) }.filter { !$0.text.isEmpty }[...]
    guard let first = lines.popFirst(), Self.isFirstLine(first.text) else {
      throw report.fault(1, in: file, "the first line has rate, inputs, outputs and a mask, as in 48000 2 2 0: correct it")
    }
    let numbers = first.text.split(whereSeparator: \.isWhitespace).prefix(3).compactMap { wholeNumber($0) }
    (rate, inputs, outputs) = (numbers[0], numbers[1], numbers[2])
    guard (1...64).contains(inputs), (1...64).contains(outputs) else {
      throw report.fault(first.line, in: file, "\(quantity(inputs, "input")) and \(quantity(outputs, "output")): 1 to 64 are possible")
    }
    // Before version 3.1 there were no delays.
    if let next = lines.first, let delays = Self.delays(next.text, inputs) {
      inputDelays = delays
      lines.removeFirst()
      guard let last = lines.popFirst(), let delays = Self.delays(last.text, outputs) else {
        let wanted = "after the delays of \(quantity(inputs, "input")) those of \(quantity(outputs, "output")) follow, in ms"
        throw report.fault(next.line, in: file, "\(wanted): add them")
      }
      outputDelays = delays
    }
    while let name = lines.popFirst() {
      guard paths.count < Self.mostPaths else { throw report.fault(name.line, in: file, "there are more than \(Self.mostPaths) paths") }
      paths.append(try Self.path(name, &lines, inputs, outputs, file, report))
    }
    if paths.isEmpty { throw report.fault(first.line, in: file, "there is no path: a file, its channel, inputs and outputs follow") }
  }

  private static func delays(_ text: Substring, _ count: Int) -> [Double]? {
    let values = text.split(whereSeparator: \.isWhitespace).map { decimalNumber($0.replacing(",", with: ".")) }
    guard values.count == count, values.allSatisfy({ $0.map { (0...60_000).contains($0) } ?? false }) else { return nil }
    return values.compactMap { $0 }
  }

  private static func path(
    _ name: (text: Substring, line: Int), _ lines: inout ArraySlice<(text: Substring, line: Int)>, _ inputs: Int, _ outputs: Int,
    _ file: String?, _ report: ImportReport
  ) throws(AudioFileError) -> Path {
    guard let channel = lines.popFirst(), let number = wholeNumber(channel.text) else {
      throw report.fault(name.line, in: file, "after the file \(quoted(name.text)) its channel follows, from 0: correct it")
    }
    var ends: [[Weight]] = []
    for (what, count) in [("inputs", inputs), ("outputs", outputs)] {
      guard let line = lines.popFirst() else {
        throw report.fault(channel.line, in: file, "the \(what) of \(quoted(name.text)) are missing")
      }
      let words = line.text.split(whereSeparator: \.isWhitespace)
      let weights = words.compactMap { Weight($0) }
      guard weights.count == words.count, weights.allSatisfy({ $0.channel < count }) else {
        throw report.fault(
          line.line, in: file, "\(quoted(line.text)): \(what) are 0 to \(count - 1), each with its weight as decimals: correct it")
      }
      ends.append(weights)
    }
    return Path(file: String(name.text.trimmingQuotes), channel: number, inputs: ends[0], outputs: ends[1], line: name.line)
  }

  var hasDelays: Bool { (inputDelays + outputDelays).contains { $0 != 0 } }

  /// - Parameter kernel: of a path; nil where it cannot be had, which is then among the losses.
  func system(kernel: (Path) -> PathKernel?) -> ImportedSystem {
    var system = ImportedSystem(program: "convolver", inputs: inputs, outputs: Array(repeating: Channel(), count: outputs))
    system.rate = rate
    for path in paths {
      guard let kernel = kernel(path) else { continue }
      for input in path.inputs {
        for output in path.outputs {
          var sound = SoundPath(from: input.channel, factor: input.factor * output.factor, kernels: [kernel], line: path.line)
          let milliseconds =
            (inputDelays.isEmpty ? 0 : inputDelays[input.channel]) + (outputDelays.isEmpty ? 0 : outputDelays[output.channel])
          sound.delay = Int((milliseconds * Double(rate) / 1000).rounded())
          system.outputs[output.channel].paths.append(sound)
        }
      }
    }
    return system
  }

  func system(_ folder: KernelFolder, from base: String? = nil, _ report: ImportReport) -> ImportedSystem {
    system { path in
      guard let found = folder.find(path.file, line: path.line, in: file, from: base),
        let kernel = folder.kernel(found, line: path.line, in: file)
      else { return nil }
      guard path.channel < kernel.channels.count else {
        report.lose(path.line + 1, in: file, "channel \(path.channel) of \(quoted(path.file)): it has \(kernel.channels.count), from 0")
        return nil
      }
      if let own = kernel.sampleRate, own != rate {
        report.lose(path.line, in: file, "\(quoted(path.file)) has \(own) Hz, and the configuration \(rate) Hz: correct one of them")
        return nil
      }
      return folder.file(found, channel: path.channel, channels: kernel.channels.count)
    }
  }
}
