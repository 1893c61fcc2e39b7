extension StoredEncoding {
  /// Puts one channel of integers into interleaved frames.
  ///
  /// Several threads may encode channels of the same frames. Complexity: O(frames).
  /// - Precondition: these are integer samples.
  /// - Parameters:
  ///   - integers: `frames` samples within the range of `bits` bits, as `Quantizer` makes them.
  ///   - channel: counted from 0.
  ///   - bytes: room for `frames` frames of `channels` samples, aligned in any way, apart from `integers`.
  public func encode(
    integers: UnsafePointer<Int32>, channel: Int, of channels: Int, frames: Int, into bytes: UnsafeMutableRawPointer
  ) {
    precondition(channel >= 0 && channel < channels && frames >= 0)
    let first = bytes + channel * self.bytes
    switch self {
    case .s16:
      forEachFrame(frames, channels: channels, bytes: 2) {
        first.storeBytes(of: Int16(truncatingIfNeeded: integers[$0]), toByteOffset: $1, as: Int16.self)
      }
    case .s24:
      forEachFrame(frames, channels: channels, bytes: 3) {
        first.storeBytes(of: Int16(truncatingIfNeeded: integers[$0]), toByteOffset: $1, as: Int16.self)
        first.storeBytes(of: Int8(truncatingIfNeeded: integers[$0] >> 16), toByteOffset: $1 &+ 2, as: Int8.self)
      }
    case .s32:
      forEachFrame(frames, channels: channels, bytes: 4) { first.storeBytes(of: integers[$0], toByteOffset: $1, as: Int32.self) }
    case .leftJustified(let bits):
      let shift = Int32(32 - bits)
      forEachFrame(frames, channels: channels, bytes: 4) {
        first.storeBytes(of: integers[$0] &<< shift, toByteOffset: $1, as: Int32.self)
      }
    case .float, .double:
      preconditionFailure("integers for a stream of numbers")
    }
  }

  /// Puts one channel of numbers into interleaved frames, each rounded to the nearest that the encoding holds.
  ///
  /// As `encode(integers:)`, for floating point.
  /// - Precondition: these are floating-point samples.
  public func encode(
    doubles: UnsafePointer<Double>, channel: Int, of channels: Int, frames: Int, into bytes: UnsafeMutableRawPointer
  ) {
    precondition(channel >= 0 && channel < channels && frames >= 0)
    let first = bytes + channel * self.bytes
    switch self {
    case .float:
      forEachFrame(frames, channels: channels, bytes: 4) {
        first.storeBytes(of: Float(doubles[$0]), toByteOffset: $1, as: Float.self)
      }
    case .double:
      forEachFrame(frames, channels: channels, bytes: 8) { first.storeBytes(of: doubles[$0], toByteOffset: $1, as: Double.self) }
    case .s16, .s24, .s32, .leftJustified:
      preconditionFailure("numbers for a stream of integers")
    }
  }

  /// The same for numbers that are float32 already.
  public func encode(
    floats: UnsafePointer<Float>, channel: Int, of channels: Int, frames: Int, into bytes: UnsafeMutableRawPointer
  ) {
    precondition(channel >= 0 && channel < channels && frames >= 0)
    let first = bytes + channel * self.bytes
    switch self {
    case .float:
      forEachFrame(frames, channels: channels, bytes: 4) { first.storeBytes(of: floats[$0], toByteOffset: $1, as: Float.self) }
    case .double:
      forEachFrame(frames, channels: channels, bytes: 8) {
        first.storeBytes(of: Double(floats[$0]), toByteOffset: $1, as: Double.self)
      }
    case .s16, .s24, .s32, .leftJustified:
      preconditionFailure("numbers for a stream of integers")
    }
  }
}
