/// Why a kernel cannot be made from words.
public struct DesignError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The part of the text that is wrong. It is apart from the message, since not everybody may see what a file holds.
  public var found: String?
  /// What is wrong, and what to do; without what a file holds.
  public var message: String
  /// Of several faults, each by itself; nil: there is one.
  public private(set) var faults: [String]?
  /// Whether the work was broken off because somebody asked for it.
  public var isCancelled = false

  public init(_ message: String) { self.message = message }

  public init(found: String, _ message: String) {
    // A quote of a line fits on a line. Scalars count, since a Character may be as long as the file.
    let rest = found.unicodeScalars.dropFirst(60)
    (self.found, self.message) = (rest.isEmpty ? found : String(found.unicodeScalars[..<rest.startIndex]) + "...", message)
  }

  /// All that is wrong with a file.
  init(_ faults: TextFaults, file: String, quotes: Bool) {
    self.init("\(file): \(faults.description(quotes: quotes))")
    let lines = faults.lines(quotes: quotes)
    if lines.count > 1 { self.faults = lines.map { "\(file): \($0)" } }
  }

  static let cancelled = {
    var error = DesignError("making the kernel was broken off")
    error.isCancelled = true
    return error
  }()

  public var description: String { found.map { "\"\($0)\": \(message)" } ?? message }
}

/// Asks now and then whether work is still wanted.
public typealias CancellationCheck = () -> Bool

func check(_ isCancelled: CancellationCheck) throws(DesignError) {
  if isCancelled() { throw .cancelled }
}

/// The same in a loop over bins, each of which may take as long as a cascade's |H|: every 4,096 of them.
func check(bin: Int, _ isCancelled: CancellationCheck) throws(DesignError) {
  if bin % 4_096 == 0 { try check(isCancelled) }
}
