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
    case .s16: encodeIntegers(Signed16.self, planes, count, channels, frames)
    case .s24in32: encodeIntegers(Signed24In32.self, planes, count, channels, frames)
    case .s24packed: encodeIntegers(Signed24Packed.self, planes, count, channels, frames)
    case .s32: encodeIntegers(Signed32.self, planes, count, channels, frames)
    case .float: encodeFrames(Float32.self, planes, count, of: channels, frames)
    case .double: encodeFrames(Float64.self, planes, count, of: channels, frames)
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

/// One channel after the other.
///
/// - Parameter first: the channel of the first plane.
@inline(__always)
private func encodeFrames<S: DeviceSample>(
  _: S.Type, _ planes: UnsafePointer<UnsafeMutablePointer<Double>>, _ count: Int, from first: Int = 0, of channels: Int,
  _ frames: UnsafeMutableRawPointer
) -> Int {
  let stride = S.bytes &* channels
  var clipped = 0
  for channel in first..<channels {
    let plane = planes[channel &- first]
    var sample = frames + channel &* S.bytes
    for n in 0..<count {
      if S.encode(plane[n], to: sample) { clipped &+= 1 }
      sample += stride
    }
  }
  return clipped
}

/// Two channels at a time, then the last one of an odd number.
@inline(__always)
private func encodeIntegers<S: IntegerSample>(
  _: S.Type, _ planes: UnsafePointer<UnsafeMutablePointer<Double>>, _ count: Int, _ channels: Int, _ frames: UnsafeMutableRawPointer
) -> Int {
  let stride = S.bytes &* channels
  var clipped = SIMD2<Int64>(repeating: 0)
  for pair in 0..<channels / 2 {
    let (first, second) = (planes[2 &* pair], planes[2 &* pair &+ 1])
    var sample = frames + 2 &* pair &* S.bytes
    for n in 0..<count {
      let values = SIMD2(first[n], second[n])
      let (integers, isWithin) = quantised(values, scale: S.scale)
      S.store(integers[0], to: sample)
      S.store(integers[1], to: sample + S.bytes)
      let isFine = S.takesOne ? isWithin .| (values .== 1) : isWithin
      clipped &+= SIMD2(repeating: 1).replacing(with: 0, where: isFine)
      sample += stride
    }
  }
  let paired = channels / 2 &* 2
  let rest = paired == channels ? 0 : encodeFrames(S.self, planes + paired, count, from: paired, of: channels, frames)
  return Int(clipped[0] &+ clipped[1]) &+ rest
}
