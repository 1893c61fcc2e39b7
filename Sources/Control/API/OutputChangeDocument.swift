import FoundationEssentials

extension OutputChange {
  private enum Member: Decodable {
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

  /// Reads the body of `PATCH /v1/output`.
  init(json: [UInt8]) throws(Problem) {
    guard let members = try? JSONDecoder().decode([String: Member].self, from: Data(json)) else {
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

  private static func flag(_ name: String, _ member: Member) throws(Problem) -> Bool {
    guard case .bool(let value) = member else { throw Problem(status: 400, detail: "`\(name)` must be true or false") }
    return value
  }

  private static func dither(_ member: Member) throws(Problem) -> Status.Dither {
    guard case .text(let text) = member, let value = Status.Dither(rawValue: text) else {
      throw Problem(status: 400, detail: "`dither` must be \"none\" or \"tpdf\"")
    }
    return value
  }

  private static func ceiling(_ member: Member) throws(Problem) -> Ceiling {
    switch member {
    case .text("none"): return .off
    case .number(let value) where ceilings.contains(value): return .at(value)
    default:
      let (least, most) = (Int(ceilings.lowerBound), Int(ceilings.upperBound))
      throw Problem(status: 400, detail: "`ceiling` must be a number from \(least) to \(most) dB, or \"none\"")
    }
  }

  private static func volume(_ member: Member) throws(Problem) -> Double {
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
