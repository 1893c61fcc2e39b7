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

  init(_ material: Material, _ precision: Precision) throws {
    let cell = material.cell
    var routes: [Route] = []
    for (to, row) in material.kernels.enumerated() {
      for (from, taps) in row.enumerated() {
        let kernel = try PreparedKernel(taps: taps.map { Double($0) }, block: cell.block, precision: precision)
        routes.append(Route(from: from, to: to, kernel: kernel))
      }
    }
    name = precision == .float32 ? "convolved" : "convolved \(precision)"
    plan = routes[0].kernel.plan.description
    predictedNanoseconds = nil
    convolver = try Convolver(
      block: cell.block, inputs: cell.channels, outputs: cell.channels, routes: routes, precision: precision)
    bytes = convolver.regions.reduce(0) { $0 + $1.count }
  }
}

/// Float32 within, float32 samples.
final class OursInFloat32: Ours, Contender {
  private let x: Channels<Double>
  private let y: Channels<Double>
  private let cell: Cell

  init(_ material: Material) throws {
    cell = material.cell
    x = Channels(cell.channels, frames: cell.block)
    y = Channels(cell.channels, frames: cell.block)
    try super.init(material, .float32)
  }

  func process(_ x: UnsafePointer<UnsafePointer<Float>>, to y: UnsafePointer<UnsafeMutablePointer<Float>>) {
    for channel in 0..<cell.channels {
      let (source, target) = (x[channel], self.x.pointers[channel])
      for n in 0..<cell.block { target[n] = Double(source[n]) }
    }
    convolver.process(UnsafeRawPointer(self.x.pointers).assumingMemoryBound(to: UnsafePointer<Double>.self), to: self.y.pointers)
    for channel in 0..<cell.channels {
      let (source, target) = (self.y.pointers[channel], y[channel])
      for n in 0..<cell.block { target[n] = Float(source[n]) }
    }
  }
}

/// Float64 within, float64 samples.
final class OursInFloat64: Ours, Contender {
  init(_ material: Material) throws { try super.init(material, .float64) }

  func process(_ x: UnsafePointer<UnsafePointer<Double>>, to y: UnsafePointer<UnsafeMutablePointer<Double>>) {
    convolver.process(x, to: y)
  }
}
