/// Writes whole sounds from memory.
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

  /// Writes channels of equal length to the file `path`, which appears whole or not at all, or to standard output if `path` is `-`.
  ///
  /// Integer formats store the value times 2^(bits-1), rounded half to even and clipped; `float` the nearest float32; `double` the
  /// value itself.
  /// - Throws: the container does not hold such samples or so many, a sample of an integer format is NaN, or the medium is full.
  @discardableResult
  public func write(_ channels: [[Double]], path: String) throws(AudioFileError) -> Clipping {
    let sink = try SoundSink(
      path: path, container: container, encoding: encoding, channelCount: channels.count, sampleRate: sampleRate,
      expectedFrames: channels.first?.count ?? 0)
    let clipping = try sink.write(channels)
    try sink.commit()
    return clipping
  }
}

extension SoundSink {
  /// Writes the next frames, equally many of each channel, converted as by `AudioWriter`.
  ///
  /// - Throws: as `write(_:)` of bytes does, or a sample of an integer format is NaN.
  public func write(_ channels: [[Double]]) throws(AudioFileError) -> Clipping {
    let frames = channels.first?.count ?? 0
    precondition(channels.count == channelCount && channels.allSatisfy { $0.count == frames })
    let quantizer = encoding.bits.map { Quantizer(bits: $0) }
    let blockFrames = 4_096
    let bytes = UnsafeMutableRawPointer.allocate(byteCount: blockFrames * frameBytes, alignment: 16)
    defer { bytes.deallocate() }
    let integers = UnsafeMutablePointer<Int32>.allocate(capacity: blockFrames)
    defer { integers.deallocate() }
    var clipping = Clipping()
    for start in stride(from: 0, to: frames, by: blockFrames) {
      let block = start..<min(start + blockFrames, frames)
      for (channel, samples) in channels.enumerated() {
        let result = samples[block].withUnsafeBufferPointer { values in
          Result { () throws(Quantizer.NotANumber) in
            guard let quantizer else {
              stored.encode(doubles: values.baseAddress!, channel: channel, of: channelCount, frames: block.count, into: bytes)
              return
            }
            clipping += try quantizer.quantize(values.baseAddress!, count: block.count, into: integers)
            stored.encode(integers: integers, channel: channel, of: channelCount, frames: block.count, into: bytes)
          }
        }
        if case .failure(let fault) = result { throw .notANumber(name, frame: frameCount + fault.index) }
      }
      try write(UnsafeRawBufferPointer(start: bytes, count: block.count * frameBytes))
    }
    return clipping
  }
}
