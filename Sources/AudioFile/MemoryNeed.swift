import NPY
import Numbers
import Platform

extension AudioFileError {
  /// Throws where `bytes` of memory are more than are free. Called before they are taken.
  ///
  /// - Parameters:
  ///   - bytes: `Int.max` for more than can be counted.
  ///   - name: what needs them.
  public static func checkMemory(_ bytes: Int, for name: @autoclosure () -> String) throws(AudioFileError) {
    // Any machine has these, and asking takes a moment.
    if bytes < 1 << 20 { return }
    let free = ProcessMemory.freeBytes
    if bytes <= free { return }
    let need = bytes == .max ? "more memory than can be counted" : "\(size(bytes)) of memory"
    throw AudioFileError(
      .badData, "\(name()): it needs \(need), \(size(free)) are free: cut it, or let there be more (ulimit -v, other programs)")
  }

  /// "9.2 GB".
  private static func size(_ bytes: Int) -> String {
    bytes < 1_000_000_000 ? decimal(Double(bytes) / 1e6, places: 1) + " MB" : decimal(Double(bytes) / 1e9, places: 1) + " GB"
  }
}

extension Kernel {
  /// Throws where reading a kernel file takes more memory than is free. A pipe does not say beforehand.
  public static func checkMemory(path: String) throws(AudioFileError) {
    if path == "-" { return }
    let size = try FileDescriptor.reading(path).size(name: path)
    if try isText(FileDescriptor.reading(path).head(4_096)) {
      // The bytes, and a tap for every two of them, in an array that doubles as it grows: 13 times the bytes at the most.
      try AudioFileError.checkMemory(saturatedProduct(size, 16), for: path)
    } else if try NumPyArray.isFile(path) {
      // The bytes, the array, and its values as float64.
      try AudioFileError.checkMemory(saturatedProduct(size, 10), for: path)
    } else if let source = try? SoundSource(path: path), let frames = source.frameCount {
      try AudioFileError.checkMemory(saturatedProduct(frames, source.channelCount, 24), for: path)
    }
  }
}
