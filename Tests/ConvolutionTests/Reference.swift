import Convolution
import TestSupport
import Vector

/// The convolution sum, as long as `x`.
func convolved(_ x: [Double], _ h: [Double]) -> [Double] { x.indices.map { convolution(x, h, at: $0) } }

/// One output of the convolution sum, rounded once: what products and sums lose is added up apart.
/// Source: T. Ogita, S. M. Rump, S. Oishi, "Accurate sum and dot product", 2005.
func convolution(_ x: [Double], _ h: [Double], at n: Int) -> Double {
  var (sum, lost) = (0.0, 0.0)
  for k in 0...min(n, h.count - 1) {
    let product = h[k] * x[n - k]
    let next = sum + product
    let part = next - sum
    lost += (-product).addingProduct(h[k], x[n - k]) + ((sum - (next - part)) + (product - part))
    sum = next
  }
  return sum + lost
}

func rms(_ x: [Double]) -> Double { (x.reduce(0) { $0 + $1 * $1 } / Double(max(1, x.count))).squareRoot() }

/// The largest difference; NaN in either counts as infinite.
func largestDifference(_ a: [Double], _ b: [Double]) -> Double {
  zip(a, b).map { ($0 - $1).isNaN ? .infinity : abs($0 - $1) }.max() ?? 0
}

extension Convolver {
  /// Convolves whole channels, block after block; their length is a multiple of the block.
  mutating func run(_ signals: [[Double]]) -> [[Double]] {
    var results = [[Double]](repeating: [], count: outputs)
    let x = UnsafeMutablePointer<UnsafePointer<Double>>.allocate(capacity: inputs)
    let y = UnsafeMutablePointer<UnsafeMutablePointer<Double>>.allocate(capacity: outputs)
    let room = UnsafeMutablePointer<Double>.allocate(capacity: (inputs + outputs) * block)
    defer {
      x.deallocate()
      y.deallocate()
      room.deallocate()
    }
    for input in 0..<inputs { x[input] = UnsafePointer(room + input * block) }
    for output in 0..<outputs { y[output] = room + (inputs + output) * block }
    for start in stride(from: 0, to: signals[0].count, by: block) {
      for input in 0..<inputs {
        for n in 0..<block { room[input * block + n] = signals[input][start + n] }
      }
      process(x, to: y)
      for output in 0..<outputs { results[output] += (0..<block).map { y[output][$0] } }
    }
    return results
  }
}

/// A convolver of one route.
func convolver(
  _ taps: [Double], block: Int, precision: Precision = .float64, instructionSet: InstructionSet = .best, plan: Plan? = nil
) throws -> Convolver {
  try Convolver(
    block: block, inputs: 1, outputs: 1, routes: [Route(from: 0, to: 0, response: try ImpulseResponse(taps))], plan: plan,
    precision: precision, instructionSet: instructionSet)
}

/// Any plan that is possible for blocks of `block` frames, whatever it costs.
func anyPlan(block: Int, taps: Int, using random: inout SeededGenerator) throws -> Plan {
  var slots = [32]
  while block % (2 * slots.last!) == 0 { slots.append(2 * slots.last!) }
  let slot = slots.randomElement(using: &random)!
  let late = block % slot == 0 ? 0 : slot
  var parts: [String] = []
  var (size, offset) = (max(64, slot) << Int.random(in: 0...2, using: &random), 0)
  let direct = 2 * (size - slot) + late + slot * Int.random(in: 0...2, using: &random)
  if direct > 0 { parts.append("direct \(direct)") }
  offset = direct
  while offset < taps {
    let next = size << Int.random(in: 1...3, using: &random)
    let count = max(1, (2 * (next - slot) + late - offset + size - 1) / size + Int.random(in: 0...2, using: &random))
    if offset + count * size >= taps || next > 1 << 18 { break }
    parts.append("\(count) x \(size)")
    (offset, size) = (offset + count * size, next)
  }
  return try Plan("\(slot): \((parts + ["\(size)"]).joined(separator: " + "))", block: block)
}
