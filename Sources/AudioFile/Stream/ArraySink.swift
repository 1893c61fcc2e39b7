import NPY

/// A `.npy` file of float64 in one dimension that appears whole or not at all; written once from start to end.
///
/// A file that is not committed leaves nothing behind. One thread at a time may use it, not always the same.
public final class ArraySink: @unchecked Sendable {
  /// What messages call it.
  public let name: String
  /// How values lie in what `write` takes.
  public let stored = StoredEncoding.double
  private var staged: StagedFile?
  private var count = 0

  /// - Throws: nothing can be created there.
  public init(path: String) throws(AudioFileError) {
    name = path
    let staged = try StagedFile(path)
    // The header has the same length whatever it says.
    try staged.write(NumPyArray.header(.float64, shape: [0]))
    self.staged = consume staged
  }

  /// Writes the next values.
  ///
  /// - Throws: the medium is full.
  public func write(_ bytes: UnsafeRawBufferPointer) throws(AudioFileError) {
    guard let staged = staged.take() else { return }
    try staged.write(bytes)
    count += bytes.count / stored.bytes
    self.staged = consume staged
  }

  /// Completes the file and gives it its name; called once, after the last value.
  public func commit() throws(AudioFileError) {
    guard let staged = staged.take() else { return }
    try staged.rewind()
    try staged.write(NumPyArray.header(.float64, shape: [count]))
    try staged.commit()
  }
}
