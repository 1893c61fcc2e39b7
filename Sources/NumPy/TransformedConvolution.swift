import Convolution
import Dispatch
import Synchronization

/// A signal convolved frame by frame by FFT; what that leaves uncertain is summed up in order.
struct TransformedConvolution: Sendable {
  private let signal: [Double]
  /// NumPy's second operand to the dot: the taps, the last one first.
  private let reversed: [Double]
  private let loops: DirectConvolution
  private let rounding: Rounding
  private let isExact: Bool
  private let transform: OverlapSave
  private let bound: ErrorBound
  private let grid: Grid?

  /// Precondition: the signal is at least as long as the kernel, whose taps fit a frame of 2 `points` values.
  init(_ signal: [Double], _ kernel: [Double], points: Int, profile: Profile, rounding: Rounding, isExact: Bool) {
    self.signal = signal
    reversed = kernel.reversed()
    (self.rounding, self.isExact) = (rounding, isExact)
    loops = DirectConvolution(.float64, profile, taps: kernel.count)
    transform = OverlapSave(taps: kernel, points: points)
    bound = ErrorBound(taps: kernel, profile: profile, frame: transform.frame, largestBin: transform.largestBin)
    grid = isExact ? Grid(signal, kernel) : nil
  }

  /// Outputs `range` of the full convolution, by up to `jobs` threads.
  func outputs(_ range: Range<Int>, jobs: Int) -> RoundedConvolution {
    let frames = (range.count + transform.outputs - 1) / transform.outputs
    let next = Atomic(0)
    let repaired = Atomic(0)
    let largest = Atomic(0.0.bitPattern)
    var result = RoundedConvolution(values: [], method: .fft, frame: transform.frame, isOnGrid: grid != nil)
    result.values = [Double](unsafeUninitializedCapacity: range.count) { values, count in
      // No two threads take the same frame, so none writes where another does.
      nonisolated(unsafe) let start = values.baseAddress!
      DispatchQueue.concurrentPerform(iterations: max(1, min(jobs, frames))) { _ in
        let work = Memory(byteCount: 2 * transform.frame * MemoryLayout<Double>.stride)
        let input = work.base.assumingMemoryBound(to: Double.self)
        while case let frame = next.wrappingAdd(1, ordering: .relaxed).oldValue, frame < frames {
          let first = range.lowerBound + frame * transform.outputs
          let part = first..<min(first + transform.outputs, range.upperBound)
          let done = write(part, to: start + (first - range.lowerBound), input: input, output: input + transform.frame)
          repaired.wrappingAdd(done.repaired, ordering: .relaxed)
          largest.max(done.bound.bitPattern, ordering: .relaxed)
        }
      }
      count = range.count
    }
    result.repaired = repaired.load(ordering: .relaxed)
    result.bound = Double(bitPattern: largest.load(ordering: .relaxed))
    return result
  }

  /// One frame. Returns how many outputs were repaired, and the bound.
  private func write(
    _ part: Range<Int>, to y: UnsafeMutablePointer<Double>, input: UnsafeMutablePointer<Double>, output: UnsafeMutablePointer<Double>
  ) -> (repaired: Int, bound: Double) {
    let squares = load(frameOf: part, into: input)
    if squares == 0 {
      y.update(repeating: 0, count: part.count)
      return (0, 0)
    }
    // Where squares overflow or vanish the bound means nothing.
    guard squares > 0x1p-600 && squares < 0x1p600 else {
      sums { $0.write(part, to: y, jobs: 1) }
      return (part.count, 0)
    }
    transform.convolve(input, into: output)
    y.update(from: output + reversed.count - 1, count: part.count)
    let norm = squares.squareRoot()
    if let grid, bound.exact(frameNorm: norm) < grid.step / 4 {
      grid.snap(y, count: part.count)
      return (0, bound.exact(frameNorm: norm))
    }
    let distance = bound.numPy(frameNorm: norm)
    return (isExact ? repair(part, y, distance) : 0, distance)
  }

  /// Puts the values that the outputs need, zero where the signal has none, at the frame's start. Returns the sum of their squares;
  /// 0 only if all are zero.
  private func load(frameOf part: Range<Int>, into input: UnsafeMutablePointer<Double>) -> Double {
    let begin = part.lowerBound - (reversed.count - 1)
    let inside = (begin..<begin + transform.frame).clamped(to: 0..<signal.count)
    input.update(repeating: 0, count: transform.frame)
    return signal.withUnsafeBufferPointer { signal in
      (input + (inside.lowerBound - begin)).update(from: signal.baseAddress! + inside.lowerBound, count: inside.count)
      var (squares, magnitudes) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
      for n in stride(from: 0, to: transform.frame, by: 8) {
        let values = UnsafeRawPointer(input + n).loadUnaligned(as: SIMD8<Double>.self)
        squares += values * values
        magnitudes.replace(with: 1, where: values .!= 0)
      }
      let sum = squares.sum()
      return sum == 0 && magnitudes.sum() != 0 ? .leastNonzeroMagnitude : sum
    }
  }

  /// Computes again what values within `distance` of it would be rounded to in different ways.
  private func repair(_ part: Range<Int>, _ y: UnsafeMutablePointer<Double>, _ distance: Double) -> Int {
    var count = 0
    sums { sums in
      rounding.forEachUncertain(y, count: part.count, bound: distance) { n in
        sums.write(part.lowerBound + n..<part.lowerBound + n + 1, to: y + n, jobs: 1)
        count += 1
      }
    }
    return count
  }

  private func sums<Result>(_ body: (OutputSums) -> Result) -> Result {
    signal.withUnsafeBytes { x in
      reversed.withUnsafeBytes { r in
        body(
          OutputSums(
            x: x.baseAddress!, n: signal.count, r: r.baseAddress!, m: reversed.count, elementBytes: MemoryLayout<Double>.stride,
            loops: loops))
      }
    }
  }
}
