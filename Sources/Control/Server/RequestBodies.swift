import ControlAPI
import FoundationEssentials
import Platform

/// A member of a body, before its type is checked.
private enum JSONValue: Decodable {
  case bool(Bool)
  case number(Double)
  case text(String)
  case other

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    self =
      (try? value.decode(Bool.self)).map { .bool($0) } ?? (try? value.decode(Double.self)).map { .number($0) }
      ?? (try? value.decode(String.self)).map { .text($0) } ?? .other
  }
}

/// Reads a body; a long one on a thread of its own, so that those that answer stay free.
func read<Value: Sendable>(
  _ json: [UInt8], as read: @escaping @Sendable ([UInt8]) throws(Problem) -> Value
) async throws(Problem) -> Value {
  let work = { @Sendable in
    Result { () throws(Problem) in
      // Foundation takes other encodings too, in which every ASCII character has a byte of 0. RFC 8259, 8.1
      guard !json.contains(0), String(validating: json, as: UTF8.self) != nil else {
        throw .badRequest("the body must be JSON in UTF-8: it holds other bytes")
      }
      return try read(json)
    }
  }
  guard json.count > 4096, let result = await inBackground(niceness: 5, work) else { return try work().get() }
  return try result.get()
}

extension Problem {
  fileprivate static func badRequest(_ detail: String) -> Problem { Problem(status: 400, detail: detail) }
}

extension FilterChange {
  /// Reads the body of `PATCH /v1/filters`: changes by the filters' names.
  static func read(json: [UInt8]) throws(Problem) -> [String: FilterChange] {
    guard let filters = try? JSONDecoder().decode([String: [String: JSONValue]].self, from: Data(json)) else {
      throw .badRequest("the body must be a JSON object of filters, as in {\"left\": {\"gain\": -3, \"delay\": 480}}")
    }
    guard !filters.isEmpty else { throw .badRequest("nothing is to be changed: name at least one filter") }
    var changes: [String: FilterChange] = [:]
    for (name, members) in filters.sorted(by: { $0.key < $1.key }) { changes[name] = try FilterChange(members, of: name) }
    return changes
  }

  private init(_ members: [String: JSONValue], of filter: String) throws(Problem) {
    self.init()
    func refusal(_ reason: String) -> Problem { .badRequest("\(quotable(filter, most: 64)): \(reason)") }
    guard !members.isEmpty else { throw refusal("nothing is to be changed: give `kernel`, `gain` or `delay`") }
    for (name, member) in members.sorted(by: { $0.key < $1.key }) {
      switch (name, member) {
      case ("kernel", .text(let text)) where !text.isEmpty && !text.holdsControls: kernel = text
      case ("kernel", .text(let text)) where !text.isEmpty:
        throw refusal("`kernel` is \"\(quotable(text))\": it must not hold control characters")
      case ("kernel", _): throw refusal("`kernel` must be a path or words, as in \"taps:0.5,1\"")
      case ("channel", .number(let value)) where (0...Double(KernelUpload.maximumChannel)).contains(value) && value == value.rounded():
        channel = Int(value)
      case ("channel", _): throw refusal("`channel` must be a whole number from 0 to \(KernelUpload.maximumChannel)")
      case ("gain", .number(let value)) where (-200...60).contains(value): gain = value
      case ("gain", _): throw refusal("`gain` must be a number from -200 to 60 dB")
      case ("delay", .number(let value)) where (0...1_048_576).contains(value) && value == value.rounded(): delay = Int(value)
      case ("delay", _): throw refusal("`delay` must be a whole number from 0 to 1048576 frames")
      default: throw refusal("`\(quotable(name, most: 40))` is unknown: the members are `kernel`, `channel`, `gain` and `delay`")
      }
    }
    guard channel == nil || kernel != nil else { throw refusal("`channel` is that of a kernel file: give `kernel` too") }
  }
}

extension OutputChange {
  /// Reads the body of `PATCH /v1/output`.
  init(json: [UInt8]) throws(Problem) {
    guard let members = try? JSONDecoder().decode([String: JSONValue].self, from: Data(json)) else {
      throw .badRequest("the body must be a JSON object, as in {\"mute\": true}")
    }
    guard !members.isEmpty else {
      throw .badRequest("nothing is to be changed: give `mute`, `bypass`, `volume`, `dither` or `ceiling`")
    }
    self.init()
    for (name, member) in members.sorted(by: { $0.key < $1.key }) {
      switch (name, member) {
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
    guard let members = try? JSONDecoder().decode([String: Double].self, from: Data(json)) else {
      throw .badRequest("the body must be a JSON object of numbers, as in {\"seconds\": 10, \"seed\": 1}, or empty")
    }
    for (name, value) in members.sorted(by: { $0.key < $1.key }) {
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
