import Glibc
import NPY
import Platform

/// What comes through a stream, told by its first bytes.
package enum StreamContents {
  /// Read as it comes, where its kind allows that.
  case sound(SoundSource)
  /// Read to its end.
  case array(NumPyArray)

  /// - Parameters:
  ///   - descriptor: standard input, or a stream like it. It stays the caller's.
  ///   - name: what messages call it; nil: standard input.
  /// - Throws: it is neither, truncated, or larger than the memory that is free.
  package init(standardInput descriptor: Int32, name: String? = nil) throws(AudioFileError) {
    let input = try ByteInput(standardInput: descriptor, name ?? ByteStream.standardInput.name)
    guard NumPyArray.isNPY(try input.peek(NumPyArray.headBytes)) else {
      self = .sound(try SoundSource(input))
      return
    }
    let whole = try input.whole()
    // Bytes, and the array beside them.
    try AudioFileError.checkMemory(saturatedProduct(whole.count, 2), for: input.name)
    self = .array(try NumPyArray(file: whole.bytes(at: 0, whole.count), name: input.name))
  }
}

extension ByteInput {
  /// The bytes of standard input, or of a stream like it. The descriptor stays the caller's.
  ///
  /// - Throws: it is a folder, a terminal, or cannot be read.
  convenience init(standardInput number: Int32, _ name: String) throws(AudioFileError) {
    var status = stat()
    if fstat(number, &status) != 0 { throw .reading(name, errno) }
    if status.st_mode & S_IFMT == S_IFREG {
      try self.init(FileDescriptor(owning: dup(number)), name: name)
      return
    }
    if status.st_mode & S_IFMT == S_IFDIR { throw AudioFileError(.badData, "\(name): it is a folder: send it a sound file") }
    if isatty(number) != 0 { throw AudioFileError(.badData, "\(name): it is a terminal: send it a file, with < or |") }
    self.init(ByteStream(descriptor: number, name: name))
  }
}
