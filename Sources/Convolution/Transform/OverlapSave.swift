import Buffers
import CIntrinsics
import Vector

/// Convolves a long signal window by window. Each window begins with the K-1 values before its outputs; the transform wraps
/// around into them, and their results are discarded.
///
/// A right-angle transform of M points takes a window of 2M values, and gives 2M-K+1 outputs.
/// Several threads may use it at once, each with its own memory. `init` allocates.
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
  public convenience init(taps: [Double], points: Int) {
    self.init(taps: taps, transform: RealFFT(points: points, precision: .float64))
  }

  /// - Parameters:
  ///   - taps: as above; in the transform's precision finite, too.
  ///   - transform: which kernels may share, of either precision: windows and outputs are of that.
  ///   - isCancelled: asked between steps; once it has said so windows mean nothing.
  public init(taps: [Double], transform fft: RealFFT, unless isCancelled: () -> Bool = { false }) {
    precondition(!taps.isEmpty && taps.count <= 2 * fft.points, "a window of \(2 * fft.points) values is too short for \(taps.count) taps")
    self.taps = taps.count
    let bytes = 2 * fft.points * fft.loops.scalar_bytes
    self.fft = fft
    spectrum = Memory(byteCount: bytes, unless: isCancelled)
    let window = Memory(byteCount: bytes, unless: isCancelled)
    // The inverse transform multiplies by its points, a power of two: the kernel is divided by it, exactly.
    let scale = 1 / Double(fft.points)
    for first in stride(from: 0, to: taps.count, by: 1 << 19) {
      if isCancelled() { return }
      let part = taps[first..<min(first + 1 << 19, taps.count)].map { $0 * scale }
      fft.loops.convert(part, to: window.base + first * fft.loops.scalar_bytes, count: part.count)
    }
    fft.forward(window.base, to: spectrum.base, unless: isCancelled)
  }

  /// Convolves one window.
  ///
  /// - Parameters:
  ///   - input: 2M values.
  ///   - output: room for 2M values, apart from the input; the outputs are those from K-1 on.
  ///   - isCancelled: asked between steps; once it has said so outputs mean nothing.
  /// - Complexity: O(M log M). Allocates nothing.
  public func convolve(_ input: UnsafeRawPointer, into output: UnsafeMutableRawPointer, unless isCancelled: () -> Bool = { false }) {
    fft.forward(input, to: output, unless: isCancelled)
    fft.multiply(output, by: spectrum.base, unless: isCancelled)
    fft.inverse(output, unless: isCancelled)
  }
}
