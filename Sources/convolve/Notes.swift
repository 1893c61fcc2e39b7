import Terminal

/// What the command tells beside its result, on standard error.
struct Notes {
  var verbose: Bool
  var quiet: Bool

  /// Something that the user might not expect.
  func warn(_ message: String) { if !quiet { print(message) } }

  /// Something to know on request.
  func detail(_ message: String) { if verbose { print(message) } }

  private func print(_ message: String) { Failure(.success, message).print(command: Program.name) }
}
