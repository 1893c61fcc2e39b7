import Buffers
import Convolution
import Vector

/// Bounds the sums of w[k] |x[n-k]| for the outputs n of a window, which are what NumPy's roundings can add up to: by a transform in
/// float32, whose own error is added.
///
/// Terms of a long kernel vary, and so does the sound: the sum is half of |x| |w| or less, and follows the sound.
/// Several threads may use it at once.
package final class MagnitudeSums: Sendable {
  /// Outputs that share a bound: their largest.
  package static let group = 256
  /// Fewer have loops of their own in `RealFFT`.
  package static let fewestPoints = 4_096
  private let taps: Int
  private let fft: RealFFT
  private let spectrum: Memory
  /// |w|.
  private let weight: Double

  /// - Parameters:
  ///   - weights: w, not negative, as many as there are taps.
  ///   - points: at least `fewestPoints`; the weights fit a window of twice as many values.
  package init(weights: [Double], points: Int) {
    precondition(points >= Self.fewestPoints && weights.count <= 2 * points, "\(weights.count) weights in a window of \(2 * points) values")
    let weight = norm(weights)
    taps = weights.count
    let fft = RealFFT(points: points, precision: .float32)
    let spectrum = Memory(byteCount: 2 * points * MemoryLayout<Float>.stride)
    // The inverse transform multiplies by its points.
    let scale = 1 / (weight * Double(points))
    let scaled = weights.map { Float($0 * scale) } + [Float](repeating: 0, count: 2 * points - weights.count)
    scaled.withUnsafeBytes { fft.forward($0.baseAddress!, to: spectrum.base) }
    (self.weight, self.fft) = (weight, fft)
    self.spectrum = spectrum
  }

  /// Bytes of spectrum and factors.
  static func byteCount(windowLength: Int) -> Int { 4 * windowLength * MemoryLayout<Float>.stride }

  /// The bounds of a window's first outputs, one for each `group` of them.
  ///
  /// - Parameters:
  ///   - window: its values, of the Euclidean norm `norm`.
  ///   - outputs: how many.
  ///   - work: room for as many float64 values as the window has, apart from it.
  package func bounds(_ window: UnsafePointer<Double>, norm: Double, outputs: Int, with work: UnsafeMutablePointer<Double>) -> [Double] {
    let length = 2 * fft.points
    // Both operands have the norm 1 here, so that float32 holds them, and no sum exceeds 1.
    let magnitudes = UnsafeMutableRawPointer(work).bindMemory(to: Float.self, capacity: 2 * length)
    let sums = magnitudes + length
    let scale = 1 / norm
    for n in 0..<length { magnitudes[n] = Float(window[n].magnitude * scale) }
    fft.forward(magnitudes, to: sums)
    Self.loops.multiply(UnsafeMutableRawPointer(sums), by: spectrum.base, points: fft.points, bins: 0..<fft.points)
    fft.inverse(sums)
    // As for float64, with 2^-24 for the rounding of each operand; 2^-60 is more than underflow takes.
    let error = ErrorBound.margin * 0x1p-24 * (ErrorBound.transformFactor(length) + 2) + 0x1p-60
    let factor = ErrorBound.margin * norm * weight
    return stride(from: 0, to: outputs, by: Self.group).map { first in
      var largest: Float = 0
      for n in first..<min(first + Self.group, outputs) { largest = max(largest, sums[taps - 1 + n]) }
      return factor * (Double(largest) + error)
    }
  }

  private static let loops = VectorLoops.table(.float32)
}
