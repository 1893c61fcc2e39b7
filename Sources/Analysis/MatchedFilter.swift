/// Finds a pattern in a signal by normalised cross-correlation; the signal comes block by block.
///
/// Products are summed by overlap-save. Takes some 30 times the pattern's memory, whatever the signal's length.
/// A window more than 200 dB below the loudest samples near it counts as silence, which scores 0.
/// Source: J. P. Lewis, "Fast normalized cross-correlation", 1995.
public struct MatchedFilter {
  /// With a peak from 1 to below 2: `scale` makes the pattern of it.
  private let pattern: [Double]
  private let scale: PowerOfTwo
  private let norm: Double
  private let transform: Transform
  /// The spectrum of the reversed pattern: real parts, then imaginary ones.
  private let spectrum: [Double]
  /// Samples that are not correlated yet, after those that the next windows share with the last.
  private var samples: [Double] = []
  /// The frame of `samples[0]`.
  private var start = 0
  private var selection: MatchSelection

  /// The most bytes that a search for so many frames takes, without those of its matches.
  public static func byteCount(frames: Int) -> Int { 88 * max(8 * min(frames, 1 << 52), 16_384) }

  /// Matches so far, and what may become one.
  public var foundCount: Int { selection.count }

  /// - Parameters:
  ///   - pattern: at least one sample other than zero.
  ///   - threshold: the least |score| of a match, 0 to 1.
  /// - Throws: the pattern is empty or silent, or holds something that is no finite number.
  public init(pattern: [Double], threshold: Double) throws(AnalysisError) {
    if pattern.isEmpty { throw .emptyKernel }
    if let index = pattern.firstIndex(where: { !$0.isFinite }) { throw .tapNotFinite(index: index, value: pattern[index]) }
    guard let scale = PowerOfTwo(ofPeak: pattern) else { throw .silentPattern }
    let pattern = scale.divide(pattern)
    (self.pattern, self.scale) = (pattern, scale)
    let peak = pattern.reduce(0) { max($0, abs($1)) }
    norm = peak * pattern.reduce(0) { $0 + ($1 / peak) * ($1 / peak) }.squareRoot()
    transform = Transform(atLeast: max(4 * pattern.count, 16_384))
    transform.fill(with: pattern.reversed())
    transform.forward()
    spectrum = Array(transform.re) + Array(transform.im)
    selection = MatchSelection(length: pattern.count, threshold: threshold)
    samples.reserveCapacity(transform.length)
  }

  /// Takes the next samples, any number of them.
  ///
  /// - Throws: a sample is no finite number.
  /// - Complexity: O(log pattern) a sample.
  public mutating func process(_ block: some RandomAccessCollection<Double>) throws(AnalysisError) {
    var rest = block[...]
    while !rest.isEmpty {
      let taken = rest.prefix(transform.length - samples.count)
      if let bad = taken.firstIndex(where: { !$0.isFinite }) {
        let offset = samples.count + taken.distance(from: taken.startIndex, to: bad)
        throw .sampleNotFinite(frame: start + offset, value: taken[bad])
      }
      samples += taken
      rest = rest.dropFirst(taken.count)
      if samples.count == transform.length { correlate() }
    }
  }

  /// Ends the signal.
  ///
  /// - Returns: the matches by their frames.
  /// - Throws: the signal was shorter than the pattern.
  public mutating func finish() throws(AnalysisError) -> [Match] {
    let frames = start + samples.count
    if frames < pattern.count { throw .patternLonger(patternFrames: pattern.count, recordingFrames: frames) }
    if samples.count >= pattern.count { correlate() }
    return selection.finish()
  }

  /// After `finish`: the window most like the pattern, even if it is below the threshold.
  public var best: Match? { selection.best }

  /// Scores every window of `samples`, and keeps the samples that the next windows need.
  private mutating func correlate() {
    let level = PowerOfTwo(ofPeak: samples) ?? .one
    // Squares of others stay within float64, as they are.
    let isExtreme = level.exponent.magnitude > 400
    let count =
      isExtreme
      ? select(level.divide(samples), exponent: level.exponent - scale.exponent) : select(samples, exponent: -scale.exponent)
    start += count
    samples.removeFirst(count)
  }

  /// Scores every window of samples.
  ///
  /// - Parameter exponent: of the power of two that is the gain of a pattern which occurs in them as `pattern` is.
  /// - Returns: how many there are.
  private mutating func select(_ samples: [Double], exponent: Int) -> Int {
    let energies = samples.withUnsafeBufferPointer { windowEnergies($0, length: pattern.count) }
    let products = products(samples, count: energies.count)
    let silence = samples.reduce(0) { max($0, $1 * $1) } * 1e-20
    for (index, energy) in energies.enumerated() {
      let score = energy > silence ? min(max(products[index] / (energy.squareRoot() * norm), -1), 1) : 0
      selection.add(Match(frame: start + index, score: score, gain: products[index] / norm / norm, exponent: exponent))
    }
    return energies.count
  }

  /// <x, p> for the first windows x of `samples`: of short patterns by definition, of others by overlap-save.
  private func products(_ samples: [Double], count: Int) -> [Double] {
    let length = pattern.count
    if length <= 32 {
      return (0..<count).map { start in (0..<length).reduce(0) { $0 + samples[start + $1] * pattern[$1] } }
    }
    transform.fill(with: samples)
    transform.forward()
    let (re, im, bins) = (transform.re, transform.im, transform.re.count)
    for bin in 0..<bins {
      let (a, b) = (spectrum[bin], spectrum[bins + bin])
      (re[bin], im[bin]) = (re[bin] * a - im[bin] * b, re[bin] * b + im[bin] * a)
    }
    transform.inverse()
    return Array(transform.values[(length - 1)..<(length - 1 + count)])
  }
}
