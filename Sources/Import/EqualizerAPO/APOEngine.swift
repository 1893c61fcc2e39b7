import AudioFile
import Design
import Numbers

/// What lines of Equalizer APO do to its channels.
struct APOEngine {
  private(set) var channels: APOChannels
  private let rate: Int
  private let folder: KernelFolder
  private let report: ImportReport

  init(_ channels: APOChannels, rate: Int, _ folder: KernelFolder, _ report: ImportReport) {
    (self.channels, self.rate, self.folder, self.report) = (channels, rate, folder, report)
  }

  mutating func run(_ line: APOScript.Line) {
    guard !line.rest.contains("`") else { return lose(line, "an expression in ` has no equal here: write its value") }
    do throws(Unequal) {
      switch line.command {
      case "preamp": try amplify(line)
      case "filter": try filter(line)
      case "graphiceq": try add(.words("graphic:GraphicEQ: " + graphic(line.rest)), line)
      case "convolution": try convolve(line)
      case "delay": try delay(line)
      case "copy": try copy(line)
      case "loudnesscorrection": throw Unequal("LoudnessCorrection depends on the volume, and has no equal here")
      case "vstplugin": throw Unequal("VSTPlugin runs another program's code, and has no equal here")
      default: throw Unequal("\(line.command) has no equal here: write what it gives")
      }
    } catch {
      lose(line, error.message)
    }
  }

  private func lose(_ line: APOScript.Line, _ message: String) { report.lose(line.number, in: line.file, message) }

  /// The selected channels.
  private func names(_ line: APOScript.Line) throws(Unequal) -> [String] {
    guard let wanted = line.channels else { return channels.order }
    if let name = wanted.first(where: { channels[$0] == nil }) { throw Unequal("there is no channel \(quoted(name)): Copy makes one") }
    return wanted
  }

  private mutating func change(_ line: APOScript.Line, _ change: (inout Channel, Int) -> Void) throws(Unequal) {
    for (place, name) in try names(line).enumerated() {
      guard var channel = channels[name] else { continue }
      change(&channel, place)
      _ = channels.set(name, to: channel)
    }
  }

  private mutating func add(_ kernel: PathKernel, _ line: APOScript.Line) throws(Unequal) {
    try change(line) { channel, _ in channel.append(kernel, line: line.number) }
  }

  // MARK: Filters

  private func text(_ line: APOScript.Line, _ text: String) throws(Unequal) -> EqualiserText {
    guard !line.rest.contains(";") else { throw Unequal("\(quoted(line.rest)): a semicolon has no place here") }
    do throws(TextFaults) {
      return try EqualiserText(items: text)
    } catch {
      throw Unequal(error.first.first.map { $0.error.description } ?? "it is no filter")
    }
  }

  private mutating func amplify(_ line: APOScript.Line) throws(Unequal) {
    let gain = try text(line, "Preamp: \(line.rest); None").preamp
    try change(line) { channel, _ in channel.amplify(by: magnitude(decibels: gain)) }
  }

  private mutating func filter(_ line: APOScript.Line) throws(Unequal) {
    let read = try text(line, "Filter: \(line.rest)")
    guard read.filterCount > 0 else { return }
    let words = line.rest.split(whereSeparator: \.isWhitespace)
    let body = words.first?.lowercased() == "on" ? words.dropFirst() : words[...]
    try add(.lines([body.joined(separator: " ")]), line)
  }

  private func graphic(_ rest: Substring) throws(Unequal) -> String {
    do throws(TextFaults) { _ = try GraphicText(text: "GraphicEQ: \(rest)") } catch {
      throw Unequal(error.first.first.map { $0.error.description } ?? "it is no graphic equaliser")
    }
    return String(rest)
  }

  /// A file's channels go to the selected ones in turn.
  private mutating func convolve(_ line: APOScript.Line) throws(Unequal) {
    guard let found = folder.find(line.rest.trimmingQuotes, line: line.number, in: line.file, from: line.folder),
      let kernel = folder.kernel(found, line: line.number, in: line.file)
    else { return }
    let count = kernel.channels.count
    let folder = folder
    try change(line) { channel, place in
      channel.append(folder.file(found, channel: place % count, channels: count), line: line.number)
    }
  }

  // MARK: Delay and Copy

