import ControlAPI
import Platform

extension FilterChange {
  /// Reads the body of `PATCH /v1/filters`: changes by the filters' names.
  ///
  /// - Parameter isOptional: whether there may be none.
  static func read(json: [UInt8], isOptional: Bool = false) throws(Problem) -> [String: FilterChange] {
    var changes: [String: FilterChange] = [:]
    let needs = "the body must be a JSON object of filters, as in {\"left\": {\"gain\": -3, \"delay\": 480}}"
    try JSONReader.read(json, needs: needs) { name, reader throws(Problem) in changes[name] = try FilterChange(&reader, of: name) }
    guard isOptional || !changes.isEmpty else { throw .badRequest("nothing is to be changed: name at least one filter") }
    return changes
  }

  private init(_ reader: inout JSONReader, of filter: String) throws(Problem) {
    self.init()
    func refusal(_ reason: String) -> Problem { .badRequest("\(quotable(filter, most: 64)): \(reason)") }
    try reader.object { name, reader throws(Problem) in
      switch (name, try reader.value()) {
      case ("kernel", .text(let text)) where !text.isEmpty && !text.holdsControls: kernel = text
      case ("kernel", .text(let text)) where !text.isEmpty:
        throw refusal("`kernel` is \"\(quotable(text))\": it must not hold control characters")
      case ("kernel", _): throw refusal("`kernel` must be a path or words, as in \"taps:0.5,1\"")
      case ("channel", .number(let value)) where (0...Double(KernelUpload.maximumChannel)).contains(value) && value == value.rounded():
        channel = Int(value)
      case ("channel", _): throw refusal("`channel` must be a whole number from 0 to \(KernelUpload.maximumChannel)")
      case ("gain", .number(let value)) where FilterChange.gains.contains(value): gain = value
      case ("gain", _):
        throw refusal("`gain` must be a number from \(Int(FilterChange.gains.lowerBound)) to \(Int(FilterChange.gains.upperBound)) dB")
      case ("delay", .number(let value)) where (0...Double(FilterChange.mostDelay)).contains(value) && value == value.rounded():
        delay = Int(value)
      case ("delay", _): throw refusal("`delay` must be a whole number from 0 to \(FilterChange.mostDelay) frames")
      default: throw refusal("`\(quotable(name, most: 40))` is unknown: the members are `kernel`, `channel`, `gain` and `delay`")
      }
    }
    guard self != FilterChange() else { throw refusal("nothing is to be changed: give `kernel`, `gain` or `delay`") }
    guard channel == nil || kernel != nil else { throw refusal("`channel` is that of a kernel file: give `kernel` too") }
  }
}

extension PresetActivation {
  /// Reads the body of `POST /v1/presets/{name}/activate`; one that is empty asks for nothing.
  init(json: [UInt8]) throws(Problem) {
    self.init()
    guard !json.isEmpty else { return }
    try JSONReader.read(json, needs: "the body must be a JSON object, as in {\"match\": [\"flat\", \"room\"]}") {
      name, reader throws(Problem) in
      switch name {
      case "match": match = try Match(&reader)
      case "trim":
        guard case .number(let value) = try reader.value(), Self.trims.contains(value) else {
          throw .badRequest("`trim` must be a number from \(Int(Self.trims.lowerBound)) to 0 dB")
        }
        trim = value
      default: throw .badRequest("`\(quotable(name, most: 40))` is unknown: the members are `match` and `trim`")
      }
    }
  }
}

extension PresetActivation.Match {
  fileprivate init(_ reader: inout JSONReader) throws(Problem) {
    let refusal = Problem.badRequest("`match` must be true, or a list of at most \(Self.most) names of presets")
    guard reader.isAtList else {
      guard case .bool(true) = try reader.value() else { throw refusal }
      self = .all
      return
    }
    var names: [String] = []
    try reader.list { reader throws(Problem) in
      guard case .text(let name) = try reader.value(), PresetName.isValid(name), names.count < Self.most else { throw refusal }
      names.append(name)
    }
    self = .presets(names)
  }
}

extension OutputChange {
  /// Reads the body of `PATCH /v1/output`.
  init(json: [UInt8]) throws(Problem) {
    self.init()
    try JSONReader.read(json, needs: "the body must be a JSON object, as in {\"mute\": true}") { name, reader throws(Problem) in
      switch (name, try reader.value()) {
      case ("mute", .bool(let value)): mute = value
      case ("bypass", .bool(let value)): bypass = value
      case ("mute", _), ("bypass", _): throw .badRequest("`\(name)` must be true or false")
      case ("volume", .number(let value)) where Self.volumes.contains(value): volume = value
      case ("volume", .number(let value)):
        let hint = value > Self.volumes.upperBound ? ": amplify by a filter's gain" : ": mute for silence"
        throw .badRequest("`volume` is \(value), and must be \(Self.text(Self.volumes))\(hint)")
      case ("volume", _): throw .badRequest("`volume` must be a number \(Self.text(Self.volumes))")
      case ("dither", .text(let text)) where Status.Dither(rawValue: text) != nil: dither = Status.Dither(rawValue: text)
      case ("dither", .text("on")): dither = .tpdf
      case ("dither", .text("off")): dither = .off
      case ("dither", _): throw .badRequest("`dither` must be \"none\" or \"tpdf\"")
      case ("ceiling", .text("none")): ceiling = .off
      case ("ceiling", .number(let value)) where Self.ceilings.contains(value): ceiling = .at(value)
      case ("ceiling", _): throw .badRequest("`ceiling` must be a number \(Self.text(Self.ceilings)), or \"none\"")
      default:
        throw .badRequest("`\(quotable(name, most: 40))` is unknown: the members are `mute`, `bypass`, `volume`, `dither` and `ceiling`")
      }
    }
    guard self != OutputChange() else {
      throw .badRequest("nothing is to be changed: give `mute`, `bypass`, `volume`, `dither` or `ceiling`")
    }
  }

  private static func text(_ range: ClosedRange<Double>) -> String {
    "from \(Int(range.lowerBound)) to \(Int(range.upperBound)) dB"
  }
}

extension VerificationRequest {
  /// Reads the body of `POST /v1/verify`, which may be empty.
  init(json: [UInt8]) throws(Problem) {
    self.init()
    if json.isEmpty { return }
    let needs = "the body must be a JSON object of numbers, as in {\"seconds\": 10, \"seed\": 1}, or empty"
    try JSONReader.read(json, needs: needs) { name, reader throws(Problem) in
      guard case .number(let value) = try reader.value() else { throw reader.refusal }
      switch name {
      case "seconds":
        guard value > 0, value <= Self.mostSeconds else {
          throw .badRequest("`seconds` is \(value), and must be above 0 and at most \(Int(Self.mostSeconds))")
        }
        seconds = value
      case "seed":
        guard value >= 0, value <= Double(Self.largestSeed), value == value.rounded() else {
          throw .badRequest("`seed` must be a whole number from 0 to \(Self.largestSeed)")
        }
        seed = Int(value)
      default: throw .badRequest("`\(quotable(name, most: 40))` is unknown: the members are `seconds` and `seed`")
      }
    }
  }
}
