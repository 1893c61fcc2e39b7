/// Why a value is not what its key needs. The message goes on after the key: "is 0: …".
struct Mismatch: Error {
  var message: String
}

extension Node {
  /// What it is, for a message.
  var summary: String {
    switch content {
    case .scalar(let text, let isPlain): text.isEmpty && isPlain ? "nothing" : quoted(text)
    case .sequence: "a list"
    case .mapping: "a mapping"
    case .refused: "refused"
    }
  }

  /// A number without a decimal point, in decimal digits.
  ///
  /// - Parameter outside: what to say after a number that is not in the range.
  func integer(in range: ClosedRange<Int>, unit: String = "", outside: String? = nil) throws(Mismatch) -> Int {
    let needed = "a whole number from \(range.lowerBound) to \(range.upperBound)" + (unit.isEmpty ? "" : " \(unit)")
    let text = try plain(needed)
    let digits = text.first == "-" || text.first == "+" ? text.dropFirst() : text[...]
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
      throw Mismatch(message: "is \(quoted(text)): it must be \(needed)")
    }
    // YAML's versions disagree on whether these are octal.
    guard digits.count == 1 || digits.first != "0" else {
      throw Mismatch(message: "is \(quoted(text)): write it without the leading zero")
    }
    guard let value = Int(text), range.contains(value) else {
      throw Mismatch(message: "is \(shortened(text))" + (outside ?? ": it must be \(needed)"))
    }
    return value
  }

  /// A finite number, as `-3`, `0.5` or `1e-3`.
  func number(in range: ClosedRange<Double>, unit: String) throws(Mismatch) -> Double {
    let needed = "a number from \(brief(range.lowerBound)) to \(brief(range.upperBound)) \(unit)"
    let text = try plain(needed)
    let isDecimal = text.utf8.allSatisfy { "0123456789+-.eE".utf8.contains($0) }
    guard isDecimal, let value = Double(text) else { throw Mismatch(message: "is \(quoted(text)): it must be \(needed)") }
    guard range.contains(value) else { throw Mismatch(message: "is \(shortened(text)): it must be \(needed)") }
    return value
  }

  /// A number, or nil for a word in its place.
  func number(in range: ClosedRange<Double>, unit: String, or word: String) throws(Mismatch) -> Double? {
    if case .scalar(word, _) = content { return nil }
    do throws(Mismatch) {
      return try number(in: range, unit: unit)
    } catch {
      throw Mismatch(message: "\(error.message), or \(word)")
    }
  }

  func boolean() throws(Mismatch) -> Bool {
    switch try plain("true or false") {
    case "true": return true
    case "false": return false
    case let text: throw Mismatch(message: "is \(quoted(text)): it must be true or false")
    }
  }

  /// Text that is neither empty nor holds control characters.
  func text() throws(Mismatch) -> String {
    guard case .scalar(let text, let isPlain) = content else { throw Mismatch(message: "is \(summary): it must be text") }
    guard !(isPlain && ["", "~", "null", "Null", "NULL"].contains(text)) else { throw Mismatch(message: "has no value") }
    guard !text.isEmpty else { throw Mismatch(message: "is empty") }
    let most = 1 << 16
    guard text.utf8.count <= most else {
      throw Mismatch(message: "is \(quoted(text)), \(text.utf8.count) bytes: \(most) are the most: what is longer goes into a file")
    }
    guard text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control }) else {
      throw Mismatch(message: "is \(quoted(text)): it must not hold control characters")
    }
    return text
  }

  /// One of a few words.
  func word<Value>(_ words: [(String, Value)]) throws(Mismatch) -> Value {
    let text = try text()
    if let match = words.first(where: { $0.0 == text }) { return match.1 }
    let names = words.map(\.0)
    let hint = suggestion(for: text, among: names).map { "did you mean \($0)?" }
    throw Mismatch(message: "is \(quoted(text)): " + (hint ?? "it must be one of " + names.joined(separator: ", ")))
  }

  /// Permission bits in octal, quoted or not, as chmod(1) takes them.
  func permissions() throws(Mismatch) -> UInt16 {
    let text = try text()
    guard (3...4).contains(text.utf8.count), let bits = UInt16(text, radix: 8), bits <= 0o777, text.first != "+" else {
      throw Mismatch(message: "is \(quoted(text)): it must be permission bits in octal, as in \"0660\"")
    }
    return bits
  }

  private func plain(_ needed: String) throws(Mismatch) -> String {
    let text: String
    switch content {
    case .scalar(let scalar, isPlain: true): text = scalar
    case .scalar(let scalar, isPlain: false): throw Mismatch(message: "is the text \(quoted(scalar)): it must be \(needed), without quotes")
    default: throw Mismatch(message: "is \(summary): it must be \(needed)")
    }
    guard !["", "~", "null", "Null", "NULL"].contains(text) else { throw Mismatch(message: "has no value: it must be \(needed)") }
    return text
  }
}

private func shortened(_ digits: String) -> String { digits.count <= 24 ? digits : digits.prefix(24) + "…" }

private func brief(_ value: Double) -> String { value == value.rounded() ? "\(Int(value))" : "\(value)" }
