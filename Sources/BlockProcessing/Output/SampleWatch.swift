/// Looks for samples of one input that are no multiples of `step`, or louder than full scale.
///
/// Real-time safe.
struct SampleWatch {
  let input: Int
  /// A power of two, from 2^-51 to 1.
  let step: Double
  /// The frames of the block's first and last such sample; without one, `first` is the block's end.
  private(set) var first = 0
  private(set) var last = 0
  /// Whether the block has samples for which the bound of rounding errors does not hold.
  private(set) var isLoud = false

  init(input: Int, step: Double) { (self.input, self.step) = (input, step) }

  /// Added to a sample, it leaves no room for fractions of a step: the lowest bits of the sum are the sample in steps.
  private var shift: Double { @_noLocks @_noAllocation get { 0x1.8p52 * step } }

  /// Complexity: O(frames), without a branch for each sample where there is none such.
  @_noLocks @_noAllocation
  mutating func look(_ samples: UnsafePointer<Double>, frames: Int) {
    let (shift, fullScale) = (shift, UInt64(1 / step))
    let least = shift.bitPattern &- fullScale
    var (lost, steps): (UInt64, UInt64) = (0, 0)
    for n in 0..<frames {
      let shifted = samples[n] + shift
      steps |= shifted.bitPattern &- least
      lost |= (shifted - shift).bitPattern ^ samples[n].bitPattern
    }
    // What rounds up to full scale need not be louder.
    isLoud = steps >= 2 &* fullScale && !areWithin(1, samples, count: frames)
    first = frames
    // A zero may lose its sign.
    if !isLoud && lost & 0x7FFF_FFFF_FFFF_FFFF == 0 { return }
    first = 0
    while first < frames &- 1 && isNarrow(samples[first]) { first &+= 1 }
    last = frames &- 1
    while last > first && isNarrow(samples[last]) { last &-= 1 }
  }

  @_noLocks @_noAllocation @inline(__always)
  private func isNarrow(_ sample: Double) -> Bool { abs(sample) <= 1 && (sample + shift) - shift == sample }
}
