/// The layout of samples in the interleaved frames that a source delivers or a sink takes.
///
/// All are little-endian, as the supported processors are.
public enum StoredEncoding: Sendable, Equatable {
  /// Integers of 16, 24 (in three bytes) and 32 bits.
  case s16, s24packed, s32
  /// IEEE 754 numbers of 32 and 64 bits; full scale is 1.
  case float, double
  /// Integers of `bits` bits in the upper bits of 32: the layout of libsndfile's integers.
  case leftJustified(bits: Int)

  /// The layout of an encoding's samples without padding.
  public init(_ encoding: SampleEncoding) {
    self =
      switch encoding {
      case .s16: .s16
      case .s24packed: .s24packed
      case .s32: .s32
      case .float: .float
      case .double: .double
      }
  }

  /// Bytes of one sample.
  public var bytes: Int {
    switch self {
    case .s16: 2
    case .s24packed: 3
    case .s32, .float, .leftJustified: 4
    case .double: 8
    }
  }

  /// Bits of an integer sample; nil for floating point.
  public var bits: Int? {
    switch self {
    case .s16: 16
    case .s24packed: 24
    case .s32: 32
    case .leftJustified(let bits): bits
    case .float, .double: nil
    }
  }
}

/// Calls `body` with the index of each frame, and with the byte offset of its sample from that of frame 0.
@inline(__always)
func forEachFrame(_ frames: Int, channels: Int, bytes: Int, _ body: (_ frame: Int, _ offset: Int) -> Void) {
  // A stride that the compiler knows lets it use whole vectors.
  switch channels {
  case 1: for frame in 0..<frames { body(frame, frame &* bytes) }
  case 2: for frame in 0..<frames { body(frame, frame &* (2 &* bytes)) }
  default:
    let stride = bytes &* channels
    for frame in 0..<frames { body(frame, frame &* stride) }
  }
}

extension StoredEncoding {
  /// Decodes one channel of interleaved frames, exactly: integers of n bits are divided by 2^(n-1).
  ///
  /// Several threads may decode channels of one buffer. Complexity: O(frames).
  /// - Parameters:
  ///   - bytes: `frames` frames of `channels` samples, of any alignment.
  ///   - channel: from 0.
  ///   - samples: room for `frames` samples; must not overlap `bytes`.
  public func decode(
    _ bytes: UnsafeRawPointer, channel: Int, of channels: Int, frames: Int, into samples: UnsafeMutablePointer<Double>
  ) {
    precondition(channel >= 0 && channel < channels && frames >= 0)
    let first = bytes + channel * self.bytes
    switch self {
    case .s16:
      forEachFrame(frames, channels: channels, bytes: 2) {
        samples[$0] = Double(first.loadUnaligned(fromByteOffset: $1, as: Int16.self)) * 0x1p-15
      }
    case .s24packed:
      decode24(first, channels, frames, samples)
    case .s32, .leftJustified:
      forEachFrame(frames, channels: channels, bytes: 4) {
        samples[$0] = Double(first.loadUnaligned(fromByteOffset: $1, as: Int32.self)) * 0x1p-31
      }
    case .float:
      forEachFrame(frames, channels: channels, bytes: 4) {
        samples[$0] = Double(first.loadUnaligned(fromByteOffset: $1, as: Float.self))
      }
    case .double:
      forEachFrame(frames, channels: channels, bytes: 8) {
        samples[$0] = first.loadUnaligned(fromByteOffset: $1, as: Double.self)
      }
    }
  }

  private func decode24(_ first: UnsafeRawPointer, _ channels: Int, _ frames: Int, _ samples: UnsafeMutablePointer<Double>) {
    if frames == 0 { return }
    // Each load takes three bytes and the one after them, which the last frame may lack.
    forEachFrame(frames - 1, channels: channels, bytes: 3) {
      samples[$0] = Double(first.loadUnaligned(fromByteOffset: $1, as: Int32.self) << 8) * 0x1p-31
    }
    let last = first + (frames - 1) * channels * 3
    let low = Int32(last.loadUnaligned(as: UInt16.self))
    let high = Int32(last.load(fromByteOffset: 2, as: Int8.self))
    samples[frames - 1] = Double(high << 16 | low) * 0x1p-23
  }
}

extension StoredEncoding {
  /// Encodes one channel of integers into interleaved frames.
  ///
  /// Several threads may encode channels of one buffer. Complexity: O(frames).
  /// - Precondition: the encoding is one of integers.
  /// - Parameters:
  ///   - integers: `frames` samples within the range of `bits` bits, as `Quantizer` gives them.
  ///   - channel: from 0.
  ///   - bytes: room for `frames` frames of `channels` samples, of any alignment; must not overlap `integers`.
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
    case .s24packed:
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

  /// Encodes one channel of numbers into interleaved frames, rounded to the nearest. Otherwise as for integers.
  ///
  /// - Precondition: the encoding is one of floating point.
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
    case .s16, .s24packed, .s32, .leftJustified:
      preconditionFailure("numbers for a stream of integers")
    }
  }
}
