extension Configuration {
  /// Validates YAML text.
  ///
  /// - Parameters:
  ///   - folder: what relative paths in the text start from; empty: left relative.
  ///   - file: name that faults are reported under.
  /// - Throws: `ConfigurationError.invalid` with every fault.
  public init(yaml: String, folder: String, file: String? = nil) throws(ConfigurationError) {
    self = try ConfigurationText(yaml: yaml, folder: folder, file: file).configuration()
  }

  /// Reads and validates a file; relative paths in it start from its folder.
  ///
  /// - Throws: `ConfigurationError.unreadable`, or `.invalid` with every fault.
  public init(path: String) throws(ConfigurationError) {
    self = try ConfigurationText(path: path).configuration()
  }
}
