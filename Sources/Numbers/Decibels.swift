import Glibc

/// 20 log10 of a magnitude, 1 being 0 dB; `-infinity` for 0.
package func decibels(_ magnitude: Double) -> Double { 20 * log10(abs(magnitude)) }

/// 20 log10 of a magnitude, 1 being 0 dB; nil for 0, since JSON has no infinity.
package func finiteDecibels(_ magnitude: Double) -> Double? { magnitude > 0 ? decibels(magnitude) : nil }

/// The magnitude that has so many decibels: 1 for 0 dB.
package func magnitude(decibels: Double) -> Double { pow(10, decibels / 20) }
