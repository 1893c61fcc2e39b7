import Glibc

/// A sound file or standard input, read once from start to end in constant memory.
///
/// Any thread may use it, one at a time.
public final class SoundSource: @unchecked Sendable {
  /// What messages call it.
  public let name: String
  public let format: AudioFormat
  /// Hz.
  public let sampleRate: Int
  public let channelCount: Int
  /// Frames by the header; nil if it leaves the length open.
  public let frameCount: Int?
  /// The layout of the samples that `read` delivers.
  public let stored: StoredEncoding
  /// What the file says besides: in a pipe, before the sound.
  public let metadata: SoundMetadata
  /// Whether so many frames are there, and not only promised.
  let isCountSure: Bool
  private let reader: any FrameReader
  private var delivered = 0

  /// - Parameter path: a sound file, or `-` for standard input. Kinds of the WAV family are read from a pipe as it comes, others
  ///   when it has ended.
  /// - Throws: the file is missing, unreadable, truncated, or no sound file.
  public convenience init(path: String) throws(AudioFileError) {
    if path == "-" {
      try self.init(standardInput: STDIN_FILENO)
    } else {
      try self.init(FileDescriptor.reading(path), name: path)
    }
  }

  /// Reads a sound file in memory.
  public convenience init(bytes: [UInt8], name: String) throws(AudioFileError) {
    try self.init(ByteInput(bytes, name: name))
  }

  convenience init(_ descriptor: borrowing FileDescriptor, name: String) throws(AudioFileError) {
    try self.init(ByteInput(descriptor, name: name))
  }

  /// Reads `descriptor` as standard input. It stays the caller's.
  package convenience init(standardInput descriptor: Int32) throws(AudioFileError) {
    try self.init(ByteInput(standardInput: descriptor, ByteStream.standardInput.name))
  }

  convenience init(_ input: ByteInput) throws(AudioFileError) { try self.init(input.reader(), name: input.name) }

  private init(_ reader: any FrameReader, name: String) {
    self.reader = reader
    self.name = name
    let properties = reader.properties
    (format, sampleRate, channelCount) = (properties.format, properties.sampleRate, properties.channelCount)
    (frameCount, isCountSure, stored) = (properties.frameCount, properties.isCountSure, properties.stored)
    metadata = reader.metadata
  }

  /// Bytes of a frame that `read` delivers.
  public var frameBytes: Int { channelCount * stored.bytes }

  /// The detected format: "WAV, 24-bit PCM, 2 channels, 96000 frames, 48000 Hz".
  public var layout: String { format.description(channels: channelCount, length: frameCount, unit: "frame", sampleRate: sampleRate) }

  /// Reads the next frames: as many as fit into `bytes`, or fewer at the end. Waits for a pipe's writer.
  ///
  /// - Precondition: `bytes` has room for a frame.
  /// - Returns: how many frames were read; 0 at the end.
  /// - Throws: the sound is truncated or damaged.
  public func read(into bytes: UnsafeMutableRawBufferPointer) throws(AudioFileError) -> Int {
    let capacity = bytes.count / frameBytes
    precondition(capacity > 0, "room for a frame")
    let frames = try reader.read(into: bytes.baseAddress!, frames: capacity)
    delivered += frames
    // Checked only at the end, since the header may be wrong.
    if frames < capacity, let frameCount, delivered < frameCount {
      throw .truncated(name, frames: frameCount, of: delivered)
    }
    return frames
  }
}

/// The header of a sound.
struct SoundProperties {
  var format: AudioFormat
  /// Hz.
  var sampleRate: Int
  var channelCount: Int
  /// nil if the header leaves the length open.
  var frameCount: Int?
  /// Whether so many frames are there: of a pipe nobody knows.
  var isCountSure = true
  var stored: StoredEncoding

  /// Bytes of a frame as delivered.
  var frameBytes: Int { channelCount * stored.bytes }
}

/// Reads frames of one container format.
protocol FrameReader: AnyObject {
  var properties: SoundProperties { get }
  var metadata: SoundMetadata { get }

  /// Reads `frames` frames, or fewer at the end. Returns how many.
  func read(into bytes: UnsafeMutableRawPointer, frames: Int) throws(AudioFileError) -> Int
}
