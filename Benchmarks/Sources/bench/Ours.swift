import Convolution
import Vector

/// Our convolver in one precision, and what it says of itself. The only file that knows how it is made and called.
class Ours {
  let name: String
  let plan: String
  /// What the plan is expected to take for a block, in nanoseconds, if it says so.
  let predictedNanoseconds: Double?
  /// All that a block reads or writes.
  let bytes: Int
  fileprivate var convolver: Convolver

  /// - Parameter costs: by which its plan is chosen; measured on this machine by default.
  init(_ material: Material, _ precision: Precision, costs: CostTable?) throws {
    let cell = material.cell
    var routes: [Route] = []
    for (to, row) in material.kernels.enumerated() {
      for (from, taps) in row.enumerated() {
        routes.append(Route(from: from, to: to, response: try ImpulseResponse(taps.map { Double($0) })))
      }
    }
    let costs = costs ?? Self.costs[precision]!
    convolver = try Convolver(
      block: cell.block, inputs: cell.channels, outputs: cell.channels, routes: routes, precision: precision, costs: costs)
    let shape = MatrixShape(block: cell.block, inputs: cell.channels, outputs: cell.channels, routes: routes)
    name = precision == .float32 ? "convolved" : "convolved \(precision)"
    plan = convolver.plan.description
    predictedNanoseconds = convolver.plan.predictedNanoseconds(for: shape, precision: precision, costs: costs)
    bytes = convolver.regions.reduce(0) { $0 + $1.count }
  }

  /// As the daemon has them: measured on this machine.
  static let costs = Dictionary(uniqueKeysWithValues: Precision.allCases.map { ($0, CostTable.measured($0)) })
}

/// Float32 within, float32 samples.
final class OursInFloat32: Ours, Contender {
  init(_ material: Material, costs: CostTable? = nil) throws { try super.init(material, .float32, costs: costs) }

  func process(_ x: UnsafePointer<UnsafePointer<Float>>, to y: UnsafePointer<UnsafeMutablePointer<Float>>) {
    convolver.process(x, to: y)
  }
}

/// Float64 within, float64 samples.
final class OursInFloat64: Ours, Contender {
  init(_ material: Material, costs: CostTable? = nil) throws { try super.init(material, .float64, costs: costs) }

  func process(_ x: UnsafePointer<UnsafePointer<Double>>, to y: UnsafePointer<UnsafeMutablePointer<Double>>) {
    convolver.process(x, to: y)
  }
}
