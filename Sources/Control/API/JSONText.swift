/// A document of numbers as JSONEncoder writes it, in a fraction of the time: levels are sent four times a second.
///
/// Members have to come in the order of their names, as the encoder's `sortedKeys` has them.
struct JSONText {
  private(set) var bytes: [UInt8] = []
  /// Whether all numbers are such as JSON has.
  private(set) var isValid = true

  /// A comma, but at the beginning of what is in brackets, and behind a name.
  private mutating func separate() {
    switch bytes.last {
    case nil, UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: ":"): break
    default: bytes.append(UInt8(ascii: ","))
    }
  }

  private mutating func name(_ name: StaticString) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    name.withUTF8Buffer { bytes.append(contentsOf: $0) }
    bytes += [UInt8(ascii: "\""), UInt8(ascii: ":")]
  }

  private mutating func text(_ value: some CustomStringConvertible) { bytes.append(contentsOf: value.description.utf8) }

  private mutating func number(_ value: Double) {
    guard value.isFinite else { return isValid = false }
    text(value)
    // A whole number has no fraction.
    if bytes.suffix(2).elementsEqual(".0".utf8) { bytes.removeLast(2) }
  }

  mutating func object(_ members: (inout JSONText) -> Void) {
    separate()
    bytes.append(UInt8(ascii: "{"))
    members(&self)
    bytes.append(UInt8(ascii: "}"))
  }

  mutating func object(_ name: StaticString, _ members: (inout JSONText) -> Void) {
    self.name(name)
    object(members)
  }

  mutating func array<Value>(_ name: StaticString, _ values: [Value], _ write: (inout JSONText, Value) -> Void) {
    self.name(name)
    bytes.append(UInt8(ascii: "["))
    for value in values { write(&self, value) }
    bytes.append(UInt8(ascii: "]"))
  }

  /// Nothing where there is none.
  mutating func member(_ name: StaticString, _ value: Int?) {
    guard let value else { return }
    self.name(name)
    text(value)
  }

  mutating func member(_ name: StaticString, _ value: Double?) {
    guard let value else { return }
    self.name(name)
    number(value)
  }

  mutating func member(_ name: StaticString, _ values: [Int]) {
    array(name, values) { json, value in
      json.separate()
      json.text(value)
    }
  }

  /// A number that is missing is null.
  mutating func member(_ name: StaticString, _ values: [Double?]) {
    array(name, values) { json, value in
      json.separate()
      if let value { json.number(value) } else { json.bytes.append(contentsOf: "null".utf8) }
    }
  }
}
