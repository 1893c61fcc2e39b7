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
    let (free, bound) = ProcessMemory.free
    if bytes <= free { return }
    let need = bytes == .max ? "more memory than can be counted" : "\(size(bytes)) of memory"
    throw AudioFileError(.badData, "\(name()): it needs \(need), \(size(free)) are free: cut it\(remedy(bound, lacking: bytes - free))")
  }

  /// What else helps, where it can: of what bounds the memory, and is `lacking` so many bytes.
  private static func remedy(_ bound: ProcessMemory.Bound, lacking: Int) -> String {
    switch bound {
    // More than any machine has.
    case _ where lacking > 1 << 46: ""
    case .machine: ", or end programs that hold memory"
    case .controlGroup: ", or raise the limit of its control group (MemoryMax= of systemd, --memory of a container)"
    case .process(let option, let bytes, let most):
      if most ?? .max >= bytes + lacking {
        ", or raise the shell's limit: ulimit -S \(option) \((bytes + lacking + 1023) >> 10) is enough for this step"
      } else {
        ", or start it where the limit is higher: ulimit \(option) is \(bytes >> 10) here, and cannot be raised"
      }
    }
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