  private mutating func delay(_ line: APOScript.Line) throws(Unequal) {
    let words = line.rest.split(whereSeparator: \.isWhitespace)
    let unit = words.count == 2 ? words[1].lowercased() : ""
    guard let value = words.first.flatMap({ decimalNumber($0.replacing(",", with: ".")) }), (0...1e7).contains(value),
      ["ms", "samples", "sample"].contains(unit)
    else { throw Unequal("\(quoted(line.rest)) is no delay: write 10 ms or 480 samples") }
    let frames = Int((unit == "ms" ? value * Double(rate) / 1000 : value).rounded())
    try change(line) { channel, _ in channel.apply { $0.delay += frames } }
  }

  /// Assignments, which all see the channels as they are before.
  private mutating func copy(_ line: APOScript.Line) throws(Unequal) {
    let before = channels
    var (sums, count) = ([(name: String, channel: Channel)](), 0)
    for assignment in Self.assignments(line.rest) {
      guard let equals = assignment.firstIndex(of: "=") else { throw Unequal("\(quoted(assignment)) is no assignment: write L=L+0.5*R") }
      let target = APOChannels.name(assignment[..<equals])
      guard !target.isEmpty, target.utf8.count <= 64 else { throw Unequal("\(quoted(assignment)) names no channel") }
      var parts: [Channel] = []
      for summand in Self.summands(assignment[assignment.index(after: equals)...]) {
        guard let part = try Self.part(summand, before, line) else { continue }
        parts.append(part)
        count += part.paths.count
        guard count <= Channel.mostPaths else {
          throw Unequal("more than \(Channel.mostPaths) ways lead through it: that is too much for one matrix")
        }
      }
      sums.append((target, .sum(parts)))
    }
    guard !sums.isEmpty else { throw Unequal("Copy: has no assignment: write L=L+0.5*R") }
    for sum in sums {
      guard channels.set(sum.name, to: sum.channel) else { throw Unequal("there are too many channels") }
    }
    guard channels.pathCount <= Channel.mostPaths else {
      channels = before
      throw Unequal("more than \(Channel.mostPaths) ways lead through it: that is too much for one matrix")
    }
  }

  /// Parted by blanks, of which there may be some around the signs.
  private static func assignments(_ text: Substring) -> [Substring] {
    var tight = ""
    for word in text.split(whereSeparator: \.isWhitespace) {
      let joins = tight.last.map { "=+*".contains($0) } ?? true
      tight += (joins || word.first.map { "=+*".contains($0) } ?? false ? "" : " ") + word
    }
    return tight.split(separator: " ").map { Substring(String($0)) }
  }

  /// Parted by plus signs, of which one may be a number's.
  private static func summands(_ text: Substring) -> [Substring] { text.split(separator: "+").map { $0 } }

  /// `R`, `0.5*R`, `R*0.5`, `-6dB*L`, or 0; nil: silence.
  private static func part(_ text: Substring, _ channels: APOChannels, _ line: APOScript.Line) throws(Unequal) -> Channel? {
    var (factor, source) = (1.0, Channel?.none)
    var constant = true
    for word in text.split(separator: "*") {
      if let channel = channels[APOChannels.name(word)],
        wholeNumber(word) == nil || text.contains("*") == false && source == nil && !isZero(word)
      {
        guard source == nil else { throw Unequal("\(quoted(text)): one channel times another has no equal here") }
        (source, constant) = (channel, false)
      } else if let number = number(word) {
        factor *= number
      } else {
        throw Unequal("\(quoted(word)) is neither a channel nor a factor: Copy makes channels")
      }
    }
    if constant {
      guard factor == 0 || text.isEmpty else { throw Unequal("\(quoted(text)) adds a constant, which has no equal here") }
      return nil
    }
    source?.amplify(by: factor)
    source?.apply { $0.line = line.number }
    return source
  }

  private static func isZero(_ text: Substring) -> Bool { decimalNumber(text) == 0 }

  /// A factor, or decibels.
  private static func number(_ text: Substring) -> Double? {
    let lower = text.lowercased().replacing(",", with: ".")
    guard lower.hasSuffix("db") else { return decimalNumber(lower).flatMap { $0.isFinite ? $0 : nil } }
    return decimalNumber(lower.dropLast(2)).flatMap { $0.magnitude <= 400 ? magnitude(decibels: $0) : nil }
  }
}
