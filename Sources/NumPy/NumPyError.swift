/// What NumPy, too, would refuse, or an array that is not one.
public struct NumPyError: Error, Sendable, Equatable {
  /// What failed, with which value, and what to do; NumPy's own words where it has some.
  public var message: String

  init(_ message: String) { self.message = message }

  static let emptySignal = NumPyError("a cannot be empty")
  static let emptyKernel = NumPyError("v cannot be empty")
  static let tooDeep = NumPyError("object too deep for desired array")
}
