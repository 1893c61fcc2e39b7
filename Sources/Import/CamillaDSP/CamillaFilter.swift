import AudioFile
import ConfigurationFile
import Numbers

/// A filter of CamillaDSP.
struct CamillaFilter {
  /// What it does to a channel.
  enum Action {
    case kernel(PathKernel)
    case gain(Double)
    /// Frames.
    case delay(Int)
    case dither
    /// dB.
    case limit(Double)
    /// Nothing goes through what cannot be had: a tweeter without its high pass would not live long.
    case silence
  }

  /// Types that shape the spectrum.
  private static let shaping: Set = ["Conv", "Biquad", "BiquadCombo", "DiffEq"]

  let node: Node
  let name: String
  let rate: Int
  let folder: KernelFolder
  let report: ImportReport

  init(_ node: Node, name: String, rate: Int, _ folder: KernelFolder, _ report: ImportReport) {
    (self.node, self.name, self.rate, self.folder, self.report) = (node, name, rate, folder, report)
    parameters = node["parameters"] ?? node
  }

  let parameters: Node

  /// - Parameter isOnAll: whether every channel goes through it.
  func actions(isOnAll: Bool) -> [Action] {
    do throws(Unequal) {
      return try read(isOnAll: isOnAll)
    } catch {
      let isShaping = Self.shaping.contains(node["type"]?.text ?? "")
      report.lose(node.line, "filter \(quoted(name)): \(error.message)" + (isShaping ? "; what goes through it is left out" : ""))
      if isShaping { return [.silence] }
      if case .some(let limit) = limit { return [.limit(limit)] }
      return []
    }
  }

  private var limit: Double? {
    guard ["Limiter", "Clipper", "LookaheadLimiter"].contains(node["type"]?.text ?? "") else { return nil }
    return parameters["clip_limit"]?.number ?? parameters["limit"]?.number ?? 0
  }

  private func read(isOnAll: Bool) throws(Unequal) -> [Action] {
    switch node["type"]?.text {
    case "Conv": return try convolution().map { [.kernel($0)] } ?? [.silence]
    case "Biquad": return [.kernel(try CamillaBiquad(parameters, rate: rate).kernel())]
    case "BiquadCombo": return try CamillaBiquadCombo(parameters, rate: rate).kernels().map(Action.kernel)
    case "DiffEq": return [.kernel(try difference())]
    case "Gain": return [.gain(try Self.factor(parameters))]
    case "Delay": return try delay()
    case "Dither": return dither()
    case "Volume": return try volume(isOnAll)
    case "Limiter", "Clipper", "LookaheadLimiter":
      throw Unequal("a limiter has no equal here; `ceiling` of `output`, in its place, mutes what is louder until `unmute`")
    case "Loudness": throw Unequal("loudness depends on the volume, and has no equal here")
    case let type: throw Unequal("a filter of type \(quoted(type ?? "nothing")) has no equal here")
    }
  }

  /// `gain` in dB or as a factor, `inverted`, `mute`.
  static func factor(_ node: Node) throws(Unequal) -> Double {
    if node["mute"]?.isTrue ?? false { return 0 }
    let value = try node["gain"].map { _ throws(Unequal) in try number("gain", node) }
    guard value.map({ $0.magnitude <= 400 }) ?? true else { throw Unequal("`gain` is \(shown(value ?? 0)): it is at most 400") }
    let isLinear = node["scale"]?.text == "linear"
    let factor = isLinear ? value ?? 1 : magnitude(decibels: value ?? 0)
    return node["inverted"]?.isTrue ?? false ? -factor : factor
  }

  // MARK: Delay

  private func delay() throws(Unequal) -> [Action] {
    let value = try Self.number("delay", parameters)
    let frames: Double
    switch parameters["delay_unit"]?.text ?? parameters["unit"]?.text ?? "ms" {
    case "ms": frames = value * Double(rate) / 1e3
    case "us": frames = value * Double(rate) / 1e6
    case "samples": frames = value
    // CamillaDSP takes 343 m/s.
    case "mm": frames = value / 1000 / 343 * Double(rate)
    case let unit: throw Unequal("a delay in \(quoted(unit)) has no equal here: write ms, us, samples or mm")
    }
    guard (0...1e9).contains(frames) else { throw Unequal("a delay of \(shown(value)) is none: write a positive one") }
    guard parameters["subsample"]?.isTrue ?? false else { return frames.rounded() == 0 ? [] : [.delay(Int(frames.rounded()))] }
    return fractional(frames)
  }

