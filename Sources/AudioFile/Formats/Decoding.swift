extension StoredEncoding {
  /// Takes one channel out of interleaved frames: an integer of n bits divided by 2^(n-1), a number as it stands. Both are exact.
  ///
  /// Several threads may decode channels of the same frames. Complexity: O(frames).
  /// - Parameters:
  ///   - bytes: `frames` frames of `channels` samples, aligned in any way.
  ///   - channel: counted from 0.
  ///   - samples: room for `frames` of them, apart from `bytes`.
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
    case .s24:
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
    // One load for three bytes and one more, which only the last frame may not have.
    forEachFrame(frames - 1, channels: channels, bytes: 3) {
      samples[$0] = Double(first.loadUnaligned(fromByteOffset: $1, as: Int32.self) << 8) * 0x1p-31
    }
    let last = first + (frames - 1) * channels * 3
    let low = Int32(last.loadUnaligned(as: UInt16.self))
    let high = Int32(last.load(fromByteOffset: 2, as: Int8.self))
    samples[frames - 1] = Double(high << 16 | low) * 0x1p-23
  }
}
