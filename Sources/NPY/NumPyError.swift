/// What NumPy, too, would refuse, or an array that is not one.
public struct NumPyError: Error, Sendable, Equatable {
  /// What failed, with which value, and what to do; NumPy's own words where it has some.
  public var message: String

  /// What a message quotes of a damaged file must neither break its line nor command a terminal.
  public init(_ message: String) { self.message = String(message.map { $0.unicodeScalars.contains(where: isControl) ? "?" : $0 }) }

  public static let emptySignal = NumPyError("a cannot be empty")
  public static let emptyKernel = NumPyError("v cannot be empty")
  public static let tooDeep = NumPyError("object too deep for desired array")
}

private func isControl(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.generalCategory == .control }
