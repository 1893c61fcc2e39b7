import Terminal

/// A line of a view, in parts of one colour each.
struct ScreenLine {
  /// ANSI's numbers.
  enum Colour: Int {
    case red = 31
    case green, yellow
  }

  private var parts: [(text: String, colour: Colour?)] = []

  init(_ text: String = "", _ colour: Colour? = nil) { add(text, colour) }

  mutating func add(_ text: String, _ colour: Colour? = nil) { if !text.isEmpty { parts.append((text, colour)) } }

  mutating func add(_ line: ScreenLine) { parts += line.parts }

  /// What a terminal shows, cut at its last column.
  func text(on terminal: TerminalKind) -> String {
    var left = terminal.columns
    return parts.map { part in
      var text = String.UnicodeScalarView()
      let shown = terminal.isUnicode ? part.text.printableLine : part.text.printableASCII
      for scalar in shown.unicodeScalars {
        if scalar.columns > left { left = 0 }
        if left == 0 && scalar.columns > 0 { break }
        left -= scalar.columns
        text.append(scalar)
      }
      guard let colour = part.colour, terminal.hasColours, !text.isEmpty else { return String(text) }
      return "\u{1B}[\(colour.rawValue)m\(String(text))\u{1B}[0m"
    }.joined()
  }

  /// A text after its name, on as many lines as it takes.
  ///
  /// - Parameter most: lines; the last one ends with dots where there are more.
  static func wrapped(_ name: String, _ text: String, _ colour: Colour?, columns: Int, most: Int) -> [ScreenLine] {
    let indent = 11
    var rows = [""]
    for word in text.split(separator: " ") {
      let last = rows[rows.count - 1]
      if !last.isEmpty && indent + last.count + 1 + word.count > columns {
        rows.append(String(word))
      } else {
        rows[rows.count - 1] += (last.isEmpty ? "" : " ") + word
      }
    }
    if rows.count > most {
      rows = Array(rows.prefix(max(1, most)))
      rows[rows.count - 1] = String(rows[rows.count - 1].prefix(max(0, columns - indent - 4))) + " ..."
    }
    return rows.enumerated().map { ScreenLine(($0 == 0 ? name.left(indent) : String(repeating: " ", count: indent)) + $1, colour) }
  }
}
