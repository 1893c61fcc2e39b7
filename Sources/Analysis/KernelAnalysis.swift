/// Figures of one channel of a kernel: peak, silence, gains and phase.
public struct KernelAnalysis: Sendable, Equatable {
  /// A tap and where it is.
  public struct Peak: Sendable, Equatable {
    /// From 0: the delay of the kernel's main arrival.
    public var tap: Int
    /// With its sign; full scale is 1.
    public var value: Double

    public init(tap: Int, value: Double) { (self.tap, self.value) = (tap, value) }
  }

  /// Taps at the ends of a kernel.
  public struct Silence: Sendable, Equatable {
    /// Before the first tap that is not zero, or all.
    public var leadingZeros: Int
    /// After the last one; 0 where all are leading.
    public var trailingZeros: Int
    /// Before the first tap above -120 dB of the peak.
    public var leadingQuiet: Int
    public var trailingQuiet: Int

    public init(leadingZeros: Int, trailingZeros: Int, leadingQuiet: Int, trailingQuiet: Int) {
      (self.leadingZeros, self.trailingZeros) = (leadingZeros, trailingZeros)
      (self.leadingQuiet, self.trailingQuiet) = (leadingQuiet, trailingQuiet)
    }
  }

  /// The magnitude relative to the peak up to which a tap counts as quiet: -120 dB.
  public static let quiet = 1e-6

  /// The most taps that are analysed: 87 s at 48 kHz.
  public static let longest = 1 << 22

  public var tapCount: Int
  /// A power of two near the peak; 1 for a kernel of zeros. Taps over it have sums and squares within float64.
  public var scale: Double
  /// The tap of the largest magnitude, the first of several.
  public var peak: Peak
  public var silence: Silence
  /// The sum of the magnitudes: the worst-case gain, of any signal.
  public var l1Norm: Double
  /// The root of the sum of squares: the gain of white noise.
  public var l2Norm: Double
  /// The largest |H|: the worst-case gain of a sine; within 0.01 dB.
  public var largestGain: GainPeak
  /// H at 0 Hz: the sum of the taps, with its sign.
  public var gainAtDC: Double
  /// nil for a kernel of zeros, which has none.
  public var phase: PhaseKind?

  /// The most bytes that the analysis of a channel takes, charts included.
  public static func byteCount(taps: Int) -> Int {
    let taps = min(taps, longest)
    // Those of the transform that finds the minimum phase, of a power of two.
    var points = 65_536
    while points < 8 * taps { points *= 2 }
    return 56 * points + 32 * taps
  }

  /// A sum beyond float64 is infinite.
  ///
  /// - Throws: there is no tap, or more than `longest`, or one is no finite number.
  /// - Complexity: O(taps log taps), and memory as `byteCount` says.
  public init(taps: [Double]) throws(AnalysisError) {
    if taps.isEmpty { throw .emptyKernel }
    if taps.count > Self.longest { throw .tooLong(tapCount: taps.count) }
    if let index = taps.firstIndex(where: { !$0.isFinite }) { throw .tapNotFinite(index: index, value: taps[index]) }
    tapCount = taps.count
    let top = taps.indices.reduce(0) { abs(taps[$1]) > abs(taps[$0]) ? $1 : $0 }
    peak = Peak(tap: top, value: taps[top])
    let magnitude = abs(peak.value)
    let (sounding, loud) = (Self.range(taps, above: 0), Self.range(taps, above: magnitude * Self.quiet))
    silence = Silence(
      leadingZeros: sounding.lowerBound, trailingZeros: taps.count - sounding.upperBound,
      leadingQuiet: loud.lowerBound, trailingQuiet: taps.count - loud.upperBound)
    l1Norm = taps.reduce(0) { $0 + abs($1) }
    gainAtDC = taps.reduce(0, +)
    let scale = magnitude > 0 ? magnitude.binade : 1
    self.scale = scale
    let scaled = taps.map { $0 / scale }
    l2Norm = scaled.reduce(0) { $0 + $1 * $1 }.squareRoot() * scale
    largestGain = FrequencyResponse(taps: scaled).largestGain()
    largestGain.magnitude *= scale
    phase = magnitude > 0 ? PhaseKind(scaled, sounding: loud, peak: magnitude / scale) : nil
  }

  /// From the first tap above a magnitude to the last; empty at the end if there is none.
  private static func range(_ taps: [Double], above magnitude: Double) -> Range<Int> {
    guard let first = taps.firstIndex(where: { abs($0) > magnitude }), let last = taps.lastIndex(where: { abs($0) > magnitude })
    else { return taps.count..<taps.count }
    return first..<last + 1
  }
}
