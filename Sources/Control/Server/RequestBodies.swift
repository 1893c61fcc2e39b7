import ControlAPI
import FoundationEssentials

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

extension FilterChange {
  /// Reads the body of `PATCH /v1/filters`: changes by the filters' names.
  static func read(json: [UInt8]) throws(Problem) -> [String: FilterChange] {
    guard let filters = try? JSONDecoder().decode([String: [String: JSONValue]].self, from: Data(json)) else {
      throw Problem(
        status: 400, detail: "the body must be a JSON object of filters, as in {\"left\": {\"gain\": -3, \"delay\": 480}}")
    }
    guard !filters.isEmpty else { throw Problem(status: 400, detail: "nothing is to be changed: name at least one filter") }
    var changes: [String: FilterChange] = [:]
    for (name, members) in filters.sorted(by: { $0.key < $1.key }) { changes[name] = try FilterChange(members, of: name) }
    return changes
  }

  private init(_ members: [String: JSONValue], of filter: String) throws(Problem) {
    self.init()
    func refusal(_ reason: String) -> Problem { Problem(status: 400, detail: "\(filter.prefix(64)): \(reason)") }
    guard !members.isEmpty else { throw refusal("nothing is to be changed: give `kernel`, `gain` or `delay`") }
    for (name, member) in members.sorted(by: { $0.key < $1.key }) {
      switch (name, member) {
      case ("kernel", .text(let text)) where !text.isEmpty && !text.utf8.contains(0): kernel = text
      case ("kernel", _): throw refusal("`kernel` must be a path or a specification, as in \"taps:0.5,1\"")
      case ("channel", .number(let value)) where (0...Double(KernelUpload.maximumChannel)).contains(value) && value == value.rounded():
        channel = Int(value)
      case ("channel", _): throw refusal("`channel` must be a whole number from 0 to \(KernelUpload.maximumChannel)")
      case ("gain", .number(let value)) where (-200...60).contains(value): gain = value
      case ("gain", _): throw refusal("`gain` must be a number from -200 to 60 dB")
      case ("delay", .number(let value)) where (0...1_048_576).contains(value) && value == value.rounded(): delay = Int(value)
      case ("delay", _): throw refusal("`delay` must be a whole number from 0 to 1048576 frames")
      default: throw refusal("`\(name.prefix(40))` is unknown: the members are `kernel`, `channel`, `gain` and `delay`")
      }
    }
    guard channel == nil || kernel != nil else { throw refusal("`channel` is that of a kernel file: give `kernel` too") }
  }
}

extension OutputChange {
  /// Reads the body of `PATCH /v1/output`.
  init(json: [UInt8]) throws(Problem) {
    guard let members = try? JSONDecoder().decode([String: JSONValue].self, from: Data(json)) else {
      throw Problem(status: 400, detail: "the body must be a JSON object, as in {\"mute\": true}")
    }
    guard !members.isEmpty else {
      throw Problem(status: 400, detail: "nothing is to be changed: give `mute`, `bypass`, `volume`, `dither` or `ceiling`")
    }
    self.init()
    for (name, member) in members.sorted(by: { $0.key < $1.key }) {
      switch name {
      case "mute": mute = try Self.flag(name, member)
      case "bypass": bypass = try Self.flag(name, member)
      case "volume": volume = try Self.volume(member)
      case "dither": dither = try Self.dither(member)
      case "ceiling": ceiling = try Self.ceiling(member)
      default:
        throw Problem(
          status: 400, detail: "`\(name.prefix(40))` is unknown: the members are `mute`, `bypass`, `volume`, `dither` and `ceiling`")
      }
    }
  }

  private static func flag(_ name: String, _ member: JSONValue) throws(Problem) -> Bool {
    guard case .bool(let value) = member else { throw Problem(status: 400, detail: "`\(name)` must be true or false") }
    return value
  }

  private static func dither(_ member: JSONValue) throws(Problem) -> Status.Dither {
    guard case .text(let text) = member, let value = Status.Dither(rawValue: text) else {
      throw Problem(status: 400, detail: "`dither` must be \"none\" or \"tpdf\"")
    }
    return value
  }

  private static func ceiling(_ member: JSONValue) throws(Problem) -> Ceiling {
    switch member {
    case .text("none"): return .off
    case .number(let value) where ceilings.contains(value): return .at(value)
    default:
      let (least, most) = (Int(ceilings.lowerBound), Int(ceilings.upperBound))
      throw Problem(status: 400, detail: "`ceiling` must be a number from \(least) to \(most) dB, or \"none\"")
    }
  }

  private static func volume(_ member: JSONValue) throws(Problem) -> Double {
    let (least, most) = (Int(volumes.lowerBound), Int(volumes.upperBound))
    guard case .number(let value) = member else {
      throw Problem(status: 400, detail: "`volume` must be a number from \(least) to \(most) dB")
    }
    guard volumes.contains(value) else {
      let hint = value > volumes.upperBound ? ": amplify by a filter's gain" : ": mute for silence"
      throw Problem(status: 400, detail: "`volume` is \(value), and must be from \(least) to \(most) dB\(hint)")
    }
    return value
  }
}

extension VerificationRequest {
  /// Reads the body of `POST /v1/verify`, which may be empty.
  init(json: [UInt8]) throws(Problem) {
    self.init()
    if json.isEmpty { return }
    guard let members = try? JSONDecoder().decode([String: Double].self, from: Data(json)) else {
      throw Problem(status: 400, detail: "the body must be a JSON object of numbers, as in {\"seconds\": 10, \"seed\": 1}, or empty")
    }
    for (name, value) in members.sorted(by: { $0.key < $1.key }) {
      switch name {
      case "seconds":
        guard value > 0, value <= Self.mostSeconds else {
          throw Problem(status: 400, detail: "`seconds` is \(value), and must be above 0 and at most \(Int(Self.mostSeconds))")
        }
        seconds = value
      case "seed":
        guard value >= 0, value <= Double(Self.largestSeed), value == value.rounded() else {
          throw Problem(status: 400, detail: "`seed` must be a whole number from 0 to \(Self.largestSeed)")
        }
        seed = Int(value)
      default: throw Problem(status: 400, detail: "`\(name.prefix(40))` is unknown: the members are `seconds` and `seed`")
      }
    }
  }
}
