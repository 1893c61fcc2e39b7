import Vector

/// The costs of the parts of a convolution, in nanoseconds, by which plans are chosen and their time is predicted.
///
/// `shipped` comes from `make bench-costs` on an AMD EPYC (Zen 5), or is estimated for 64-bit Arm; `measured` measures the present
/// processor.
public struct CostTable: Sendable, Equatable {
  /// A call of any loop.
  public var call: Double
  /// Each further level in a slot: the change between levels, which the processor cannot look across.
  public var slot: Double
  /// A factor on levels whose memory other levels push out of the caches between slots.
  public var far: Double
  /// A sample of an input or an output: conversion and rings.
  public var sample: Double
  /// One tap for one frame in the direct form.
  public var tapFrame: Double
  /// Transforms of 2^k points, k from 6 on: a window into its spectrum, and a spectrum into the output ring.
  public var forward: [Double]
  public var inverse: [Double]
  /// The product of a bin with a partition's bin, added to a sum: for spectra that are read again after 2^k bytes, k from 14 on.
  public var product: [Double]

  public init(
    call: Double, slot: Double, far: Double, sample: Double, tapFrame: Double, forward: [Double], inverse: [Double], product: [Double]
  ) {
    (self.call, self.slot, self.far, self.sample, self.tapFrame) = (call, slot, far, sample, tapFrame)
    (self.forward, self.inverse, self.product) = (forward, inverse, product)
  }

  static let firstSize = 6
  static let firstDistance = 14
  /// Binary logarithms of the sizes and distances that are measured.
  static let sizes = firstSize...18
  static let distances = firstDistance...26

  func forward(size: Int) -> Double { forward[size.trailingZeroBitCount - Self.firstSize] }

  func inverse(size: Int) -> Double { inverse[size.trailingZeroBitCount - Self.firstSize] }

  /// ns a bin, interpolated linearly between the measured distances.
  func product(distance: Double) -> Double {
    var (low, bytes) = (0, Double(1 << Self.firstDistance))
    guard distance > bytes else { return product[0] }
    while low + 1 < product.count, bytes * 2 < distance { (low, bytes) = (low + 1, bytes * 2) }
    guard low + 1 < product.count else { return product[low] }
    let share = min(1, distance / bytes - 1)
    return product[low] + (product[low + 1] - product[low]) * share
  }

  /// The same where two windows share the reading of a kernel: half of what bytes from afar take longer than near ones.
  func sharedProduct(distance: Double) -> Double {
    let far = product(distance: distance)
    return (far + min(far, product[0])) / 2
  }

  /// The factor for a level that reads its spectra again after `distance` bytes.
  func farness(distance: Double) -> Double {
    let (near, away) = (Double(1 << 18), Double(1 << 20))
    return 1 + (far - 1) * min(1, max(0, (distance - near) / (away - near)))
  }

  /// ns for `taps` direct taps over `frames` frames.
  func direct(taps: Int, frames: Int) -> Double { taps == 0 ? 0 : call + tapFrame * Double(taps) * Double(frames) }
}

extension CostTable {
  /// The results of `make bench-costs` on an AMD EPYC (Zen 5) with AVX-512. The choice of a plan depends on ratios, which differ
  /// less between processors than the figures do. On 64-bit Arm they are others: `estimated`.
  public static func shipped(_ precision: Precision) -> CostTable {
    #if arch(arm64)
      estimated(.present, precision)
    #else
      shippedForAMD64(precision)
    #endif
  }

  private static func shippedForAMD64(_ precision: Precision) -> CostTable {
    switch precision {
    case .float32:
      CostTable(
        call: 4, slot: 32, far: 1.15, sample: 0.096, tapFrame: 0.0083,
        forward: [28, 37, 82, 167, 371, 686, 1520, 3080, 6560, 14400, 38100, 85100, 172_000],
        inverse: [43, 50, 109, 245, 540, 955, 1990, 4000, 8180, 20700, 49700, 97000, 209_000],
        product: [0.048, 0.04, 0.08, 0.083, 0.08, 0.061, 0.096, 0.129, 0.14, 0.135, 0.14, 0.2, 0.26])
    case .float64:
      CostTable(
        call: 4, slot: 32, far: 1.15, sample: 0.093, tapFrame: 0.0165,
        forward: [38, 62, 141, 277, 657, 1340, 3010, 5940, 14600, 37600, 90300, 167_000, 384_000],
        inverse: [46, 89, 166, 373, 861, 1885, 3770, 7360, 19700, 48100, 95700, 196_000, 491_000],
        product: [0.115, 0.098, 0.181, 0.171, 0.163, 0.123, 0.223, 0.246, 0.283, 0.249, 0.275, 0.384, 0.529])
    }
  }
}
