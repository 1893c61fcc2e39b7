import AudioFile
import Numbers

/// A configuration of jconvolver: a command a line.
struct JConvolver {
  private let folder: KernelFolder
  private let report: ImportReport
  private var system: ImportedSystem
  /// From /cd.
  private var base: String
  private var size = 0
  private var rate: Int
  /// What `/impulse/copy` refers to.
  private var impulses: [[Int]: [(path: SoundPath, line: Int)]] = [:]

  static func system(
    _ lines: [Substring], _ options: ImportedConfiguration.Options, _ folder: KernelFolder, _ report: ImportReport
  ) throws(AudioFileError) -> ImportedSystem {
    var reader = JConvolver(options.rate ?? 48_000, folder, report)
    for (index, line) in lines.enumerated() { try reader.read(line, line: index + 1) }
    guard !reader.system.outputs.isEmpty else { throw report.fault(1, "there is no /convolver/new: add it before the first impulse") }
    return reader.system
  }

  private init(_ rate: Int, _ folder: KernelFolder, _ report: ImportReport) {
    (self.rate, self.folder, self.report, base) = (rate, folder, report, folder.folder)
    system = ImportedSystem(program: "jconvolver", inputs: 0)
  }

  private mutating func read(_ line: Substring, line number: Int) throws(AudioFileError) {
    let text = line.trimmed
    guard text.first == "/" else {
      if !text.isEmpty, text.first != "#" { report.lose(number, "\(quoted(text)) is no command: those begin with /") }
      return
    }
    let command = text.prefix { !$0.isWhitespace }
    let rest = text.dropFirst(command.count).trimmed
    switch command {
    case "/cd": base = rest.hasPrefix("/") ? String(rest) : folder.folder + "/" + rest
    case "/convolver/new": try open(Self.words(rest), number)
    case "/input/name", "/output/name": break
    case "/impulse/read": read(Self.words(rest, most: 8), number)
    case "/impulse/dirac": dirac(Self.words(rest), number)
    case "/impulse/copy": copy(Self.words(rest), number)
    case "/impulse/hilbert": report.lose(number, "\(command) has no equal here: write its taps into a file, and name that in /impulse/read")
    default: report.lose(number, "\(quoted(command)) has no equal here")
    }
  }

  /// Words; of the last one, a file's name, blanks are a part.
  private static func words(_ text: Substring, most: Int = .max) -> [String] {
    text.split(maxSplits: most - 1, omittingEmptySubsequences: true, whereSeparator: \.isWhitespace).map { $0.trimmed.trimmingQuotes }
  }

  private mutating func open(_ words: [String], _ line: Int) throws(AudioFileError) {
    let numbers = words.prefix(4).compactMap { wholeNumber($0) }
    guard numbers.count == 4, (1...64).contains(numbers[0]), (1...64).contains(numbers[1]) else {
      throw report.fault(line, "/convolver/new has inputs, outputs (1 to 64), partition size and maximum length: correct it")
    }
    guard system.outputs.isEmpty else { throw report.fault(line, "there is a second /convolver/new: give each convolver a file") }
    (system.inputs, size) = (numbers[0], numbers[3])
    system.outputs = Array(repeating: Channel(), count: numbers[1])
    if (1...16_384).contains(numbers[2]) { system.block = numbers[2] }
  }

  /// Input and output, from 0.
  private func ends(_ words: [String], _ line: Int, least: Int) -> (from: Int, to: Int)? {
    guard words.count >= least else {
      report.lose(line, "\(quantity(words.count, "value")), where \(least) are needed: correct the line")
      return nil
    }
    guard let from = wholeNumber(words[0]), let to = wholeNumber(words[1]), (1...max(1, system.inputs)).contains(from),
      system.outputs.indices.contains(to - 1)
    else {
      report.lose(
        line, "input \(quoted(words[0])), output \(quoted(words[1])): /convolver/new has \(system.inputs) and \(system.outputs.count)")
      return nil
    }
    return (from - 1, to - 1)
  }

  private mutating func add(_ path: SoundPath, to output: Int, line: Int) {
    impulses[[path.from, output], default: []].append((path, line))
    if system.outputs.reduce(0, { $0 + $1.paths.count }) < Channel.mostPaths {
      system.outputs[output].paths.append(path)
    } else {
      report.lose(line, "there are more than \(Channel.mostPaths) impulses: the rest is left out")
    }
  }

  private mutating func read(_ words: [String], _ line: Int) {
    guard let (from, to) = ends(words, line, least: 8) else { return }
    guard let gain = decimalNumber(words[2]), gain.isFinite, let delay = wholeNumber(words[3]), let offset = wholeNumber(words[4]),
      let length = wholeNumber(words[5]), let channel = wholeNumber(words[6]), channel > 0
    else { return report.lose(line, "gain, delay, offset, length and channel (from 1) are numbers: correct the line") }
    guard let found = folder.find(words[7], line: line, from: base), let kernel = folder.kernel(found, line: line) else { return }
    guard channel <= kernel.channels.count else {
      return report.lose(line, "channel \(channel) of \(quoted(words[7])): it has \(kernel.channels.count)")
    }
    let own = kernel.sampleRate
    if system.rate == nil { system.rate = own }
    let available = kernel.channels[0].count
    guard offset < available else {
      return report.lose(line, "offset \(offset) of \(quoted(words[7])): it has \(quantity(available, "tap"))")
    }
    // The convolver ends after its maximum length.
    let wanted = min(length == 0 ? available - offset : min(length, available - offset), max(0, size - delay))
    guard wanted > 0 else {
      return report.lose(line, "a delay of \(quantity(delay, "frame")): the maximum length of /convolver/new is \(size)")
    }
    if length == 0, wanted < available - offset {
      report.note(line, "\(quoted(words[7])) ends after \(quantity(wanted, "tap")), as /convolver/new says")
    }
    var path = SoundPath(from: from, factor: gain, delay: min(delay, 1 << 40), line: line)
    let isWhole = offset == 0 && wanted == available
    path.kernels = [
      isWhole
        ? folder.file(found, channel: channel - 1, channels: kernel.channels.count)
        : folder.file(
          taps: Array(kernel.channels[channel - 1][offset..<offset + wanted]), rate: own ?? rate,
          named: "\(stem(of: found))-\(channel)-from\(offset)-\(wanted)")
    ]
    add(path, to: to, line: line)
  }

  private mutating func dirac(_ words: [String], _ line: Int) {
    guard let (from, to) = ends(words, line, least: 4) else { return }
    guard let gain = decimalNumber(words[2]), gain.isFinite, let delay = wholeNumber(words[3]) else {
      return report.lose(line, "gain and delay are numbers: correct the line")
    }
    add(SoundPath(from: from, factor: gain, delay: min(delay, 1 << 40), line: line), to: to, line: line)
  }

  private mutating func copy(_ words: [String], _ line: Int) {
    guard let (from, to) = ends(words, line, least: 4), let source = ends(Array(words.dropFirst(2)), line, least: 2) else { return }
    let copied = impulses[[source.from, source.to]] ?? []
    if copied.isEmpty { report.lose(line, "there is no impulse from input \(source.from + 1) to output \(source.to + 1) before it") }
    for (path, _) in copied {
      var path = path
      (path.from, path.line) = (from, line)
      add(path, to: to, line: line)
    }
  }
}

extension Substring {
  /// Without quotes around it.
  var trimmingQuotes: String {
    count > 1 && first == "\"" && last == "\"" ? String(dropFirst().dropLast()) : String(self)
  }
}
