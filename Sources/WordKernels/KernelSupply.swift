import AudioFile
import Design
import Platform

/// Where words find the files that they name, and what making a kernel may take.
public struct KernelSupply {
  /// The bytes of a text.
  public var text: (_ path: String) throws(AudioFileError) -> [UInt8]
  /// A kernel that words name, brought to the rate.
  public var kernel: (_ name: String) throws(AudioFileError) -> Kernel
  /// Whether messages may quote what a text holds.
  public var quotes: Bool
  public var limit: KernelLimit
  /// Memory that the work itself may take; what is not free it does not take either.
  public var workBytes: Int

  /// - Parameter text: as it stands, from the file of that path.
  public init(
    quotes: Bool = true, limit: KernelLimit = .none, workBytes: Int = .max,
    text: @escaping (_ path: String) throws(AudioFileError) -> [UInt8] = Self.readText,
    kernel: @escaping (_ name: String) throws(AudioFileError) -> Kernel
  ) {
    (self.text, self.kernel, self.quotes, self.limit, self.workBytes) = (text, kernel, quotes, limit, workBytes)
  }

  /// The bytes of a text file.
  public static func readText(_ path: String) throws(AudioFileError) -> [UInt8] { try textFile(path, longest: KernelWords.longestText) }
}

/// The files of one kernel, with what is to be known of them after the work.
final class SuppliedFiles {
  /// Why a file could not be had.
  private(set) var failure: AudioFileError?
  /// Of the kernel that was read.
  private(set) var sampleRate: Int?
  private(set) var leadFrames = 0
  private(set) var cautions: [String] = []
  private let supply: KernelSupply
  /// What messages call the words.
  private let name: String

  init(_ supply: KernelSupply, name: String) { (self.supply, self.name) = (supply, name) }

  var source: WordSource {
    var source = WordSource(
      quotes: supply.quotes, mostBytes: min(supply.workBytes, ProcessMemory.freeBytes),
      text: { [self] path throws(DesignError) in try kept { () throws(AudioFileError) in try supply.text(path) } },
      taps: { [self] name throws(DesignError) in
        let kernel = try kept { () throws(AudioFileError) in try supply.kernel(name) }
        (sampleRate, leadFrames, cautions) = (kernel.sampleRate, kernel.leadFrames, kernel.cautions)
        return kernel.channels
      })
    source.checkRoom = { [self] channels, taps, made throws(DesignError) in
      try kept { () throws(AudioFileError) in
        try supply.limit.check(taps: taps, channels: channels, name: name)
        // Each once more where their lengths differ.
        try AudioFileError.checkMemory((2 * channels - made) * taps * MemoryLayout<Double>.stride, for: name)
      }
    }
    return source
  }

  private func kept<Value>(_ read: () throws(AudioFileError) -> Value) throws(DesignError) -> Value {
    do throws(AudioFileError) {
      return try read()
    } catch {
      failure = error
      throw DesignError(error.message)
    }
  }
}
