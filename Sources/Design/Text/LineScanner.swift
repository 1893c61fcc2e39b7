/// Takes a filter line apart: into words, and numbers with what belongs to them.
struct LineScanner {
  enum Token: Equatable {
    /// Letters, in lower case.
    case word(String)
    /// As it is written.
    case number(String)
    case other(String)
  }

  private(set) var tokens: ArraySlice<Token>

  init(_ line: some StringProtocol) {
    var tokens: [Token] = []
    let scalars = Array(line.unicodeScalars)
    var index = 0
    func take(while isTaken: (Int) -> Bool) -> String {
      let start = index
      repeat { index += 1 } while index < scalars.count && isTaken(index)
      return String(String.UnicodeScalarView(scalars[start..<index]))
    }
    while index < scalars.count {
      let scalar = scalars[index]
      if scalar.properties.isAlphabetic {
        tokens.append(.word(take { scalars[$0].properties.isAlphabetic }.lowercased()))
      } else if Self.isDigit(scalar) || Self.begins(scalars, index) {
        tokens.append(.number(take { Self.continues(scalars, $0) }))
      } else if scalar.properties.isWhitespace || scalar == "," || scalar == "\u{FEFF}" {
        index += 1
      } else {
        tokens.append(.other(take { _ in false }))
      }
    }
    self.tokens = tokens[...]
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { (0x30...0x39).contains(scalar.value) }

  /// A sign or a point in front of a digit.
  private static func begins(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
    guard ["+", "-", ".", ",", "\u{2212}"].contains(scalars[index]), index + 1 < scalars.count else { return false }
    let next = scalars[index + 1]
    return isDigit(next) || (next == "." || next == ",") && index + 2 < scalars.count && isDigit(scalars[index + 2])
  }

  private static func continues(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
    let (scalar, isBeforeDigit) = (scalars[index], index + 1 < scalars.count && isDigit(scalars[index + 1]))
    switch scalar {
    case "0"..."9", ".", ",": return true
    // Spaces that do not break, and apostrophes, between groups of digits.
    case "\u{A0}", "\u{2007}", "\u{2009}", "\u{202F}", "'", "\u{2019}": return isDigit(scalars[index - 1]) && isBeforeDigit
    case "e", "E":
      let isSigned = index + 2 < scalars.count && (scalars[index + 1] == "-" || scalars[index + 1] == "+") && isDigit(scalars[index + 2])
      return isBeforeDigit || isSigned
    case "-", "+": return scalars[index - 1] == "e" || scalars[index - 1] == "E"
    default: return false
    }
  }
}

extension LineScanner {
  var isAtEnd: Bool { tokens.isEmpty }

  /// The next token as it is, for messages.
  var next: String {
    switch tokens.first {
    case .word(let text)?, .number(let text)?, .other(let text)?: text
    case nil: "the end"
    }
  }

  mutating func skip() { tokens = tokens.dropFirst() }

  /// Takes the next token if it is one of these words.
  mutating func take(_ words: String...) -> Bool {
    guard case .word(let word)? = tokens.first, words.contains(word) else { return false }
    skip()
    return true
  }

  mutating func word() -> String? {
    guard case .word(let word)? = tokens.first else { return nil }
    skip()
    return word
  }

  mutating func number() -> String? {
    guard case .number(let text)? = tokens.first else { return nil }
    skip()
    return text
  }
}
