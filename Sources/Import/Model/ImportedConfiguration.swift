import AudioFile
import WordKernels

/// What a configuration of another program becomes.
package struct ImportedConfiguration: Sendable {
  /// The program, or its format.
  package let program: String
  /// What has no equal here, and is missing.
  package let losses: [ImportRemark]
  /// What is to be said of the rest.
  package let notes: [ImportRemark]
  /// What is to be written beside the configuration, into one folder.
  package let made: [MadeFile]
  /// The files on disk that were found for it, beside itself: from the root.
  package let files: [String]
  let system: ImportedSystem
  let routes: [Route]
  let rate: Int

  /// What its user wants of it.
  package struct Options: Sendable {
    /// Hz, where the configuration says no rate.
    package var rate: Int?
    package var capture: String?
    package var playback: String?

    package init(rate: Int? = nil, capture: String? = nil, playback: String? = nil) {
      (self.rate, self.capture, self.playback) = (rate, capture, playback)
    }
  }

  init(_ system: ImportedSystem, _ options: Options, _ folder: KernelFolder, _ report: ImportReport) throws(AudioFileError) {
    var system = system
    if let wanted = options.rate, let own = system.rate, own != wanted, !system.followsSource {
      throw report.fault(1, "its rate is \(own) Hz, and \(wanted) Hz is wanted: leave --rate out")
    }
    rate = system.rate ?? options.rate ?? 48_000
    if system.rate == nil, options.rate == nil { report.note(1, "it says no rate: 48000 Hz is taken; --rate names another") }
    Self.place(options.capture, &system.capture, standard: "hw:Loopback,1", "capture", report)
    Self.place(options.playback, &system.playback, standard: "default", "playback", report)
    routes = RouteList(system, rate: rate, folder, report).routes
    (program, self.system) = (system.program, system)
    (losses, notes, made, files) = (report.losses, report.notes, folder.made, folder.files.sorted())
    guard routes.isEmpty else { return }
    if let first = losses.first { throw AudioFileError(.badData, first.description) }
    throw report.fault(1, "no sound reaches an output: is the configuration whole?")
  }

  private static func place(
    _ wanted: String?, _ end: inout ImportedSystem.End, standard: String, _ name: String, _ report: ImportReport
  ) {
    if let wanted { end = ImportedSystem.End(device: wanted) }
    guard end.device == nil else { return }
    end.device = standard
    report.note(1, "no device of ALSA is named for \(name): \(standard) is taken; --\(name) names another")
  }

  /// Where a filter of the result comes from.
  package func sourceLine(ofFilter name: String) -> Int? { routes.first { $0.name == name }?.line }

  /// Whether something is missing, and all that is left passes the sound unchanged.
  package var leavesNothing: Bool {
    !losses.isEmpty && system.ceiling == nil
      && routes.allSatisfy { route in
        route.from == route.to && route.kernels == [.words("dirac")] && shownDecibels(route.gain) == "0" && route.delay == 0
      }
  }

  // MARK: The text

  /// - Parameters:
  ///   - source: the imported file, as it was named.
  ///   - folder: of the configuration, from the root: paths below are relative to it; nil: all are from the root.
  ///   - kernelFolder: of made files, relative to the configuration.
  package func yaml(source: String, folder: String?, kernelFolder: String) -> String {
    let place = KernelPlace(folder: folder, kernelFolder: kernelFolder)
    var lines = ["# Made by `convolvectl import` of \(comment(source)), a configuration of \(program). All keys: convolved.yaml(5)."]
    lines += Self.listed("Missing, since it has no equal here:", losses)
    lines += Self.listed("To be known:", notes)
    lines.append("rate: \(system.followsSource ? "auto" : "\(rate)")")
    if let block = system.block { lines.append("block: \(block)") }
    if let precision = system.precision { lines.append("precision: \(precision)") }
    lines.append("capture:  \(Self.text(system.capture, channels: system.inputs))")
    lines.append("playback: \(Self.text(system.playback, channels: system.outputs.count))")
    lines.append("filters:")
    for route in routes { lines += route.lines(place) }
    var output: [String] = []
    if let ceiling = system.ceiling { output.append("ceiling: \(shownDecibels(ceiling))") }
    if system.isDithered { output.append("dither: tpdf") }
    if !output.isEmpty { lines.append("output: { \(output.joined(separator: ", ")) }") }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func listed(_ title: String, _ remarks: [ImportRemark]) -> [String] {
    remarks.isEmpty ? [] : ["#", "# \(title)"] + remarks.map { "#   \(comment($0.description))" }
  }

  private static func text(_ end: ImportedSystem.End, channels: Int) -> String {
    "{ device: \(yamlQuoted(end.device ?? ""))\(end.format.map { ", format: \($0)" } ?? ""), channels: \(channels) }"
  }
}

/// How files are named.
struct KernelPlace {
  let folder: String?
  let kernelFolder: String

  func text(_ file: KernelFile) -> String {
    let path: String
    if file.isMade {
      path = kernelFolder + "/" + file.path
    } else if let folder, file.path.hasPrefix(folder + "/") {
      path = String(file.path.dropFirst(folder.count + 1))
    } else {
      path = file.path
    }
    // Alone it is standard input.
    if path == "-" { return (file.raw?.prefix ?? "") + "./-" }
    if let raw = file.raw { return raw.prefix + path }
    return path.hasPrefix("/") || KernelName.isPlain(path) ? path : "./" + path
  }
}

/// A text as a comment holds it.
private func comment(_ text: String) -> String {
  let breaks: [Unicode.GeneralCategory] = [.control, .lineSeparator, .paragraphSeparator]
  return String(String.UnicodeScalarView(text.unicodeScalars.map { breaks.contains($0.properties.generalCategory) ? "?" : $0 }))
}

extension Route {
  fileprivate func lines(_ place: KernelPlace) -> [String] {
    var ends: [String] = []
    let hasFile = kernels.contains { if case .file(let file) = $0 { file.channels > 1 } else { false } }
    if hasFile { ends.append("channel: \(channel)") }
    if shownDecibels(gain) != "0" { ends.append("gain: \(shownDecibels(gain))") }
    if delay != 0 { ends.append("delay: \(delay)") }
    let head = ["name: \(name)", "from: \(from)", "to: \(to)"]
    let texts = kernels.map { $0.lines(place) }
    if texts.allSatisfy({ $0.count == 1 }) {
      let all = texts.map { $0[0] }
      let kernel = all.count == 1 ? "kernel: \(all[0])" : "kernels: [\(all.joined(separator: ", "))]"
      return ["  - { " + (head + [kernel] + ends).joined(separator: ", ") + " }"]
    }
    var result = (head + ends).enumerated().map { ($0.offset == 0 ? "  - " : "    ") + $0.element }
    if texts.count == 1 {
      result.append("    kernel:")
      result += texts[0].map { "      " + $0 }
    } else {
      result.append("    kernels:")
      for text in texts { result += text.enumerated().map { ($0.offset == 0 ? "      - " : "        ") + $0.element } }
    }
    return result
  }
}

extension PathKernel {
  /// The kernel as YAML, of one line or several.
  fileprivate func lines(_ place: KernelPlace) -> [String] {
    switch self {
    case .words(let text): [yamlQuoted(text)]
    case .file(let file): [yamlQuoted(place.text(file))]
    case .lines(let lines):
      lines.count == 1 ? ["{ eq: \(yamlQuoted(lines[0])) }"] : ["eq:"] + lines.map { "  - \(yamlQuoted($0))" }
    }
  }
}
