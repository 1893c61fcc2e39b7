import Vector

/// What the parts of a convolution cost, in nanoseconds: the measure by which a plan is chosen, and its load predicted.
///
/// `shipped` comes from `make bench-costs` on an AMD EPYC (Zen 5); `measured` makes one for the processor at hand.
public struct CostTable: Sendable, Equatable {
  /// A call of a loop, whatever it does.
  public var call: Double
  /// A turn of a further level in place: what the change between levels hides from the processor.
  public var turn: Double
  /// A factor on levels that lose the caches to others from one turn to the next.
  public var far: Double
  /// A sample of an input or an output: conversion and rings.
  public var sample: Double
  /// One tap for one frame in the direct form.
  public var tapFrame: Double
  /// A transform of 2^k points, k from 6 on: a frame into its spectrum, and a spectrum into the output ring.
  public var forward: [Double]
  public var inverse: [Double]
  /// The product of one bin with one partition's, added up: for spectra that are met again after 2^k bytes, k from 14 on.
  public var product: [Double]

  public init(
    call: Double, turn: Double, far: Double, sample: Double, tapFrame: Double, forward: [Double], inverse: [Double], product: [Double]
  ) {
    (self.call, self.turn, self.far, self.sample, self.tapFrame) = (call, turn, far, sample, tapFrame)
    (self.forward, self.inverse, self.product) = (forward, inverse, product)
  }

  static let firstSize = 6
  static let firstDistance = 14
  /// Binary logarithms of sizes and of distances that are measured.
  static let sizes = firstSize...18
  static let distances = firstDistance...26

  func forward(size: Int) -> Double { forward[size.trailingZeroBitCount - Self.firstSize] }

  func inverse(size: Int) -> Double { inverse[size.trailingZeroBitCount - Self.firstSize] }

  /// ns a bin, between the measured distances on a line.
  func product(distance: Double) -> Double {
    var (low, bytes) = (0, Double(1 << Self.firstDistance))
    guard distance > bytes else { return product[0] }
    while low + 1 < product.count, bytes * 2 < distance { (low, bytes) = (low + 1, bytes * 2) }
    guard low + 1 < product.count else { return product[low] }
    let share = min(1, distance / bytes - 1)
    return product[low] + (product[low + 1] - product[low]) * share
  }

  /// The factor for a level that meets its spectra again after `distance` bytes.
  func farness(distance: Double) -> Double {
    let (near, away) = (Double(1 << 18), Double(1 << 20))
    return 1 + (far - 1) * min(1, max(0, (distance - near) / (away - near)))
  }

  /// `taps` taps over `frames` frames.
  func direct(taps: Int, frames: Int) -> Double { taps == 0 ? 0 : call + tapFrame * Double(taps) * Double(frames) }
}