  /// Thiran's all-pass of first or second order for what is less than a sample, as CamillaDSP has it.
  private func fractional(_ frames: Double) -> [Action] {
    guard frames != frames.rounded() else { return [.delay(Int(frames))] }
    report.note(node.line, "filter \(quoted(name)): parts of a sample are delayed by an all-pass, as CamillaDSP does")
    guard frames >= 1.1 else {
      let a1 = (1 - frames) / (1 + frames)
      return [.kernel(.lines([SectionLine.text([a1, 1, 0], [1, a1, 0])]))]
    }
    let least = frames.rounded(.down)
    var (whole, rest) = (least - 1, frames - least + 1)
    if rest < 1.1 { (whole, rest) = (whole - 1, rest + 1) }
    let a1 = 2 * (2 - rest) / (1 + rest)
    let a2 = (2 - rest) / (2 + rest) * (1 - rest) / (1 + rest)
    return (whole > 0 ? [.delay(Int(whole))] : []) + [.kernel(.lines([SectionLine.text([a2, a1, 1], [1, a1, a2])]))]
  }

  // MARK: Others

  private func dither() -> [Action] {
    let type = parameters["type"]?.text ?? ""
    if type == "None" { return [] }
    if type != "Flat" { report.note(node.line, "filter \(quoted(name)): dither of type \(type) becomes triangular, without shaped noise") }
    return [.dither]
  }

  private func volume(_ isOnAll: Bool) throws(Unequal) -> [Action] {
    let fader = parameters["fader"]?.text ?? "Main"
    guard isOnAll, fader == "Main" else {
      throw Unequal("a volume of some channels (\(fader)) has no equal here: `output` has one for all")
    }
    report.note(node.line, "filter \(quoted(name)): the volume is that of `output`: convolvectl volume")
    return []
  }

  private func difference() throws(Unequal) -> PathKernel {
    let (a, b) = (try Self.numbers("a", parameters) ?? [1], try Self.numbers("b", parameters) ?? [1])
    guard let first = a.first, first != 0, !b.isEmpty else {
      throw Unequal("`a` and `b` are lists of coefficients, and the first of `a` is not 0")
    }
    if a.count == 1 { return try taps(b.map { $0 / first }) }
    guard a.count <= 3, b.count <= 3 else {
      throw Unequal("a recursion of order \(max(a.count, b.count) - 1) has no equal here: write it as biquads")
    }
    return .lines([SectionLine.text(b + Array(repeating: 0, count: 3 - b.count), a + Array(repeating: 0, count: 3 - a.count))])
  }

  /// Few taps stand in the configuration, many in a file.
  func taps(_ taps: [Double]) throws(Unequal) -> PathKernel {
    guard !taps.isEmpty else { throw Unequal("there are no taps") }
    if taps.count > 64 { return folder.file(taps: taps, rate: rate, named: name) }
    return .words("taps:" + taps.map { "\($0)" }.joined(separator: ","))
  }

  static func number(_ key: String, _ parameters: Node) throws(Unequal) -> Double {
    guard let node = parameters[key] else { throw Unequal("`\(key)` is missing") }
    guard let value = node.number else { throw Unequal("`\(key)` is \(quoted(node.text ?? "no number")): it must be a number") }
    return value
  }

  static func numbers(_ key: String, _ parameters: Node) throws(Unequal) -> [Double]? {
    guard let node = parameters[key] else { return nil }
    let values = node.items.map(\.number)
    guard case .sequence = node.content, values.count <= 1 << 20, values.allSatisfy({ $0 != nil }) else {
      throw Unequal("`\(key)` must be a list of numbers")
    }
    return values.compactMap { $0 }
  }
}

/// A section of second order as a line of an equaliser.
enum SectionLine {
  static func text(_ b: [Double], _ a: [Double]) -> String {
    "IIR Order 2 Coefficients " + (b + a).map(shown).joined(separator: " ")
  }
}
