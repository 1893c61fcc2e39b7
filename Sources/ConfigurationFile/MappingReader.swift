/// One mapping of the file, read key by key. What is missing, of another type or unknown becomes a fault.
struct MappingReader {
  /// Line of the mapping, from 1.
  let line: Int
  private let place: String
  private let faults: FaultList
  private var entries: [Node.Entry]
  private var known: [String] = []
  private var missing: [String] = []

  /// Nil where the node is no mapping, which is then among the faults.
  ///
  /// - Parameter name: what faults begin with; nil for the whole file.
  init?(_ node: Node, name: String?, faults: FaultList) {
    place = name.map { "\($0): " } ?? ""
    line = node.line
    self.faults = faults
    switch node.content {
    case .mapping(let entries): self.entries = entries
    case .refused: return nil
    default:
      faults.add(line: node.line, place + "this is \(node.summary), where `key: value` is needed")
      return nil
    }
  }

  func refuse(line: Int, _ message: String) { faults.add(line: line, place + message) }

  /// The value of a key as `read` understands it. Nil where it is missing and has no default, or refused: that is then,
  /// at the latest by `finish`, among the faults.
  mutating func value<Value>(_ key: String, default: Value? = nil, _ read: (Node) throws(Mismatch) -> Value) -> Value? {
    guard let entry = take(key) else {
      if `default` == nil { missing.append(key) }
      return `default`
    }
    if case .refused = entry.value.content { return nil }
    do {
      return try read(entry.value)
    } catch {
      refuse(line: entry.value.line, "`\(key)` \(error.message)")
      return nil
    }
  }

  /// The mapping that is a key's value. Nil where it is missing or refused, as above.
  mutating func mapping(_ key: String) -> MappingReader? {
    guard let entry = take(key) else {
      missing.append(key)
      return nil
    }
    return MappingReader(entry.value, name: key, faults: faults)
  }

  /// The entry of a key, which then counts as known.
  mutating func take(_ key: String) -> Node.Entry? {
    known.append(key)
    return entries.firstIndex { $0.key == key }.map { entries.remove(at: $0) }
  }

  /// Reports the keys that nobody took, and those that nobody gave.
  mutating func finish(unfit: [String: String] = [:]) {
    var suggested: Set<String> = []
    for entry in entries where !faults.isFull {
      let guess = suggestion(for: entry.key, among: known)
      if let guess { suggested.insert(guess) }
      refuse(line: entry.line, "\(keyName(entry.key)) \(unfit[entry.key] ?? reason(entry, guess))")
    }
    for key in missing where !suggested.contains(key) { refuse(line: line, "`\(key)` is missing") }
  }

  private func reason(_ entry: Node.Entry, _ guess: String?) -> String {
    if let guess { return "is unknown: did you mean `\(guess)`?" }
    // What `{ kernel: taps:0.5,1 }` becomes: the comma ends the value.
    if Double(entry.key) != nil { return "is unknown: put a value that holds a comma in quotes" }
    return "is unknown: " + (known.isEmpty ? "remove it" : "the keys here are " + known.joined(separator: ", "))
  }
}
