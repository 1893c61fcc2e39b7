import FoundationEssentials

extension OutputChange {
  private enum Member: Decodable {
    case bool(Bool)
    case other

    init(from decoder: any Decoder) throws {
      self = (try? decoder.singleValueContainer().decode(Bool.self)).map { .bool($0) } ?? .other
    }
  }

  /// Reads the body of `PATCH /v1/output`.
  init(json: [UInt8]) throws(Problem) {
    guard let members = try? JSONDecoder().decode([String: Member].self, from: Data(json)) else {
      throw Problem(status: 400, detail: "the body must be a JSON object, as in {\"mute\": true}")
    }
    guard !members.isEmpty else { throw Problem(status: 400, detail: "nothing is to be changed: give `mute` or `bypass`") }
    self.init()
    for (name, member) in members.sorted(by: { $0.key < $1.key }) {
      switch name {
      case "mute": mute = try Self.value(name, member)
      case "bypass": bypass = try Self.value(name, member)
      case "volume", "ceiling", "dither": throw Problem(status: 400, detail: "`\(name)` is not supported by this version")
      default: throw Problem(status: 400, detail: "`\(name.prefix(40))` is unknown: the members are `mute` and `bypass`")
      }
    }
  }

  private static func value(_ name: String, _ member: Member) throws(Problem) -> Bool {
    guard case .bool(let value) = member else { throw Problem(status: 400, detail: "`\(name)` must be true or false") }
    return value
  }
}
