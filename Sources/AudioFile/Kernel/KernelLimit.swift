import Numbers

/// How large a kernel may be, and whether it is still wanted. What a header or a file's size says is checked before memory is taken for
/// it.
public struct KernelLimit: Sendable {
  /// Of a channel.
  public var taps: Int
  /// Of the taps of all channels in memory, and of a file that is not sound.
  public var bytes: Int

  /// Asked some hundred times a second while a kernel is read.
  public var isCancelled: @Sendable () -> Bool

  public static let none = KernelLimit(taps: .max, bytes: .max)

  public init(taps: Int, bytes: Int, isCancelled: @escaping @Sendable () -> Bool = { false }) {
    (self.taps, self.bytes, self.isCancelled) = (taps, bytes, isCancelled)
  }

  /// Throws where the kernel is not wanted any more.
  func checkCancellation(_ name: String) throws(AudioFileError) {
    if isCancelled() { throw AudioFileError(.inputOutput, "\(name): reading it was broken off") }
  }

  /// Throws where so many taps are too many.
  public func check(taps count: Int, channels: Int, name: String) throws(AudioFileError) {
    if count > taps { throw AudioFileError(.badData, "\(name) has \(count) taps, more than \(taps): cut it, or is it music?") }
    let (need, overflow) = count.multipliedReportingOverflow(by: channels * MemoryLayout<Double>.stride)
    guard overflow || need > bytes else { return }
    if overflow {
      throw AudioFileError(
        .badData, "\(name): \(quantity(channels, "channel")) of \(count) taps are more than any memory holds: is its header right?")
    }
    throw AudioFileError(
      .badData,
      "\(name): \(quantity(channels, "channel")) of \(count) taps take \(need / 1_000_000) MB, more than the \(bytes / 1_000_000) MB that are left for kernels:"
        + " cut it, or leave channels out")
  }

  func check(fileBytes count: Int, name: String) throws(AudioFileError) {
    guard count > bytes else { return }
    throw AudioFileError(.badData, "\(name) has \(count) bytes, more than the \(bytes) of the longest kernel: is it one?")
  }
}
