import Foundation

/// What of a signal lies farther than 2 Hz from its tone, in dB below it.
///
/// A window whose side lobes are below 200 dB; the bins within 2 Hz are taken out in time, where nothing cancels.
/// Complexity: O(frames · seconds)
public func decibelsAround(_ frequency: Double, in signal: ArraySlice<Float>, rate: Double) -> Double {
  let count = signal.count
  // Source: F. J. Harris, On the use of windows (1978): Kaiser-Bessel.
  let beta = 25.0
  let height = bessel(beta)
  var windowed = signal.enumerated().map { n, value in
    let u = 2 * Double(n) / Double(count - 1) - 1
    return Double(value) * bessel(beta * max(0, 1 - u * u).squareRoot()) / height
  }
  let whole = windowed.reduce(0) { $0 + $1 * $1 }
  let bins = Int(((frequency - 2) * Double(count) / rate).rounded(.up))...Int((frequency + 2) * Double(count) / rate)
  for bin in bins {
    let step = 2 * Double.pi * Double(bin) / Double(count)
    let turns = (0..<count).map { n in (cos(step * Double(n)), sin(step * Double(n))) }
    var (re, im) = (0.0, 0.0)
    for (value, turn) in zip(windowed, turns) { (re, im) = (re + value * turn.0, im + value * turn.1) }
    let scale = 2 / Double(count)
    for n in windowed.indices { windowed[n] -= scale * (re * turns[n].0 + im * turns[n].1) }
  }
  return 10 * log10(whole / max(windowed.reduce(0) { $0 + $1 * $1 }, 1e-300))
}

/// The modified Bessel function of order zero, by its series.
private func bessel(_ x: Double) -> Double {
  var (sum, term, n) = (1.0, 1.0, 1.0)
  while term > sum * 1e-17 {
    term *= (x / 2 / n) * (x / 2 / n)
    sum += term
    n += 1
  }
  return sum
}
