import ArgumentParser

/// Parses one of several rates in Hz.
@Sendable func rateArgument(_ text: String) throws -> Int {
  if let rate = Int(text) { return rate }
  let remedy = text.contains(",") ? "separate rates by a space, as in --rate 44100 48000" : "write a whole number of Hz, as in --rate 48000"
  throw ValidationError(remedy)
}
