import CSndfile
import Glibc

/// An open sound file. Source: libsndfile
public struct AudioReader: ~Copyable {
  /// What messages call the file.
  public let name: String
  public let format: AudioFormat
  /// Hz.
  public let sampleRate: Int
  public let channelCount: Int
  /// What the header says; nil if it leaves it open.
  public let frameCount: Int?
  private let file: OpaquePointer
  /// What `file` reads from, if not from a descriptor of its own.
  private let memory: MemoryFile?

  /// - Throws: there is no such file, it may not be read, or it is no sound file.
  public init(path: String) throws(AudioFileError) {
    try self.init(FileDescriptor.reading(path), name: path)
  }

  /// A sound file in memory.
  public init(bytes: [UInt8], name: String) throws(AudioFileError) {
    let memory = MemoryFile(bytes)
    var info = SF_INFO()
    try self.init(memory.open(&info), info, name: name, memory: memory)
  }

  init(_ descriptor: consuming FileDescriptor, name: String) throws(AudioFileError) {
    var info = SF_INFO()
    try self.init(sf_open_fd(dup(descriptor.number), Int32(SFM_READ), &info, 1), info, name: name)
  }

  private init(
    _ file: OpaquePointer?, _ info: SF_INFO, name: String, memory: MemoryFile? = nil
  ) throws(AudioFileError) {
    guard let file else {
      throw AudioFileError(.badData, "\(name): it is no sound file that can be read: \(String(cString: sf_strerror(nil)))")
    }
    self.file = file
    self.memory = memory
    self.name = name
    format = AudioFormat(info.format)
    sampleRate = Int(info.samplerate)
    channelCount = Int(info.channels)
    frameCount = info.frames < Int64.max / 2 ? Int(info.frames) : nil
  }

  deinit { sf_close(file) }

  /// Every sample of every channel: integers divided by 2^(bits-1), floating point as it stands. Both are exact.
  ///
  /// - Throws: the file is truncated or damaged.
  public consuming func channels() throws(AudioFileError) -> [[Double]] {
    if let missing = ParseLog(file).missingBytes {
      throw AudioFileError(.badData, "\(name): it is truncated: \(missing) bytes of sound are missing: copy it again")
    }
    var channels = [[Double]](repeating: [], count: channelCount)
    // Not by the header's count, which may be a lie: what grows is what is there.
    var block = [Double](repeating: 0, count: 4_096 * channelCount)
    while case let frames = Int(sf_readf_double(file, &block, 4_096)), frames > 0 {
      for channel in 0..<channelCount {
        let samples = stride(from: channel, to: frames * channelCount, by: channelCount)
        channels[channel].append(contentsOf: samples.lazy.map { block[$0] })
      }
    }
    if sf_error(file) != 0 {
      throw AudioFileError(.badData, "\(name): it is damaged: \(String(cString: sf_strerror(file)))")
    }
    if let frameCount, channels[0].count < frameCount {
      throw AudioFileError(
        .badData, "\(name): it is truncated: its header says \(frameCount) frames, \(channels[0].count) are there")
    }
    return channels
  }
}
