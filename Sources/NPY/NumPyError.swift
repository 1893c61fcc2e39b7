/// Why NumPy would refuse operands, or why a file is not an array.
public struct NumPyError: Error, Sendable, Equatable {
  /// What failed, with which value, and what to do; in NumPy's words where NumPy has a message.
  public var message: String

  /// Replaces control characters by "?": a quotation of a damaged file must not break the line or control a terminal.
  public init(_ message: String) { self.message = String(message.map { $0.unicodeScalars.contains(where: isControl) ? "?" : $0 }) }

  public static let emptySignal = NumPyError("a cannot be empty")
  public static let emptyKernel = NumPyError("v cannot be empty")
  public static let tooDeep = NumPyError("object too deep for desired array")
}

private func isControl(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.generalCategory == .control }
