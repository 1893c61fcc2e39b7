import ControlAPI
import Numbers
import Platform

/// A value of a body's member, before its type is checked.
enum JSONValue {
  case bool(Bool)
  case number(Double)
  case text(String)
  /// Null, or the beginning of a list or an object.
  case other
}

/// Reads a body of JSON (RFC 8259) member by member: who finds one at fault reads no more of it, and takes no memory for the rest.
struct JSONReader {
  private let bytes: [UInt8]
  private var place = 0
  /// What is said of a body that is not as it must be.
  private let needs: String

  /// Reads a body that is one object.
  ///
  /// - Parameters:
  ///   - needs: what the body must be.
  ///   - member: reads the value of a member by its name.
  /// - Throws: it is none, a name is there twice, or what `member` finds.
  static func read(
    _ bytes: [UInt8], needs: String, _ member: (_ name: String, _ reader: inout JSONReader) throws(Problem) -> Void
  ) throws(Problem) {
    // Of other encodings every ASCII character has a byte of 0. RFC 8259, 8.1
    guard !bytes.contains(0), String(validating: bytes, as: UTF8.self) != nil else {
      throw .badRequest("the body must be JSON in UTF-8: it holds other bytes")
    }
    var reader = JSONReader(bytes: bytes, needs: needs)
    try reader.object(member)
    guard reader.next == nil else { throw reader.refusal }
  }

  /// Bytes of a member's name. A filter's has at most half as many.
  private static let mostNameBytes = 128

  private init(bytes: [UInt8], needs: String) { (self.bytes, self.needs) = (bytes, needs) }

  var refusal: Problem { .badRequest(needs) }

  // MARK: Values

  mutating func object(_ member: (_ name: String, _ reader: inout JSONReader) throws(Problem) -> Void) throws(Problem) {
    try take("{")
    if next == UInt8(ascii: "}") { return place += 1 }
    var names: Set<String> = []
    while true {
      let name = try text()
      guard name.utf8.count <= Self.mostNameBytes else {
        throw .badRequest("`\(quotable(name, most: 40))` has \(name.utf8.count) bytes: a name has at most \(Self.mostNameBytes)")
      }
      guard names.insert(name).inserted else { throw .badRequest("`\(quotable(name, most: 40))` is there twice: give it once") }
      try take(":")
      try member(name, &self)
      guard next == UInt8(ascii: ",") else { return try take("}") }
      place += 1
    }
  }

  /// Whether a list comes next.
  var isAtList: Bool { mutating get { next == UInt8(ascii: "[") } }

  mutating func list(_ element: (_ reader: inout JSONReader) throws(Problem) -> Void) throws(Problem) {
    try take("[")
    if next == UInt8(ascii: "]") { return place += 1 }
    while true {
      try element(&self)
      guard next == UInt8(ascii: ",") else { return try take("]") }
      place += 1
    }
  }

  mutating func value() throws(Problem) -> JSONValue {
    switch next {
    case UInt8(ascii: "\""): return .text(try text())
    case UInt8(ascii: "t"): return .bool(try word("true", true))
    case UInt8(ascii: "f"): return .bool(try word("false", false))
    case UInt8(ascii: "n"): return try word("null", .other)
    case UInt8(ascii: "{"), UInt8(ascii: "["): return .other
    default: return .number(try number())
    }
  }

  private mutating func word<Value>(_ text: String, _ value: Value) throws(Problem) -> Value {
    guard bytes[place...].starts(with: text.utf8) else { throw refusal }
    place += text.utf8.count
    return value
  }

  /// An infinity for a number beyond float64.
  private mutating func number() throws(Problem) -> Double {
    let start = place
    if at(place) == UInt8(ascii: "-") { place += 1 }
    if at(place) == UInt8(ascii: "0") { place += 1 } else { try digits() }
    if at(place) == UInt8(ascii: ".") {
      place += 1
      try digits()
    }
    if at(place) == UInt8(ascii: "e") || at(place) == UInt8(ascii: "E") {
      place += 1
      if at(place) == UInt8(ascii: "+") || at(place) == UInt8(ascii: "-") { place += 1 }
      try digits()
    }
    guard let number = Double(String(decoding: bytes[start..<place], as: UTF8.self)) else { throw refusal }
    return number
  }

  private mutating func digits() throws(Problem) {
    let start = place
    while let byte = at(place), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { place += 1 }
    if place == start { throw refusal }
  }

  // MARK: Text

  private mutating func text() throws(Problem) -> String {
    try take("\"")
    var text: [UInt8] = []
    while let byte = at(place) {
      switch byte {
      case UInt8(ascii: "\""):
        place += 1
        let text = String(decoding: text, as: UTF8.self)
        if text.hasLongMarkRuns { throw .badRequest("\"\(quotable(text, most: 40))\": \(MarkRuns.fault)") }
        return text
      case UInt8(ascii: "\\"):
        place += 1
        text += try escaped().utf8
      case 0..<0x20: throw refusal
      default:
        text.append(byte)
        place += 1
      }
    }
    throw refusal
  }

  private mutating func escaped() throws(Problem) -> String {
    let byte = at(place)
    place += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return String(UnicodeScalar(byte!))
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): return String(try scalar())
    default: throw refusal
    }
  }

  /// A scalar by one unit of UTF-16, or by two. No half of one is taken alone.
  private mutating func scalar() throws(Problem) -> UnicodeScalar {
    let first = try unit()
    guard UTF16.isLeadSurrogate(first), at(place) == UInt8(ascii: "\\"), at(place + 1) == UInt8(ascii: "u") else {
      guard let scalar = UnicodeScalar(first) else { throw refusal }
      return scalar
    }
    place += 2
    let second = try unit()
    guard UTF16.isTrailSurrogate(second) else { throw refusal }
    return UTF16.decode(UTF16.EncodedScalar([first, second]))
  }

  private mutating func unit() throws(Problem) -> UInt16 {
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let digit = at(place).flatMap({ Character(UnicodeScalar($0)).hexDigitValue }) else { throw refusal }
      unit = unit << 4 | UInt16(digit)
      place += 1
    }
    return unit
  }

  // MARK: Bytes

  private func at(_ place: Int) -> UInt8? { place < bytes.count ? bytes[place] : nil }

  /// The next byte that is no white space; `place` is there then.
  private var next: UInt8? {
    mutating get {
      while let byte = at(place), [0x20, 0x09, 0x0A, 0x0D].contains(byte) { place += 1 }
      return at(place)
    }
  }

  private mutating func take(_ character: UnicodeScalar) throws(Problem) {
    guard next == UInt8(ascii: character) else { throw refusal }
    place += 1
  }
}

extension Problem {
  static func badRequest(_ detail: String) -> Problem { Problem(status: 400, detail: detail) }
}
