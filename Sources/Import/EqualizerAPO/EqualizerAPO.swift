import AudioFile
import Numbers

/// Reads a configuration of Equalizer APO, with what it includes.
enum EqualizerAPO {
  /// Commands, in lower case.
  static let commands: Set = [
    "preamp", "filter", "graphiceq", "convolution", "delay", "copy", "channel", "include", "device", "stage", "if", "elseif", "else",
    "endif",
    "eval", "loudnesscorrection", "vstplugin",
  ]

  /// Whether every line that says something is a command of its.
  static func isConfiguration(_ lines: [Substring]) -> Bool {
    let told = lines.filter { !$0.trimmed.isEmpty && $0.trimmed.first != "#" }
    return !told.isEmpty && told.allSatisfy { command($0).map { commands.contains($0.name) } ?? false }
  }

  /// What stands before the first colon, in lower case and without a number, and what follows.
  static func command(_ line: Substring) -> (name: String, rest: Substring)? {
    guard let colon = line.firstIndex(of: ":") else { return nil }
    let head = line[..<colon].trimmed.lowercased()
    let name = head.prefix { $0.isLetter }
    guard head.dropFirst(name.count).allSatisfy({ $0.isWhitespace || $0.isNumber }) else { return nil }
    return (String(name), line[line.index(after: colon)...].trimmed)
  }

  /// Room EQ Wizard's *Filter Settings file* begins with notes.
  private static func withoutHeader(_ lines: [Substring]) -> [Substring] {
    guard lines.first(where: { !$0.trimmed.isEmpty })?.trimmed.lowercased().hasPrefix("filter settings") ?? false else { return lines }
    let start = lines.firstIndex { command($0)?.name == "filter" } ?? 0
    return lines.enumerated().map { $0.offset < start ? "" : $0.element }
  }

  static func system(
    _ lines: [Substring], _ options: ImportedConfiguration.Options, _ folder: KernelFolder, _ report: ImportReport
  ) throws(AudioFileError) -> ImportedSystem {
    let scan = try APOScript(withoutHeader(lines), folder, report)
    // Kernels say the rate that delays are counted in.
    let rate = options.rate ?? scan.rate
    var channels = APOChannels(count: scan.channelCount)
    for stage in [APOScript.Stage.preMix, .postMix] {
      var engine = APOEngine(channels, rate: rate ?? 48_000, folder, report)
      for line in scan.lines where line.stages.contains(stage) { engine.run(line) }
      channels = engine.channels.mixed
    }
    var system = ImportedSystem(program: "Equalizer APO", inputs: scan.channelCount, outputs: channels.outputs)
    system.rate = rate
    if scan.channelCount > 2 { report.note(1, "channels are Windows' order: L R C LFE RL RR SL SR") }
    return system
  }
}
