import Platform

/// One thing wrong with a configuration.
public struct ConfigurationFault: Sendable, Hashable {
  /// Line of the file, from 1.
  public var line: Int
  /// What is wrong, with which value, and what to do.
  public var message: String

  public init(line: Int, message: String) {
    self.line = line
    self.message = message
  }
}

/// Why there is no configuration.
public enum ConfigurationError: Error, Sendable, Equatable {
  /// The file cannot be read; the reason is errno's text.
  case unreadable(path: String, reason: String)
  /// All that is wrong with what it says, by line. `file` is nil where the text came from elsewhere.
  case invalid(file: String?, faults: [ConfigurationFault])

  /// Whether it is the file that cannot be read, and not what it says that is wrong.
  public var isUnreadable: Bool {
    if case .unreadable = self { true } else { false }
  }
}

extension ConfigurationError: CustomStringConvertible {
  /// Faults printed before the rest is only counted.
  private static let printedFaults = 50

  /// One fault a line, as `convolved.yaml:12: message`.
  public var description: String {
    switch self {
    case .unreadable(let path, let reason):
      return "cannot read the configuration \(quoted(path)): \(reason)"
    case .invalid(let file, let faults):
      var lines = faults.prefix(Self.printedFaults).map { fault in
        (file.map { "\($0):\(fault.line)" } ?? "line \(fault.line)") + ": \(fault.message)"
      }
      if faults.count > Self.printedFaults { lines.append("and \(faults.count - Self.printedFaults) more faults") }
      return lines.joined(separator: "\n")
    }
  }
}

/// What has been found wrong so far.
final class FaultList {
  private var found: [ConfigurationFault] = []

  var isEmpty: Bool { found.isEmpty }

  /// Faults that are kept; of the rest nothing is said but that there are some.
  private static let most = 1000

  /// Whether nothing more is said.
  var isFull: Bool { found.count > Self.most }

  func add(line: Int, _ message: @autoclosure () -> String) {
    guard !isFull else { return }
    let isLast = found.count == Self.most
    found.append(ConfigurationFault(line: line, message: isLast ? "more faults were found than are listed: mend these first" : message()))
  }

  /// By line; those of one line in the order in which they were found.
  var byLine: [ConfigurationFault] {
    found.enumerated().sorted { ($0.element.line, $0.offset) < ($1.element.line, $1.offset) }.map(\.element)
  }
}

/// What stands in the file, for a message: on one line, in quotes, and not at length.
func quoted(_ text: String) -> String { "\"\(quotable(text))\"" }

/// A key's name, for a message.
func keyName(_ text: String) -> String { "`\(quotable(text))`" }
