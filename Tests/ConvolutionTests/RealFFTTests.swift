import Buffers
import CIntrinsics
import TestSupport
import Testing
import Vector

import Convolution

/// A transform's memory, in its precision.
private struct Frame: ~Copyable {
  let memory: Memory
  let loops: VectorLoops
  let count: Int

  init(_ values: [Double], _ precision: Precision) {
    loops = .table(precision, .baseline)
    count = values.count
    memory = Memory(byteCount: count * loops.scalar_bytes)
    loops.convert(values, to: memory.base, count: count)
  }

  init(zeros count: Int, _ precision: Precision) { self.init([Double](repeating: 0, count: count), precision) }

  var values: [Double] {
    [Double](unsafeUninitializedCapacity: count) { buffer, initialized in
      loops.convert(memory.base, toDouble: buffer.baseAddress!, count: count)
      initialized = count
    }
  }
}

@Suite("RealFFT")
struct RealFFTTests {
  static let sizes = (4...17).map { 1 << $0 }

  @Test("the inverse of a transform is the frame, M times as large", arguments: Precision.allCases, InstructionSet.available)
  func roundTrip(precision: Precision, set: InstructionSet) {
    var random = SeededGenerator(seed: 1)
    for points in Self.sizes {
      let x = random.noise(2 * points)
      let input = Frame(x, precision), spectrum = Frame(zeros: 2 * points, precision)
      let fft = RealFFT(points: points, precision: precision, instructionSet: set)
      fft.forward(input.memory.base, to: spectrum.memory.base)
      fft.inverse(spectrum.memory.base)
      let back = spectrum.values.map { $0 / Double(points) }
      let bound = precision == .float64 ? 2e-15 : 1e-6
      #expect(largestDifference(back, x) < bound, "\(points) points")
    }
  }

  @Test("the bins are the values at the roots of t^M = i", arguments: InstructionSet.available)
  func definition(set: InstructionSet) {
    var random = SeededGenerator(seed: 2)
    for points in [16, 32, 64, 128, 256] {
      let x = random.noise(2 * points)
      let input = Frame(x, .float64), spectrum = Frame(zeros: 2 * points, .float64)
      RealFFT(points: points, precision: .float64, instructionSet: set).forward(input.memory.base, to: spectrum.memory.base)
      let bins = spectrum.values
      // In whatever order: each root's value is among the bins.
      for root in 0..<points {
        let (re, im) = value(of: x, points: points, atAngle: (0.5 + 2 * Double(root)) / Double(points))
        let nearest = (0..<points).map { max(abs(bins[$0] - re), abs(bins[points + $0] - im)) }.min()!
        #expect(nearest < 1e-13 * Double(points), "\(points) points, root \(root)")
      }
    }
  }

  /// x[n] + i x[n+M] as a polynomial at e^(iπ angle).
  private func value(of x: [Double], points: Int, atAngle angle: Double) -> (Double, Double) {
    var (re, im) = (0.0, 0.0)
    for n in 0..<points {
      let (c, s) = (TwiddlePlan.cosine(angle * Double(n)), TwiddlePlan.sine(angle * Double(n)))
      re += x[n] * c - x[n + points] * s
      im += x[n] * s + x[n + points] * c
    }
    return (re, im)
  }

  @Test("zero padding is the same as a frame that ends in zeros", arguments: Precision.allCases, InstructionSet.available)
  func zeroPadded(precision: Precision, set: InstructionSet) {
    var random = SeededGenerator(seed: 3)
    for points in Self.sizes {
      let x = random.noise(points)
      let fft = RealFFT(points: points, precision: precision, instructionSet: set)
      let half = Frame(x, precision)
      let whole = Frame(x + [Double](repeating: 0, count: points), precision)
      let a = Frame(zeros: 2 * points, precision), b = Frame(zeros: 2 * points, precision)
      fft.forwardZeroPadded(half.memory.base, to: a.memory.base)
      fft.forward(whole.memory.base, to: b.memory.base)
      let bound = (precision == .float64 ? 1e-15 : 1e-6) * Double(points).squareRoot()
      #expect(largestDifference(a.values, b.values) < bound, "\(points) points")
    }
  }

  @Test("windows that can be stopped have the same bits", arguments: Precision.allCases, InstructionSet.available)
  func slices(precision: Precision, set: InstructionSet) {
    var random = SeededGenerator(seed: 4)
    for points in [RealFFT.sliceablePoints, 2 * RealFFT.sliceablePoints, 4 * RealFFT.sliceablePoints] {
      let input = Frame(random.noise(2 * points), precision), kernel = Frame(random.noise(2 * points), precision)
      let fft = RealFFT(points: points, precision: precision, instructionSet: set)
      let whole = Frame(zeros: 2 * points, precision), sliced = Frame(zeros: 2 * points, precision)
      fft.forward(input.memory.base, to: whole.memory.base)
      fft.forward(input.memory.base, to: sliced.memory.base, unless: { false })
      #expect(whole.values == sliced.values, "\(points) points")
      VectorLoops.table(precision, set).multiply(whole.memory.base, by: kernel.memory.base, points: points, bins: 0..<points)
      fft.multiply(sliced.memory.base, by: kernel.memory.base, unless: { false })
      fft.inverse(whole.memory.base)
      fft.inverse(sliced.memory.base, unless: { false })
      #expect(whole.values == sliced.values, "\(points) points")
    }
  }

  @Test("the work on a window ends at every question whether to stop")
  func stops() {
    let points = 4 * RealFFT.sliceablePoints
    let window = Frame(zeros: 2 * points, .float32), spectrum = Frame(zeros: 2 * points, .float32)
    var asked = 0
    // Each time some questions later.
    for last in stride(from: 0, to: 1_000, by: 7) {
      asked = 0
      let isCancelled = {
        asked += 1
        return asked > last
      }
      let fft = RealFFT(points: points, precision: .float32, unless: isCancelled)
      fft.forward(window.memory.base, to: spectrum.memory.base, unless: isCancelled)
      fft.multiply(spectrum.memory.base, by: window.memory.base, unless: isCancelled)
      fft.inverse(spectrum.memory.base, unless: isCancelled)
      if asked <= last { break }
    }
    #expect(asked > 30)
  }

  @Test("twiddle factors are rounded once")
  func twiddles() {
    #expect(TwiddlePlan.cosine(0.5) == 0 && TwiddlePlan.cosine(1) == -1 && TwiddlePlan.sine(0.5) == 1 && TwiddlePlan.sine(1) == 0)
    #expect(TwiddlePlan.cosine(0.25) == 0.5.squareRoot() && TwiddlePlan.sine(0.75) == 0.5.squareRoot())
    for k in 0..<4096 {
      let x = Double(k) / 1024
      let (c, s) = (TwiddlePlan.cosine(x), TwiddlePlan.sine(x))
      #expect(abs(c * c + s * s - 1) < 4e-16)
      #expect(c == TwiddlePlan.cosine(-x) && s == -TwiddlePlan.sine(-x))
    }
  }
}
