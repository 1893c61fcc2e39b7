/// Parses the Python literals of a `.npy` header.
struct PythonLiteral {
  enum Value: Equatable {
    case string(String)
    case boolean(Bool)
    case integers([Int])
    /// A list, which describes records. Its text is skipped.
    case list
  }

  private var rest: ArraySlice<UInt8>
  /// Bytes of a string: a name, or a type.
  private static let mostBytes = 128

  init(_ text: some Collection<UInt8>) { rest = ArraySlice(text) }

  /// Skips spaces, and consumes the next character if it is `character`. Returns whether it was.
  mutating func take(_ character: Character) -> Bool {
    skipSpace()
    guard rest.first == character.asciiValue else { return false }
    rest.removeFirst()
    return true
  }

  mutating func expect(_ character: Character) throws(NumPyError) {
    if !take(character) { throw malformed("'\(character)'") }
  }

  mutating func expectEnd() throws(NumPyError) {
    skipSpace()
    if !rest.isEmpty { throw malformed("the end") }
  }

  mutating func string() throws(NumPyError) -> String {
    skipSpace()
    guard let quote = rest.first, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else { throw malformed("a string") }
    rest.removeFirst()
    guard let end = rest.prefix(Self.mostBytes + 1).firstIndex(of: quote) else { throw malformed("a closing quote") }
    defer { rest = rest[(end + 1)...] }
    return String(decoding: rest[..<end], as: UTF8.self)
  }

  mutating func value() throws(NumPyError) -> Value {
    skipSpace()
    switch rest.first {
    case UInt8(ascii: "("): return .integers(try tuple())
    case UInt8(ascii: "["):
      guard let end = rest.lastIndex(of: UInt8(ascii: "]")) else { throw malformed("']'") }
      rest = rest[(end + 1)...]
      return .list
    case UInt8(ascii: "T"): return .boolean(try word("True", true))
    case UInt8(ascii: "F"): return .boolean(try word("False", false))
    default: return .string(try string())
    }
  }

  private mutating func tuple() throws(NumPyError) -> [Int] {
    try expect("(")
    var values: [Int] = []
    while !take(")") {
      skipSpace()
      let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      // Python takes zeros before another digit for an old way of writing octal numbers, and refuses them.
      let isOctal = digits.first == UInt8(ascii: "0") && digits.contains { $0 != UInt8(ascii: "0") }
      guard !isOctal, let value = Int(String(decoding: digits, as: UTF8.self)) else { throw malformed("a length") }
      values.append(value)
      rest = rest[digits.endIndex...]
      // Python 2 wrote long integers with an L.
      if rest.first == UInt8(ascii: "L") { rest.removeFirst() }
      if !take(",") {
        // In Python, one value in parentheses is no tuple.
        if values.count == 1 { throw malformed("','") }
        try expect(")")
        break
      }
    }
    return values
  }

  private mutating func word(_ text: String, _ meaning: Bool) throws(NumPyError) -> Bool {
    guard rest.starts(with: text.utf8) else { throw malformed(text) }
    rest = rest.dropFirst(text.utf8.count)
    return meaning
  }

  private mutating func skipSpace() { rest = rest.drop { $0 == 0x20 || (0x09...0x0D).contains($0) } }

  private func malformed(_ expected: String) -> NumPyError {
    let found = rest.isEmpty ? "it ends" : "stands \"\(String(decoding: rest.prefix(12), as: UTF8.self))\""
    return NumPyError("its header is malformed: where \(expected) should be, \(found)")
  }
}
