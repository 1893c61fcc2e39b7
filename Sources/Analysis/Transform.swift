import Buffers
import Convolution
import Glibc
import Vector

/// A right-angle Fourier transform in float64 with memory of its own.
///
/// A window has L = 2M real values x[n], its spectrum M bins: the sums of x[n] e^(-jωn) at odd multiples ω of π/L, one for
/// each such frequency between 0 and π, some of them at its negative, in no particular order. A product of two spectra is
/// the windows' convolution whose values past L return to the front with their sign changed.
package final class Transform {
  /// L, a power of two, at least 32.
  package let length: Int
  /// x[n]: L values.
  package let values: UnsafeMutableBufferPointer<Double>
  /// M real parts, and apart from them M imaginary ones.
  package let re: UnsafeMutableBufferPointer<Double>
  package let im: UnsafeMutableBufferPointer<Double>
  private let fft: RealFFT
  private let memory: Memory

  /// The smallest one whose window holds `length` values.
  package init(atLeast length: Int) {
    var points = 16
    while 2 * points < length { points *= 2 }
    self.length = 2 * points
    fft = RealFFT(points: points, precision: .float64)
    memory = Memory(byteCount: 4 * points * MemoryLayout<Double>.stride)
    let base = memory.base.bindMemory(to: Double.self, capacity: 4 * points)
    values = UnsafeMutableBufferPointer(start: base, count: 2 * points)
    re = UnsafeMutableBufferPointer(start: base + 2 * points, count: points)
    im = UnsafeMutableBufferPointer(start: base + 3 * points, count: points)
  }

  /// `values` to `re` and `im`.
  package func forward() { fft.forward(values.baseAddress!, to: re.baseAddress!) }

  /// `re` and `im` back to values, which replace `values`; the spectrum is lost.
  package func inverse() {
    fft.inverse(re.baseAddress!)
    let (scaled, scale) = (re.baseAddress!, 1 / Double(length / 2))
    for index in 0..<length { values[index] = scaled[index] * scale }
  }

  /// Sets `values` to `samples`, with zeros behind them.
  package func fill(with samples: some Collection<Double>) {
    let end = values.update(fromContentsOf: samples)
    values[end...].update(repeating: 0)
  }

  /// ω of each bin, between -π and π, to the last bit of its rounding. Replaces `values` and the spectrum.
  package func angles() -> [Double] {
    fill(with: [0, 1])
    forward()
    let unit = Double.pi / Double(length)
    // The spectrum of a delay by one is e^(-jω) itself; what it is short of an odd multiple is rounding.
    return re.indices.map { bin in
      let multiple = -atan2(im[bin], re[bin]) / unit
      return (2 * ((multiple - 1) / 2).rounded() + 1) * unit
    }
  }

  /// Replaces |H| in `re` by log H of minimum phase: `re` stays log |H|, `im` becomes the phase in radians, without jumps.
  ///
  /// By the real cepstrum: the causal part of the inverse transform of log |H|, doubled, is that of log H. What the cepstrum
  /// has at n + L falls on n. Magnitudes below -300 dB of the largest count as that. `values` are lost.
  /// Source: A. V. Oppenheim and R. W. Schafer, "Discrete-Time Signal Processing", chapter on cepstrum analysis.
  /// - Precondition: a magnitude is not 0.
  package func takeLogarithm() {
    let floor = re.max()! * 1e-15
    for bin in re.indices { (re[bin], im[bin]) = (log(max(re[bin], floor)), 0) }
    inverse()
    // An even cepstrum; of frequencies at odd multiples the second half has its sign changed.
    for index in 1..<length / 2 { values[index] *= 2 }
    values[(length / 2)...].update(repeating: 0)
    forward()
  }
}
