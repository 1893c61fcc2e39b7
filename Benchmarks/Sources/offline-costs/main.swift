// Measures what the ways to convolve a long signal cost: the figures of `OfflineCosts`.
// Each time is the minimum over rounds, in which the cells take turns.
import Convolution
import NumPy
import Vector

/// Nanoseconds of a frame through a transform of `points`, from memory that no cache holds.
final class TransformCell {
  let points: Int
  private let transform: OverlapSave
  private let signal: UnsafeMutablePointer<Double>
  private let output: UnsafeMutablePointer<Double>
  private let frames: Int
  private(set) var nanoseconds = Double.infinity

  init(points: Int) {
    self.points = points
    transform = OverlapSave(taps: (0..<points).map { 1 / Double($0 + 1) }, points: points)
    frames = max(1, (1 << 20) / (2 * points))
    signal = .allocate(capacity: frames * 2 * points)
    output = .allocate(capacity: 2 * points)
    for n in 0..<frames * 2 * points { signal[n] = Double.random(in: -1...1) }
  }

  func measure() {
    let time = ContinuousClock().measure {
      for frame in 0..<frames { transform.convolve(signal + frame * 2 * points, into: output) }
    }
    nanoseconds = min(nanoseconds, Double(time.components.attoseconds) * 1e-9 / Double(frames))
  }
}

/// Nanoseconds of an output, whole: values in, bytes ready to be rounded out.
final class OutputCell {
  let convolver: RoundedConvolver
  private let signal: [Double]
  private let outputs: Range<Int>
  private let results: UnsafeMutablePointer<Double>
  private let workspace: RoundedConvolver.Workspace
  private(set) var nanoseconds = Double.infinity
  /// The share of outputs that were summed again.
  private(set) var repaired = 0.0

  init(taps: Int, method: ConvolutionMethod, rounding: Rounding, isExact: Bool = true) {
    convolver = RoundedConvolver(
      taps: (0..<taps).map { Double.random(in: -1...1) / Double($0 + 1) }, outputs: 1 << 24, method: method, rounding: rounding,
      isExact: isExact)
    let count = convolver.stride * max(1, 16_384 / convolver.stride)
    outputs = taps - 1..<taps - 1 + count
    signal = (0..<outputs.upperBound).map { _ in Double.random(in: -1...1) }
    results = .allocate(capacity: count)
    workspace = RoundedConvolver.Workspace(for: [convolver])
  }

  func measure() {
    let time = ContinuousClock().measure {
      signal.withUnsafeBufferPointer {
        let slice = SignalSlice(values: $0.baseAddress!, indices: $0.indices, signalCount: .max)
        repaired = Double(convolver.write(outputs, of: slice, to: results, with: workspace).repaired) / Double(outputs.count)
      }
    }
    nanoseconds = min(nanoseconds, Double(time.components.attoseconds) * 1e-9 / Double(outputs.count))
  }
}

print("float64, \(InstructionSet.best), profile \(Profile.automatic): minimum of the rounds")
let transforms = (4...20).map { TransformCell(points: 1 << $0) }
for _ in 0..<30 { for cell in transforms { cell.measure() } }
print("\n      points   ns a point")
for cell in transforms { print(column(Double(cell.points), 0) + column(cell.nanoseconds / Double(cell.points), 2)) }

let taps = [1, 4, 11, 16, 32, 64, 256, 1_024, 16_384]
let direct = taps.map { OutputCell(taps: $0, method: .direct, rounding: .none) }
let rounded = taps.map { OutputCell(taps: $0, method: .fft, rounding: .integer(bits: 16)) }
for _ in 0..<30 { for cell in direct + rounded { cell.measure() } }
print("\n        taps   direct, ns a tap and output    FFT of    ns an output    without its transform")
for index in taps.indices {
  let (own, whole) = (direct[index], rounded[index])
  let frame = transforms.first { 2 * $0.points == whole.convolver.windowLength }!
  let rest = whole.nanoseconds - frame.nanoseconds / Double(whole.convolver.stride)
  print(
    [
      column(Double(taps[index]), 0), column(own.nanoseconds / Double(taps[index]), 4), column(Double(whole.convolver.windowLength), 0),
      column(whole.nanoseconds, 2), column(rest, 2),
    ].joined(separator: "   "))
}

let long = [16_384, 32_768, 131_072]
let exact = long.map { OutputCell(taps: $0, method: .fft, rounding: .float32) }
let bounded = long.map { OutputCell(taps: $0, method: .fft, rounding: .float32, isExact: false) }
for _ in 0..<5 { for cell in exact + bounded { cell.measure() } }
print("\n        taps    --fast, ns an output    exact    repaired of a million    ns a repaired tap, magnitudes included")
for index in long.indices {
  let (fast, whole) = (bounded[index], exact[index])
  let tap = (whole.nanoseconds - fast.nanoseconds) / (whole.repaired * Double(long[index]))
  print(
    [
      column(Double(long[index]), 0), column(fast.nanoseconds, 2), column(whole.nanoseconds, 2), column(1e6 * whole.repaired, 0),
      column(tap, 4),
    ].joined(separator: "   "))
}

/// `value` with `digits` decimals, right-aligned.
func column(_ value: Double, _ digits: Int) -> String {
  var scale = 1.0
  for _ in 0..<digits { scale *= 10 }
  let rounded = (value * scale).rounded() / scale
  let text = digits == 0 ? "\(Int(rounded))" : "\(rounded)"
  return String(repeating: " ", count: max(1, 12 - text.count)) + text
}
