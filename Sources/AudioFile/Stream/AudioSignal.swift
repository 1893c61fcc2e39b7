import Platform

/// A whole sound in memory; full scale is 1.
public struct AudioSignal: Sendable, Equatable {
  /// At least one channel; all have equal lengths.
  public var channels: [[Double]]
  /// Hz.
  public var sampleRate: Int
  public var format: AudioFormat
  /// What messages call it.
  public var name: String

  /// Reads a sound file, or standard input if `path` is `-`.
  ///
  /// - Throws: the file is missing, unreadable or truncated.
  public init(path: String) throws(AudioFileError) { try self.init(SoundSource(path: path)) }

  /// Reads the rest of `source`.
  ///
  /// - Parameter limit: what it may be as a kernel.
  public init(_ source: SoundSource, limit: KernelLimit = .none) throws(AudioFileError) {
    (name, sampleRate, format) = (source.name, source.sampleRate, source.format)
    channels = try source.channels(limit: limit)
  }

  /// The detected format: "WAV, 24-bit PCM, 2 channels, 96000 frames, 48000 Hz".
  public var layout: String {
    format.description(channels: channels.count, length: channels[0].count, unit: "frame", sampleRate: sampleRate)
  }
}

extension SoundSource {
  /// Reads the remaining samples of every channel. Integers are divided by 2^(bits-1).
  ///
  /// - Throws: the sound is truncated, damaged, or beyond the limit or the memory that is free, by its header or as it is read.
  public func channels(limit: KernelLimit = .none) throws(AudioFileError) -> [[Double]] {
    try limit.check(taps: frameCount ?? 0, channels: channelCount, name: name)
    // Frames for which there is memory: an array that grows is there twice.
    var room = isCountSure ? frameCount ?? 0 : 0
    try AudioFileError.checkMemory(saturatedProduct(room, channelCount, 16), for: name)
    var channels = [[Double]](repeating: [], count: channelCount)
    // Memory grows with the samples that are present, not with the header's count.
    let blockFrames = max(1, 262_144 / frameBytes)
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: blockFrames * frameBytes, alignment: 16)
    defer { bytes.deallocate() }
    let samples = UnsafeMutableBufferPointer<Double>.allocate(capacity: blockFrames)
    defer { samples.deallocate() }
    while case let frames = try read(into: bytes), frames > 0 {
      try limit.checkCancellation(name)
      let count = channels[0].count + frames
      try limit.check(taps: count, channels: channelCount, name: name)
      if count > room {
        room = 2 * count
        try AudioFileError.checkMemory(saturatedProduct(room, channelCount, 16), for: "\(name), read up to frame \(count)")
      }
      for channel in 0..<channelCount {
        stored.decode(bytes.baseAddress!, channel: channel, of: channelCount, frames: frames, into: samples.baseAddress!)
        channels[channel].append(contentsOf: samples[..<frames])
      }
    }
    return channels
  }
}
