extension SampleFormat {
  /// Splits interleaved frames into channels.
  ///
  /// Real-time safe. Complexity: O(frames · channels).
  /// - Parameters:
  ///   - frames: `count` frames of `channels` samples in this format.
  ///   - channels: channels of a frame.
  ///   - planes: for each channel, room for `count` samples; full scale is 1.
  @_noLocks @_noAllocation
  public func decode(
    _ frames: UnsafeRawPointer, count: Int, channels: Int, to planes: UnsafePointer<UnsafeMutablePointer<Double>>
  ) {
    switch self {
    case .s16: decodeFrames(Signed16.self, frames, count, channels, planes)
    case .s24in32: decodeFrames(Signed24In32.self, frames, count, channels, planes)
    case .s24packed: decodeFrames(Signed24Packed.self, frames, count, channels, planes)
    case .s32: decodeFrames(Signed32.self, frames, count, channels, planes)
    case .float: decodeFrames(Float32.self, frames, count, channels, planes)
    case .double: decodeFrames(Float64.self, frames, count, channels, planes)
    }
  }

  /// Interleaves channels to frames. Rounds each sample half to even.
  ///
  /// Real-time safe. Complexity: O(frames · channels).
  /// - Returns: the number of samples that were out of range, and are clipped.
  @_noLocks @_noAllocation
  public func encode(
    _ planes: UnsafePointer<UnsafeMutablePointer<Double>>, count: Int, channels: Int, to frames: UnsafeMutableRawPointer
  ) -> Int {
    switch self {
    case .s16: encodeFrames(Signed16.self, planes, count, channels, frames)
    case .s24in32: encodeFrames(Signed24In32.self, planes, count, channels, frames)
    case .s24packed: encodeFrames(Signed24Packed.self, planes, count, channels, frames)
    case .s32: encodeFrames(Signed32.self, planes, count, channels, frames)
    case .float: encodeFrames(Float32.self, planes, count, channels, frames)
    case .double: encodeFrames(Float64.self, planes, count, channels, frames)
    }
  }
}

@inline(__always)
private func decodeFrames<S: DeviceSample>(
  _: S.Type, _ frames: UnsafeRawPointer, _ count: Int, _ channels: Int, _ planes: UnsafePointer<UnsafeMutablePointer<Double>>
) {
  let stride = S.bytes &* channels
  for channel in 0..<channels {
    let plane = planes[channel]
    var sample = frames + channel &* S.bytes
    for n in 0..<count {
      plane[n] = S.decode(sample)
      sample += stride
    }
  }
}

@inline(__always)
private func encodeFrames<S: DeviceSample>(
  _: S.Type, _ planes: UnsafePointer<UnsafeMutablePointer<Double>>, _ count: Int, _ channels: Int, _ frames: UnsafeMutableRawPointer
) -> Int {
  let stride = S.bytes &* channels
  var clipped = 0
  for channel in 0..<channels {
    let plane = planes[channel]
    var sample = frames + channel &* S.bytes
    for n in 0..<count {
      if S.encode(plane[n], to: sample) { clipped &+= 1 }
      sample += stride
    }
  }
  return clipped
}
