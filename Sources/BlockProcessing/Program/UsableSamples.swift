/// The largest magnitude that is taken for sound where samples are numbers of any size: 120 dB above full scale.
///
/// Less than what overflows in float32 on the way through kernels.
package var loudestInput: Double { @_noLocks @_noAllocation get { 0x1p20 } }

/// The largest magnitude that is still a number in every format.
package var loudestOutput: Double { @_noLocks @_noAllocation get { 0x1.fffffep127 } }

/// Whether no magnitude is above `limit`, and none infinite or not a number.
///
/// Real-time safe. Complexity: O(count), without a branch for each sample.
@_noLocks @_noAllocation
package func areWithin(_ limit: Double, _ samples: UnsafePointer<Double>, count: Int) -> Bool {
  // The bits of magnitudes are in the order of the numbers, and infinity and what is no number come last.
  let most = limit.bitPattern
  var borrowed: UInt64 = 0
  for n in 0..<count { borrowed |= most &- (samples[n].bitPattern & 0x7FFF_FFFF_FFFF_FFFF) }
  return borrowed >> 63 == 0
}

/// Puts silence in place of the samples that are not within `limit`. Returns how many they were.
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
