/// What is wrong with a line of a text.
public struct TextFault: Sendable, Equatable {
  /// From 1; of a text without lines the number of the item.
  public var line: Int
  public var error: DesignError

  public init(line: Int, _ error: DesignError) { (self.line, self.error) = (line, error) }

  /// - Parameter quotes: whether to say what the line holds.
  public func description(quotes: Bool) -> String { "line \(line): \(quotes ? error.description : error.message)" }
}

/// All that is wrong with a text, by line.
public struct TextFaults: Error, Sendable, Equatable {
  /// The first ones.
  public private(set) var first: [TextFault] = []
  /// How many there are.
  public private(set) var count = 0

  /// The most that are kept.
  static let most = 20

  /// Whether so many were found that the rest is not read.
  var isFull: Bool { count >= 1_000 }

  /// The work was broken off because somebody asked for it.
  static let cancelled = TextFaults(line: 1, .cancelled)

  var isCancelled: Bool { first.first?.error.isCancelled == true }

  public init() {}

  public init(line: Int, _ error: DesignError) { add(line: line, error) }

  public mutating func add(line: Int, _ error: DesignError) {
    count += 1
    if first.count < Self.most { first.append(TextFault(line: line, error)) }
  }

  /// - Parameter quotes: whether to say what the lines hold.
  public func description(quotes: Bool = true) -> String {
    lines(quotes: quotes).joined(separator: "; ")
  }

  /// Each fault by itself.
  func lines(quotes: Bool) -> [String] {
    first.map { $0.description(quotes: quotes) } + (count > first.count ? ["and \(count - first.count) more"] : [])
  }
}
