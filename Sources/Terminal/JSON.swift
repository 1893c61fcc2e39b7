import Platform

/// A JSON value (RFC 8259) for output.
public enum JSON: Sendable, Equatable {
  case null
  case bool(Bool)
  case integer(Int)
  /// Written as `null` if infinite or NaN, which JSON lacks.
  case number(Double)
  case string(String)
  case array([JSON])
  /// Members in the order of output.
  case object([(String, JSON)])

  public static func == (a: JSON, b: JSON) -> Bool { a.text == b.text }

  /// The document, indented by two spaces a level. Numbers have the fewest digits that read back unchanged.
  public var text: String {
    var text = ""
    write(to: &text, indent: "\n")
    return text
  }

  private func write(to text: inout String, indent: String) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .integer(let value): text += String(value)
    case .number(let value): text += value.isFinite ? "\(value)" : "null"
    case .string(let value): Self.write(value, to: &text)
    case .array(let values):
      Self.write(values, "[", "]", to: &text, indent) { $0.write(to: &$1, indent: indent + "  ") }
    case .object(let members):
      Self.write(members, "{", "}", to: &text, indent) { member, text in
        Self.write(member.0, to: &text)
        text += ": "
        member.1.write(to: &text, indent: indent + "  ")
      }
    }
  }

  private static func write<Item>(
    _ items: [Item], _ open: String, _ close: String, to text: inout String, _ indent: String, item: (Item, inout String) -> Void
  ) {
    text += open
    for (index, value) in items.enumerated() {
      text += (index == 0 ? "" : ",") + indent + "  "
      item(value, &text)
    }
    text += (items.isEmpty ? "" : indent) + close
  }

  private static func write(_ string: String, to text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"", "\\": text += "\\\(scalar)"
      case "\n": text += "\\n"
      case "\t": text += "\\t"
      // Also what turns the direction of text, and what is a line break or no text to YAML, which takes JSON's strings.
      case "\0"..<" ", "\u{7F}"..."\u{9F}", "\u{200E}"..."\u{200F}", "\u{2028}"..."\u{202E}", "\u{2066}"..."\u{2069}", "\u{FEFF}",
        "\u{FFFE}"..."\u{FFFF}":
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      // A name's byte that is no UTF-8, which JSON cannot hold.
      case let scalar where scalar.isSystemByte: text += "\u{FFFD}"
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}

extension JSON {
  /// `null` for nil.
  public static func integer(_ value: Int?) -> JSON { value.map(JSON.integer) ?? .null }

  /// `null` for nil.
  public static func number(_ value: Double?) -> JSON { value.map(JSON.number) ?? .null }
}
