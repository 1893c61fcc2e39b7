/// The taps of a kernel, h[0] first: finite, at least one.
///
/// Immutable; routes and convolvers share it. Responses with the same taps are equal, and their spectra are computed once. Taps that are
/// float32 values take 4 bytes each, others 8.
public final class ImpulseResponse: Sendable {
  private let stored: Taps
  /// The range from the first tap that is not zero to the last; empty if all are zero. Zeros outside of it cost nothing.
  let extent: Range<Int>
  /// The sum of the taps' magnitudes; infinite where it is beyond float64.
  public let magnitudes: Double
  private let digest: UInt64

  /// - Complexity: O(taps).
  public convenience init(_ taps: [Double]) throws(ConvolutionError) {
    let (stored, survey) = taps.withUnsafeBufferPointer { Taps.surveyed($0, of: taps) }
    try self.init(stored, survey)
  }

  /// Copies taps. O(taps).
  public convenience init(_ taps: UnsafeBufferPointer<Double>) throws(ConvolutionError) {
    let (stored, survey) = Taps.surveyed(taps)
    try self.init(stored, survey)
  }

  /// Some taps of `whole`, at least one, not copied. O(taps).
  convenience init(_ part: Range<Int>, of whole: ImpulseResponse) throws(ConvolutionError) {
    let (stored, survey) = whole.stored.part(part)
    try self.init(stored, survey)
  }

  private init(_ stored: Taps, _ survey: TapSurvey) throws(ConvolutionError) {
    if let fault = survey.fault { throw .tapNotFinite(index: fault.index, value: fault.value) }
    guard stored.count > 0 else { throw .emptyKernel }
    (self.stored, extent, magnitudes, digest) = (stored, stored.extent, survey.magnitudes, survey.digest)
  }

  /// The number of taps.
  public var count: Int { stored.count }

  /// A copy of the taps.
  public var taps: [Double] {
    [Double](unsafeUninitializedCapacity: count) { room, filled in
      stored.write(from: 0, times: 1, to: UnsafeMutableBufferPointer(rebasing: room[..<count]))
      filled = count
    }
  }

  /// Whether `taps` are its own. O(taps).
  public func equals(_ taps: UnsafeBufferPointer<Double>) -> Bool { stored.equal(taps) }

  /// The memory that the taps take: parts of one response, such as heads and tails, share it.
  public var region: UnsafeRawBufferPointer { stored.region }

  /// Fills `target` with the taps from `start` on times `factor`, each product rounded once.
  func write(from start: Int, times factor: Double, to target: UnsafeMutableBufferPointer<Double>) {
    stored.write(from: start, times: factor, to: target)
  }
}

extension ImpulseResponse: Hashable {
  public static func == (a: ImpulseResponse, b: ImpulseResponse) -> Bool { a === b || a.digest == b.digest && a.stored == b.stored }

  public func hash(into hasher: inout Hasher) { hasher.combine(digest) }
}
