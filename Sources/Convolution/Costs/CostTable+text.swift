// A cost table as text, one cost a line, as it is kept in a file: "turn" is the name of `slot` there.

extension CostTable: LosslessStringConvertible {
  private static var lists: [(name: String, path: WritableKeyPath<CostTable, [Double]>, count: Int)] {
    [("forward", \.forward, sizes.count), ("inverse", \.inverse, sizes.count), ("product", \.product, distances.count)]
  }
  private static var numbers: [(name: String, path: WritableKeyPath<CostTable, Double>)] {
    [("call", \.call), ("turn", \.slot), ("far", \.far), ("sample", \.sample), ("tap-frame", \.tapFrame)]
  }

  public var description: String {
    let numbers = Self.numbers.map { "\($0.name) \(self[keyPath: $0.path])" }
    let lists = Self.lists.map { list in "\(list.name) " + self[keyPath: list.path].map(\.description).joined(separator: " ") }
    return (numbers + lists).map { $0 + "\n" }.joined()
  }

  /// Returns nil unless every cost is there, finite and not negative.
  public init?(_ text: String) {
    var found: [String: [Double]] = [:]
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      let values = words.dropFirst().compactMap { Double(String($0)) }
      guard values.count == words.count - 1, values.allSatisfy({ $0 >= 0 && $0.isFinite }) else { return nil }
      found[String(words[0])] = values
    }
    self.init(call: 0, slot: 0, far: 1, sample: 0, tapFrame: 0, forward: [], inverse: [], product: [])
    for (name, path) in Self.numbers {
      guard let values = found[name], values.count == 1 else { return nil }
      self[keyPath: path] = values[0]
    }
    for (name, path, count) in Self.lists {
      guard let values = found[name], values.count == count else { return nil }
      self[keyPath: path] = values
    }
  }
}
