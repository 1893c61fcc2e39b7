import Analysis
import Glibc

/// The kernel of the same |H| and as many taps whose zeros all lie inside the unit circle or on it, and whose first tap is
/// positive.
///
/// The cepstrum is taken at L points; L doubles until |H| is within -100 dB of the largest |H| of what it should be, at every
/// frequency, or L has reached its limit. That is bounded by the autocorrelations, which are the transforms of |H|²: of two
/// kernels these differ nowhere by more than the sum d of the magnitudes of the autocorrelations' difference, and |H| differs
/// by at most the root of d. What is left is said as `cutOff`. Zeros on the unit circle need the longest transforms.
/// - Parameter mostBytes: L does not double where that takes more memory.
/// - Complexity: O(L log L), 60 bytes for each of the L points, which are 8 times the taps to 2^22.
/// - Throws: there are no taps, more than 2^20, or they are all 0 or not finite.
public func minimumPhase(
  _ taps: [Double], mostBytes: Int = .max, isCancelled: CancellationCheck = { false }
) throws(DesignError) -> DesignedKernel {
  guard taps.count <= Cascade.longest else {
    throw DesignError("a kernel of \(taps.count) taps is too long for minimum phase: cut it to \(Cascade.longest)")
  }
  let peak = taps.reduce(0) { max($0, abs($1)) }
  guard peak > 0, taps.allSatisfy(\.isFinite) else {
    throw DesignError("a kernel without sound has no minimum phase: give a tap that is not 0")
  }
  let scaled = taps.map { $0 / peak }
  var best = DesignedKernel(taps: [], end: .approximated, cutOff: .infinity)
  var length = max(8 * taps.count, 65_536)
  repeat {
    try check(isCancelled)
    let kernel = try minimumPhase(scaled, points: min(length, Magnitude.longestTransform), isCancelled)
    if kernel.cutOff < best.cutOff { best = kernel }
    length *= 2
  } while best.cutOff > 1e-5 && length <= Magnitude.longestTransform && 2 * length <= mostBytes / Magnitude.pointBytes
  best.taps = best.taps.map { $0 * peak }
  return best
}

private func minimumPhase(_ taps: [Double], points: Int, _ isCancelled: CancellationCheck) throws(DesignError) -> DesignedKernel {
  let transform = Transform(atLeast: points)
  let (re, im) = (transform.re, transform.im)
  transform.fill(with: taps)
  transform.forward()
  for bin in re.indices { re[bin] = hypot(re[bin], im[bin]) }
  let largest = re.max()!
  try check(isCancelled)
  transform.takeLogarithm()
  try check(isCancelled)
  for bin in re.indices {
    let magnitude = exp(re[bin])
    (re[bin], im[bin]) = (magnitude * cos(im[bin]), magnitude * sin(im[bin]))
  }
  transform.inverse()
  let result = Array(transform.values[..<taps.count])
  try check(isCancelled)
  return DesignedKernel(taps: result, end: .approximated, cutOff: difference(taps, result).squareRoot() / largest)
}

/// The sum of the magnitudes of the difference of two autocorrelations.
private func difference(_ a: [Double], _ b: [Double]) -> Double {
  let transform = Transform(atLeast: 2 * a.count)
  let (re, im) = (transform.re, transform.im)
  transform.fill(with: a)
  transform.forward()
  let powers = zip(re, im).map { $0 * $0 + $1 * $1 }
  transform.fill(with: b)
  transform.forward()
  for bin in re.indices { (re[bin], im[bin]) = (re[bin] * re[bin] + im[bin] * im[bin] - powers[bin], 0) }
  transform.inverse()
  return transform.values.reduce(0) { $0 + abs($1) }
}
