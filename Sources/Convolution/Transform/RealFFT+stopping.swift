import CIntrinsics
import Vector

/// Work on long windows in slices of some milliseconds, between which it can be stopped. The bits are those of the whole.
///
/// `isCancelled` is asked between slices; once it has said so, what was written means nothing.
extension RealFFT {
  /// Points of a slice.
  package static let sliceablePoints = 1 << 19

  /// Transforms 2M real values, as `forward` does.
  package func forward(_ input: UnsafeRawPointer, to spectrum: UnsafeMutableRawPointer, unless isCancelled: () -> Bool) {
    if isCancelled() { return }
    if points <= Self.sliceablePoints { return forward(input, to: spectrum) }
    let (radix, im) = (firstRadix, spectrum + points * loops.scalar_bytes)
    slices(of: points / radix, unless: isCancelled) { loops.firstWindowPass(plan, input, to: spectrum, columns: $0) }
    for block in 0..<radix { forward(spectrum, im, radix == 2 ? 0 : 1, block, points / radix, unless: isCancelled) }
  }

  /// Transforms a spectrum back in place, as `inverse` does.
  package func inverse(_ spectrum: UnsafeMutableRawPointer, unless isCancelled: () -> Bool) {
    if isCancelled() { return }
    if points <= Self.sliceablePoints { return inverse(spectrum) }
    let (radix, im) = (firstRadix, spectrum + points * loops.scalar_bytes)
    for block in 0..<radix { inverse(spectrum, im, radix == 2 ? 0 : 1, block, points / radix, unless: isCancelled) }
    slices(of: points / radix, unless: isCancelled) { loops.lastWindowPass(plan, inPlace: spectrum, columns: $0) }
  }

  /// Multiplies a spectrum with another one.
  package func multiply(_ spectrum: UnsafeMutableRawPointer, by other: UnsafeRawPointer, unless isCancelled: () -> Bool) {
    slices(of: points, unless: isCancelled) { loops.multiply(spectrum, by: other, points: points, bins: $0) }
  }

  /// Takes a block of `count` points to the end.
  private func forward(
    _ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer, _ pass: Int, _ block: Int, _ count: Int, unless isCancelled: () -> Bool
  ) {
    if isCancelled() { return }
    if count <= Self.sliceablePoints { return loops.forwardBlock(plan, re: re, im: im, pass: pass, block: block) }
    slices(of: count / 4, unless: isCancelled) { loops.forwardPass(plan, re: re, im: im, pass: pass, block: block, columns: $0) }
    for part in 0..<4 { forward(re, im, pass + 1, 4 * block + part, count / 4, unless: isCancelled) }
  }

  private func inverse(
    _ re: UnsafeMutableRawPointer, _ im: UnsafeMutableRawPointer, _ pass: Int, _ block: Int, _ count: Int, unless isCancelled: () -> Bool
  ) {
    if isCancelled() { return }
    if count <= Self.sliceablePoints { return loops.inverseBlock(plan, re: re, im: im, pass: pass, block: block) }
    for part in 0..<4 { inverse(re, im, pass + 1, 4 * block + part, count / 4, unless: isCancelled) }
    slices(of: count / 4, unless: isCancelled) { loops.inversePass(plan, re: re, im: im, pass: pass, block: block, columns: $0) }
  }

  private func slices(of count: Int, unless isCancelled: () -> Bool, _ body: (Range<Int>) -> Void) {
    for first in stride(from: 0, to: count, by: Self.sliceablePoints / 2) {
      if isCancelled() { return }
      body(first..<min(first + Self.sliceablePoints / 2, count))
    }
  }
}
