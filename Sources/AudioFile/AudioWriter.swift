import CSndfile
import Glibc

/// Writes whole sound files. Source: libsndfile
public struct AudioWriter: Sendable, Equatable {
  public var container: AudioContainer
  public var encoding: SampleEncoding
  /// Hz.
  public var sampleRate: Int

  public init(container: AudioContainer = .wav, encoding: SampleEncoding, sampleRate: Int) {
    self.container = container
    self.encoding = encoding
    self.sampleRate = sampleRate
  }

  /// Writes channels of the same length to `path`, which appears whole or not at all.
  ///
  /// Integer formats get the value times 2^(bits-1), rounded half to even and clipped; `float` the nearest float32; `double`
  /// the value itself.
  @discardableResult
  public func write(_ channels: [[Double]], path: String) throws(AudioFileError) -> Clipping {
    let staged = try StagedFile(path)
    let clipping = try write(channels, to: staged)
    try staged.commit()
    return clipping
  }

  /// The same, for the caller to commit.
  ///
  /// - Throws: the container does not take such samples, or not so many; a sample of an integer format is not a number; the
  ///   medium is full.
  public func write(_ channels: [[Double]], to staged: borrowing StagedFile) throws(AudioFileError) -> Clipping {
    try check(channels, name: staged.name)
    var info = info(channels: channels.count)
    guard let file = sf_open_fd(dup(staged.descriptor.number), Int32(SFM_WRITE), &info, 1) else {
      throw AudioFileError(.cannotCreate, "\(staged.name): it cannot be written: \(String(cString: sf_strerror(nil)))")
    }
    // It would hold the time of day: the same input is to give the same file.
    sf_command(file, Int32(SFC_SET_ADD_PEAK_CHUNK), nil, Int32(SF_FALSE))
    let result = Result { () throws(AudioFileError) in try writeFrames(channels, file, staged.name) }
    let closed = sf_close(file)
    let clipping = try result.get()
    if closed != 0 { throw AudioFileError(.inputOutput, "\(staged.name): writing failed, nothing was left behind") }
    return clipping
  }

  private func info(channels: Int) -> SF_INFO {
    var info = SF_INFO()
    info.samplerate = Int32(clamping: sampleRate)
    info.channels = Int32(clamping: channels)
    info.format = container.major | encoding.subtype
    return info
  }

  private func check(_ channels: [[Double]], name: String) throws(AudioFileError) {
    var info = info(channels: channels.count)
    if sf_format_check(&info) == 0 {
      throw AudioFileError(
        .cannotCreate,
        "\(name): \(container.rawValue) files hold no \(encoding.name) of \(channels.count) channels at \(sampleRate) Hz:"
          + " choose another format, or another kind of file")
    }
    let frames = channels.first?.count ?? 0
    let bytes = frames * channels.count * (encoding.bits ?? (encoding == .float ? 32 : 64)) / 8
    if (container == .wav || container == .aiff) && bytes > Int(UInt32.max) - 4_096 {
      throw AudioFileError(.cannotCreate, "\(name): \(bytes) bytes are more than \(container.rawValue) files hold: name it .rf64 or .w64")
    }
  }

  /// Writes block by block, interleaved.
  private func writeFrames(_ channels: [[Double]], _ file: OpaquePointer, _ name: String) throws(AudioFileError) -> Clipping {
    let frames = channels.first?.count ?? 0
    var quantizer = Quantizer(bits: encoding.bits ?? 32)
    var samples: [Double] = []
    for start in stride(from: 0, to: frames, by: 4_096) {
      let block = start..<min(start + 4_096, frames)
      samples.removeAll(keepingCapacity: true)
      for frame in block { for channel in channels { samples.append(channel[frame]) } }
      let written: sf_count_t
      switch encoding {
      case .double: written = sf_writef_double(file, samples, sf_count_t(block.count))
      case .float: written = sf_writef_float(file, samples.map(Float.init), sf_count_t(block.count))
      case .s16, .s24, .s32:
        if let index = samples.firstIndex(where: \.isNaN) {
          throw AudioFileError(
            .badData,
            "\(name): the result is not a number at frame \(start + index / channels.count): write it as float or double")
        }
        let integers = samples.map { quantizer.integer($0) }
        written = sf_writef_int(file, integers, sf_count_t(block.count))
      }
      if written != block.count {
        throw AudioFileError(.inputOutput, "\(name): writing failed, nothing was left behind: \(String(cString: sf_strerror(file)))")
      }
    }
    return quantizer.clipping
  }
}
