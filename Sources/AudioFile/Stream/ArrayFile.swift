import NPY

extension NumPyArray {
  /// Whether a file is `.npy`, by its name or its first bytes.
  public static func isFile(_ path: String) throws(AudioFileError) -> Bool {
    let descriptor = try FileDescriptor.reading(path)
    return fileExtension(path) == "npy" || isNPY(descriptor.head(6))
  }

  /// A `.npy` file.
  ///
  /// - Throws: the file is missing, unreadable, malformed, or of an element type that we do not take.
  public init(path: String) throws(AudioFileError) {
    let file = try ArrayBytes(path)
    do throws(NumPyError) {
      try self.init(npy: NPYBytes(count: file.count) { file.read(at: $0, into: $1) }, name: path)
    } catch {
      throw file.failure == 0 ? AudioFileError(.badData, error.message) : .reading(path, file.failure)
    }
  }

  init(file bytes: [UInt8], name: String) throws(AudioFileError) {
    do throws(NumPyError) {
      try self.init(npy: bytes, name: name)
    } catch {
      throw AudioFileError(.badData, error.message)
    }
  }

  /// The elements in float64.
  ///
  /// - Throws: they are complex, which no sound is.
  public func values(name: String) throws(AudioFileError) -> [Double] {
    do throws(NumPyError) { return try doubles } catch { throw AudioFileError(.badData, "\(name): \(error.message)") }
  }

  /// What was detected: "NumPy, float64, 2 x 3 values".
  public var layout: String {
    let lengths = shape.isEmpty ? "1" : shape.map(String.init).joined(separator: " x ")
    return "NumPy, \(elementType.rawValue), \(lengths) \(lengths == "1" ? "value" : "values")"
  }
}

extension StagedFile {
  /// Writes an array as `np.save` would.
  public func write(_ array: NumPyArray) throws(AudioFileError) {
    let result = array.withNPY { header, values in
      Result { () throws(AudioFileError) in
        try write(header)
        try write(values)
      }
    }
    try result.get()
  }
}
