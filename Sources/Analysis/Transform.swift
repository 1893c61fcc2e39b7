import Buffers
import Convolution
import Glibc
import Vector

/// A right-angle Fourier transform in float64 with memory of its own.
///
/// A frame has L = 2M real values x[n], its spectrum M bins: the sums of x[n] e^(-jωn) at odd multiples ω of π/L, one for
/// each such frequency between 0 and π, some of them at its negative, in no particular order. A product of two spectra is
/// the frames' convolution whose values past L return to the front with their sign changed.
final class Transform {
  /// L, a power of two, at least 32.
  let length: Int
  /// x[n]: L values.
  let frame: UnsafeMutableBufferPointer<Double>
  /// M real parts, and apart from them M imaginary ones.
  let re: UnsafeMutableBufferPointer<Double>
  let im: UnsafeMutableBufferPointer<Double>
  private let fft: RealFFT
  private let memory: Memory

  /// The smallest one whose frame holds `length` values.
  init(atLeast length: Int) {
    var points = 16
    while 2 * points < length { points *= 2 }
    self.length = 2 * points
    fft = RealFFT(points: points, precision: .float64)
    memory = Memory(byteCount: 4 * points * MemoryLayout<Double>.stride)
    let base = memory.base.bindMemory(to: Double.self, capacity: 4 * points)
    frame = UnsafeMutableBufferPointer(start: base, count: 2 * points)
    re = UnsafeMutableBufferPointer(start: base + 2 * points, count: points)
    im = UnsafeMutableBufferPointer(start: base + 3 * points, count: points)
  }

  /// `frame` to `re` and `im`.
  func forward() { fft.forward(frame.baseAddress!, to: re.baseAddress!) }

  /// `re` and `im` back to values, which replace `frame`; the spectrum is lost.
  func inverse() {
    fft.inverse(re.baseAddress!)
    let (values, scale) = (re.baseAddress!, 1 / Double(length / 2))
    for index in 0..<length { frame[index] = values[index] * scale }
  }

  /// Sets `frame` to `values`, with zeros behind them.
  func load(_ values: some Collection<Double>) {
    let end = frame.update(fromContentsOf: values)
    frame[end...].update(repeating: 0)
  }

  /// ω of each bin, between -π and π, to the last bit of its rounding. Replaces `frame` and the spectrum.
  func angles() -> [Double] {
    load([0, 1])
    forward()
    let unit = Double.pi / Double(length)
    // The spectrum of a delay by one is e^(-jω) itself; what it is short of an odd multiple is rounding.
    return re.indices.map { bin in
      let multiple = -atan2(im[bin], re[bin]) / unit
      return (2 * ((multiple - 1) / 2).rounded() + 1) * unit
    }
  }
}
