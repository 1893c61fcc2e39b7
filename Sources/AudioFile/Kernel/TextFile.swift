/// The bytes of a regular file, for whoever reads it as a text. A FIFO is refused, rather than waited for.
///
/// - Parameter longest: bytes; checked before memory is taken.
public func textFile(_ path: String, longest: Int) throws(AudioFileError) -> [UInt8] {
  let descriptor = try FileDescriptor.reading(path)
  let size = try descriptor.size(name: path)
  guard size <= longest else {
    throw AudioFileError(.badData, "\(path): it has \(size) bytes, and a text has \(longest) at the most: is it the right file?")
  }
  return try descriptor.contents(0..<size, name: path)
}
