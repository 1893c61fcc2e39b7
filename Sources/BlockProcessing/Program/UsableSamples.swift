/// The largest magnitude of a floating-point sample that counts as sound: 120 dB above full scale.
///
/// Smaller than anything that overflows in float32 on the way through kernels.
package var loudestInput: Double { @_noLocks @_noAllocation get { 0x1p20 } }

/// The largest magnitude that is finite in every format: float32's.
package var loudestOutput: Double { @_noLocks @_noAllocation get { 0x1.fffffep127 } }

/// Whether every sample is a number of a magnitude up to `limit`.
///
/// Real-time safe. Complexity: O(count), without a branch for each sample.
@_noLocks @_noAllocation
package func areWithin(_ limit: Double, _ samples: UnsafePointer<Double>, count: Int) -> Bool {
  // The bits of magnitudes are in the order of the numbers; infinity and NaN come last.
  let most = limit.bitPattern
  var borrowed: UInt64 = 0
  for n in 0..<count { borrowed |= most &- (samples[n].bitPattern & 0x7FFF_FFFF_FFFF_FFFF) }
  return borrowed >> 63 == 0
}

/// Replaces samples that are not within `limit` by zero. Returns how many there were.
///
/// Real-time safe. Complexity: O(count).
@_noLocks @_noAllocation
package func clearSamples(beyond limit: Double, _ samples: UnsafeMutablePointer<Double>, count: Int) -> Int {
  if areWithin(limit, samples, count: count) { return 0 }
  var silenced = 0
  for n in 0..<count where !(abs(samples[n]) <= limit) {
    samples[n] = 0
    silenced &+= 1
  }
  return silenced
}

/// The largest magnitude of all samples; 0 where there are none. What is no number counts for nothing.
///
/// Real-time safe. Complexity: O(count), eight samples at a time: one chain of comparisons would take four times as long.
@_noLocks @_noAllocation
package func largestMagnitude(_ samples: UnsafePointer<Double>, count: Int) -> Double {
  let mask = SIMD8<UInt64>(repeating: 0x7FFF_FFFF_FFFF_FFFF)
  var lanes = SIMD8<Double>(repeating: 0)
  var n = 0
  while n &+ 8 <= count {
    let bits = UnsafeRawPointer(samples + n).loadUnaligned(as: SIMD8<UInt64>.self) & mask
    let magnitudes = unsafeBitCast(bits, to: SIMD8<Double>.self)
    lanes.replace(with: magnitudes, where: magnitudes .> lanes)
    n &+= 8
  }
  var largest = 0.0
  for lane in 0..<8 { largest = lanes[lane] > largest ? lanes[lane] : largest }
  while n < count {
    largest = abs(samples[n]) > largest ? abs(samples[n]) : largest
    n &+= 1
  }
  return largest
}
