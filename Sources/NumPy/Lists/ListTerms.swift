import NPY

/// The operands of a convolution of lists, cast to one type: the values x of the longer one, and the taps r of the other in the order
/// in which they meet x. Output o of all is the sum of x[o - M+1 + i] r[i].
struct ListTerms<Element: BitwiseCopyable>: ~Copyable {
  /// Writes elements of a range to their places.
  typealias Cast = (StoredElements, Range<Int>, UnsafeMutablePointer<Element>) -> Void

  let x: UnsafePointer<Element>
  /// N.
  let n: Int
  /// Nobody else's.
  let r: UnsafeMutablePointer<Element>
  /// M, at most N.
  let m: Int
  private let signal: Scratch<Element>
  private let kernel: Scratch<Element>

  /// - Parameters:
  ///   - isReversed: whether the last value of the shorter operand meets x first.
  ///   - isSignalUsable: whether the longer operand holds values of `Element`, which then need no cast.
  init(
    _ longer: StoredElements, _ shorter: StoredElements, isReversed: Bool, isSignalUsable: Bool, _ limits: WorkLimits,
    castLonger: Cast, castShorter: Cast
  ) throws(WorkError) {
    let kernel = try Scratch<Element>(shorter.count)
    let signal = try Scratch<Element>(isSignalUsable ? 0 : longer.count)
    let (r, y) = (kernel.base, signal.base)
    try limits.forEachPart(of: shorter.count) { castShorter(shorter, $0, r) }
    if isReversed { r.reverse(count: shorter.count) }
    if !isSignalUsable { try limits.forEachPart(of: longer.count) { castLonger(longer, $0, y) } }
    x = isSignalUsable ? longer.base.assumingMemoryBound(to: Element.self) : UnsafePointer(y)
    (n, m, self.r) = (longer.count, shorter.count, r)
    self.kernel = kernel
    self.signal = signal
  }
}

extension UnsafeMutablePointer {
  /// Puts the last of `count` values first.
  func reverse(count: Int) {
    var values = UnsafeMutableBufferPointer(start: self, count: count)
    values.reverse()
  }
}
