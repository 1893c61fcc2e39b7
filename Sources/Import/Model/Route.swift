import AudioFile
import ConfigurationFile
import Numbers

/// A filter of the new configuration.
struct Route: Sendable {
  var name: String
  var from: Int
  var to: Int
  var kernels: [PathKernel]
  /// Of the files that have several.
  var channel = 0
  /// dB.
  var gain: Double
  /// Frames.
  var delay: Int
  /// Where it comes from.
  var line: Int
}

/// Makes filters of paths.
struct RouteList {
  private(set) var routes: [Route] = []
  private var names: Set<String> = []
  private let folder: KernelFolder
  private let report: ImportReport
  private let rate: Int

  private typealias Limits = Configuration.Filter
  private static let mostLines = 1_000

  init(_ system: ImportedSystem, rate: Int, _ folder: KernelFolder, _ report: ImportReport) {
    (self.folder, self.report, self.rate) = (folder, report, rate)
    for (output, channel) in system.outputs.enumerated() {
      for path in Channel.sum([channel]).paths { add(path.merged, to: output) }
    }
  }

  private mutating func add(_ path: SoundPath, to output: Int) {
    let gain = decibels(path.factor)
    guard gain <= Limits.gains.upperBound else {
      return report.lose(
        path.line,
        "\(shownDecibels(gain)) dB from input \(path.from) to output \(output): \(Int(Limits.gains.upperBound)) dB are the most: "
          + "is that meant?")
    }
    guard gain >= Limits.gains.lowerBound else {
      return report.note(path.line, "input \(path.from) to output \(output) is left out, since it has \(shownDecibels(gain)) dB")
    }
    guard (0...Limits.mostDelay).contains(path.delay) else {
      return report.lose(path.line, "a delay of \(path.delay) frames: \(Limits.mostDelay) are the most")
    }
    var (kernels, channel) = joined(path.kernels.flatMap(Self.split), path.line)
    if path.factor < 0 { kernels.append(.words("taps:-1")) }
    if kernels.isEmpty { kernels = [.words("dirac")] }
    guard kernels.count <= Limits.mostKernels else {
      return report.lose(
        path.line,
        "\(kernels.count) kernels one after the other from input \(path.from) to output \(output): \(Limits.mostKernels) are the most")
    }
    routes.append(
      Route(
        name: name(path.name ?? "in\(path.from)-out\(output)"), from: path.from, to: output, kernels: kernels, channel: channel, gain: gain,
        delay: path.delay, line: path.line))
  }

  private static func split(_ kernel: PathKernel) -> [PathKernel] {
    guard case .lines(let lines) = kernel else { return kernel == .words("dirac") ? [] : [kernel] }
    return stride(from: 0, to: lines.count, by: mostLines).map { .lines(Array(lines[$0..<min($0 + mostLines, lines.count)])) }
  }

  /// A filter has one channel of all its files: a file that needs another one is written anew.
  private func joined(_ kernels: [PathKernel], _ line: Int) -> (kernels: [PathKernel], channel: Int) {
    var channel: Int?
    let result = kernels.map { kernel -> PathKernel in
      guard case .file(let file) = kernel, file.channels > 1 else { return kernel }
      if channel == nil { channel = file.channel }
      guard channel != file.channel else { return kernel }
      guard let read = folder.kernel(file.path, raw: file.raw, line: line), file.channel < read.channels.count else { return kernel }
      let rate = read.sampleRate ?? rate
      return folder.file(taps: read.channels[file.channel], rate: rate, named: "\(stem(of: file.path))-channel\(file.channel)")
    }
    return (result, channel ?? 0)
  }

  /// A name as a filter may have it, given once.
  private mutating func name(_ wanted: String) -> String {
    let safe = wanted.unicodeScalars.map { scalar in
      scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil || "._-".unicodeScalars.contains(scalar))
        ? Character(scalar) : "-"
    }
    let start = String(safe.prefix(50))
    let base = start.isEmpty || start == "." || start == ".." ? "filter" : start
    var (name, number) = (base, 1)
    while !names.insert(name).inserted {
      number += 1
      name = "\(base)-\(number)"
    }
    return name
  }
}
