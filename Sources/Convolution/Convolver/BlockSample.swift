import CIntrinsics
import Vector

/// A type of samples in a caller's blocks. Proved to be real-time safe where it is inlined, once the type is known.
protocol BlockSample: ExpressibleByIntegerLiteral {
  static func convert(_ x: UnsafePointer<Self>, to y: UnsafeMutableRawPointer, count: Int, _ loops: VectorLoops)
  static func convert(_ x: UnsafeRawPointer, to y: UnsafeMutablePointer<Self>, count: Int, _ loops: VectorLoops)
  /// Converts, and sets `x` to zero.
  static func take(_ x: UnsafeMutableRawPointer, to y: UnsafeMutablePointer<Self>, count: Int, _ loops: VectorLoops)
}

extension Double: BlockSample {
  @inline(__always)
  static func convert(_ x: UnsafePointer<Double>, to y: UnsafeMutableRawPointer, count: Int, _ loops: VectorLoops) {
    loops.convert(x, to: y, count: count)
  }

  @inline(__always)
  static func convert(_ x: UnsafeRawPointer, to y: UnsafeMutablePointer<Double>, count: Int, _ loops: VectorLoops) {
    loops.convert(x, toDouble: y, count: count)
  }

  @inline(__always)
  static func take(_ x: UnsafeMutableRawPointer, to y: UnsafeMutablePointer<Double>, count: Int, _ loops: VectorLoops) {
    loops.take(x, toDouble: y, count: count)
  }
}

extension Float: BlockSample {
  @inline(__always)
  static func convert(_ x: UnsafePointer<Float>, to y: UnsafeMutableRawPointer, count: Int, _ loops: VectorLoops) {
    loops.convert(x, to: y, count: count)
  }

  @inline(__always)
  static func convert(_ x: UnsafeRawPointer, to y: UnsafeMutablePointer<Float>, count: Int, _ loops: VectorLoops) {
    loops.convert(x, toFloat: y, count: count)
  }

  @inline(__always)
  static func take(_ x: UnsafeMutableRawPointer, to y: UnsafeMutablePointer<Float>, count: Int, _ loops: VectorLoops) {
    loops.take(x, toFloat: y, count: count)
  }
}
