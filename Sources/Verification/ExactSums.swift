import Convolution

/// The sums of an output in integers of 128 bits: exact for taps of integer formats, accurate to 2^-64 for others.
package struct ExactSums {
  private let routes: [(samples: [Int32], taps: [Int128], delay: Int)]
  /// Sums are in units of 2^-fraction of full scale.
  let fraction: Int

  /// - Parameters:
  ///   - routes: the routes that end in the output.
  ///   - magnitudes: the sum of the magnitudes of all their taps.
  package init(_ routes: [Route], _ signal: RandomSignal, magnitudes: Double) {
    let tapFraction = min(100, 124 - signal.bits - max(0, Int(magnitudes.exponent)))
    fraction = tapFraction + signal.bits - 1
    let scale = Double(sign: .plus, exponent: tapFraction, significand: 1)
    self.routes = routes.map { route in
      (signal.samples[route.from], route.response.taps.map { Int128(($0 * route.gain * scale).rounded()) }, route.delay)
    }
  }

  /// The most products of a sum.
  var products: Int { routes.reduce(0) { $0 + $1.taps.count } }

  package subscript(n: Int) -> Int128 {
    var sum: Int128 = 0
    for route in routes {
      let present = n - route.delay
      if present < 0 { continue }
      for k in max(0, present - route.samples.count + 1)..<max(0, min(present + 1, route.taps.count)) {
        sum &+= Int128(route.samples[present - k]) &* route.taps[k]
      }
    }
    return sum
  }

  /// A sum as a sample of `bits` bits, rounded half to even and clipped; full scale is 1.
  package func rounded(_ sum: Int128, bits: Int) -> Double {
    let shift = fraction - (bits - 1)
    let (floor, half) = (sum >> Int128(shift), Int128(1) << Int128(shift - 1))
    let rest = sum - floor << Int128(shift)
    let nearest = rest > half || rest == half && floor & 1 == 1 ? floor + 1 : floor
    let top = Int128(1) << Int128(bits - 1)
    return Double(max(-top, min(nearest, top - 1))) / Double(top)
  }

  /// A sum as float64; full scale is 1.
  package func value(_ sum: Int128) -> Double { Double(sum) * Double(sign: .plus, exponent: -fraction, significand: 1) }

  /// A magnitude in units of the sums.
  func units(_ magnitude: Double) -> Int128 { Int128((magnitude * Double(sign: .plus, exponent: fraction, significand: 1)).rounded(.up)) }
}
