import AudioFile
import Numbers
import Platform

/// All lines that do something, in their order, with those of included files in place.
struct APOScript {
  enum Stage {
    case preMix, postMix
  }

  struct Line {
    var command: String
    var rest: Substring
    var stages: Set<Stage>
    /// Channels that are selected; nil: all.
    var channels: [String]?
    /// Nil: the imported one.
    var file: String?
    /// From the root.
    var folder: String
    var number: Int
  }

  private(set) var lines: [Line] = []
  /// At least two.
  private(set) var channelCount = 2
  /// Hz, as the first kernel says.
  private(set) var rate: Int?
  private let folder: KernelFolder
  private let report: ImportReport
  private var stages: Set<Stage> = [.postMix]
  private var channels: [String]?
  private var isSkipping = false
  private var conditions = 0

  private static let deepest = 16
  /// Of the configuration and all that it includes, each time that it does.
  private static let mostLines = 20_000
  private static let mostIncludes = 1_000
  private static let mostBytes = 1 << 22
  private var lineCount = 0
  private var includeCount = 0
  private var byteCount = 0

  init(_ lines: [Substring], _ folder: KernelFolder, _ report: ImportReport) throws(AudioFileError) {
    (self.folder, self.report) = (folder, report)
    try read(lines, nil, folder.folder, including: [pathInResolvedFolder(report.name)])
    // Whether it is there is said when it is taken.
    let silent = KernelFolder(folder.folder, ImportReport(""))
    for line in self.lines where line.command == "convolution" && rate == nil {
      rate = silent.find(String(line.rest.trimmingQuotes), line: 1, from: line.folder).flatMap { silent.kernel($0, line: 1)?.sampleRate }
    }
  }

  private mutating func read(
    _ lines: [Substring], _ file: String?, _ folder: String, including open: [String]
  ) throws(AudioFileError) {
    // What an included file selects ends with it.
    let kept = (stages, channels, isSkipping, conditions)
    lineCount += lines.count
    guard lineCount <= Self.mostLines else {
      throw report.fault(1, in: file, "it has more than \(Self.mostLines) lines with all that is included: that is no equaliser")
    }
    conditions = 0
    for (index, line) in lines.enumerated() {
      let text = line.trimmed
      if text.isEmpty || text.first == "#" { continue }
      guard let (command, rest) = EqualizerAPO.command(text), EqualizerAPO.commands.contains(command) else {
        report.lose(index + 1, in: file, "\(quoted(text)) is no command of Equalizer APO")
        continue
      }
      let number = index + 1
      if condition(command, rest, number, file) { continue }
      if command == "device" { device(rest, number, file) }
      if command == "device" || isSkipping || conditions > 0 { continue }
      if command == "stage" { stage(rest, number, file) }
      if command == "channel" { select(rest, number, file) }
      if stages.isEmpty { continue }
      if command == "include" {
        try include(rest, number, file, folder, open)
      } else if command != "stage", command != "channel" {
        self.lines.append(
          Line(command: command, rest: rest, stages: stages, channels: channels, file: file, folder: folder, number: number))
        if command == "copy" { for name in Self.channelNames(inCopy: rest) { count(name) } }
      }
    }
    (stages, channels, isSkipping, conditions) = kept
  }

  // MARK: Selections

  /// Lines between If and EndIf are left out.
  private mutating func condition(_ command: String, _ rest: Substring, _ number: Int, _ file: String?) -> Bool {
    switch command {
    case "if":
      conditions += 1
      if !isSkipping {
        report.lose(number, in: file, "If: \(quoted(rest)) has no equal here: its lines are left out, up to EndIf")
      }
    case "endif": conditions = max(0, conditions - 1)
    case "elseif", "else": break
    default: return false
    }
    return true
  }

  private mutating func device(_ rest: Substring, _ number: Int, _ file: String?) {
    isSkipping = rest.lowercased() != "all"
    guard isSkipping else { return }
    report.lose(
      number, in: file,
      "Device: \(quoted(rest)) is one of Windows, and its lines are left out, up to the next Device: remove the line if they are for this sound"
    )
  }

  private mutating func stage(_ rest: Substring, _ number: Int, _ file: String?) {
    let names = rest.lowercased().split { $0.isWhitespace || $0 == "," }
    stages = Set(names.compactMap { $0 == "pre-mix" ? .preMix : $0 == "post-mix" ? .postMix : nil })
    if names.contains("capture"), stages.isEmpty {
      report.lose(number, in: file, "Stage: capture is for what is recorded, and is left out, up to the next Stage")
    }
  }

  private mutating func select(_ rest: Substring, _ number: Int, _ file: String?) {
    let names = rest.split { $0.isWhitespace || $0 == "," }.map { APOChannels.name($0) }
    channels = names.contains("ALL") || names.isEmpty ? nil : names
    for name in channels ?? [] { count(name) }
  }

  private mutating func count(_ name: String) {
    if let index = APOChannels.index(name) { channelCount = max(channelCount, index + 1) }
  }

  private static func channelNames(inCopy rest: Substring) -> [String] {
    rest.split { $0.isWhitespace || "=+*".contains($0) }.map { APOChannels.name($0) }
  }

  // MARK: Include

  private mutating func include(
    _ rest: Substring, _ number: Int, _ file: String?, _ base: String, _ open: [String]
  ) throws(AudioFileError) {
    // Counted before it is looked for: files that include each other several times are as many as powers.
    includeCount += 1
    guard includeCount <= Self.mostIncludes else {
      throw report.fault(number, in: file, "there are more than \(Self.mostIncludes) Includes, those of included files counted each time")
    }
    guard let found = folder.find(String(rest.trimmingQuotes), line: number, in: file, from: base) else { return }
    guard !open.contains(found) else {
      return report.lose(number, in: file, "\(quoted(rest)) includes itself: remove the line")
    }
    guard open.count < Self.deepest else {
      return report.lose(number, in: file, "\(quoted(rest)): more than \(Self.deepest) files include each other: write them into one")
    }
    let name = folderAndName(of: found).name
    let bytes: [UInt8]
    do throws(AudioFileError) { bytes = try folder.text(found, longest: 1 << 22) } catch {
      return report.lose(number, in: file, error.message)
    }
    byteCount += bytes.count
    guard byteCount <= Self.mostBytes else {
      throw report.fault(number, in: file, "what is included has more than \(Self.mostBytes >> 20) MiB: that is no equaliser")
    }
    try read(textLines(bytes, report, in: name), name, folderAndName(of: found).folder, including: open + [found])
  }
}
