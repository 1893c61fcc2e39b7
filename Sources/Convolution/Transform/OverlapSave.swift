import Buffers
import Vector

/// Convolution of a long signal that is all there, window by window: each window begins with the K-1 values before its outputs,
/// which the transform wraps around into, and which are thrown away.
///
/// A right-angle transform of M points takes a window of 2M values, and gives 2M-K+1 outputs.
/// It may be used by several threads at once, each with memory of its own. `init` allocates.
/// Source: A. V. Oppenheim, R. W. Schafer, "Discrete-Time Signal Processing", section 8.7.3.
public final class OverlapSave: Sendable {
  /// K.
  public let taps: Int
  private let fft: RealFFT
  private let spectrum: Memory

  /// Values of a window: 2M.
  public var window: Int { 2 * fft.points }
  /// Outputs of a window.
  public var outputs: Int { window - taps + 1 }

  /// - Parameters:
  ///   - taps: at least one, finite.
  ///   - points: M, a power of two from 16 up, so that 2M is at least the number of taps.
  public init(taps: [Double], points: Int) {
    precondition(!taps.isEmpty && taps.count <= 2 * points, "a window of \(2 * points) values is too short for \(taps.count) taps")
    self.taps = taps.count
    let fft = RealFFT(points: points, precision: .float64)
    let spectrum = Memory(byteCount: 2 * points * MemoryLayout<Double>.stride)
    // The inverse transform multiplies by its points: the kernel takes that back, exactly, since it is a power of two.
    let scale = 1 / Double(points)
    let scaled = taps.map { $0 * scale } + [Double](repeating: 0, count: 2 * points - taps.count)
    scaled.withUnsafeBytes { fft.forward($0.baseAddress!, to: spectrum.base) }
    self.fft = fft
    self.spectrum = spectrum
  }

  /// Convolves one window.
  ///
  /// - Parameters:
  ///   - input: 2M values.
  ///   - output: room for 2M values, apart from the input; the outputs are those from K-1 on.
  /// - Complexity: O(M log M). It allocates nothing.
  public func convolve(_ input: UnsafePointer<Double>, into output: UnsafeMutablePointer<Double>) {
    fft.forward(input, to: output)
    fft.loops.multiply(UnsafeMutableRawPointer(output), by: spectrum.base, points: fft.points)
    fft.inverse(output)
  }
}
