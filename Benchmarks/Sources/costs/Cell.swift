import Convolution
import Vector

/// One convolver under measurement.
final class Cell {
  private var convolver: Convolver
  private let x: UnsafeMutablePointer<Double>
  private let y: UnsafeMutablePointer<Double>
  private(set) var nanoseconds = Double.infinity

  init(_ plan: Plan, _ block: Int, _ precision: Precision) throws {
    let taps =
      switch plan.sections[0] {
      case .direct(let taps): taps
      case .partitions(let size, let count): size * count
      }
    let kernel = try PreparedKernel(
      taps: (0..<taps).map { 1 / Double($0 + 1) }, block: block, precision: precision, plan: plan)
    convolver = try Convolver(block: block, inputs: 1, outputs: 1, routes: [Route(from: 0, to: 0, kernel: kernel)], precision: precision)
    x = .allocate(capacity: block)
    y = .allocate(capacity: block)
    for n in 0..<block { x[n] = Double.random(in: -1...1) }
  }

  /// The mean of a few calls in a row; keeps the least.
  func measure() {
    let clock = ContinuousClock()
    let calls = 20
    var input = UnsafePointer(x)
    var output = y
    let time = clock.measure {
      for _ in 0..<calls { convolver.process(&input, to: &output) }
    }
    nanoseconds = min(nanoseconds, Double(time.components.attoseconds) * 1e-9 / Double(calls))
  }
}

/// `value` with `digits` decimals, right-aligned.
func column(_ value: Double, _ digits: Int) -> String {
  var scale = 1.0
  for _ in 0..<digits { scale *= 10 }
  let rounded = (value * scale).rounded() / scale
  let text = digits == 0 ? "\(Int(rounded))" : "\(rounded)"
  return String(repeating: " ", count: max(1, 12 - text.count)) + text
}
