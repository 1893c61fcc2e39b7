import Convolution
import TestSupport
import Testing

@Suite("Impulse response")
struct ImpulseResponseTests {
  /// Taps that float32 holds, taps that it does not, or both, with what is hard to keep.
  private static func taps(using random: inout SeededGenerator) -> [Double] {
    let kind = Int.random(in: 0...3, using: &random)
    var taps = random.noise(Int.random(in: 1...5000, using: &random)).map { kind < 2 ? Double(Float($0)) : $0 }
    let hard = [0, -0.0, 0x1p-126, -0x1p127, 0x1p-149, 0x1p-1074, 0x1p1023, 1 + 0x1p-52]
    for _ in 0..<(kind == 1 || kind == 3 ? 3 : 0) {
      taps[Int.random(in: taps.indices, using: &random)] = hard[Int.random(in: 0..<(kind == 1 ? 4 : 8), using: &random)]
    }
    return taps
  }

  @Test("keeps its taps bit for bit, in 4 bytes each where all of them are float32")
  func kept() throws {
    var random = SeededGenerator(seed: 81)
    var narrow = 0
    for _ in 0..<300 {
      let taps = Self.taps(using: &random)
      let response = try ImpulseResponse(taps)
      #expect(response.count == taps.count && response.taps.map(\.bitPattern) == taps.map(\.bitPattern), "seed 81")
      let isNarrow = taps.allSatisfy { $0 == 0 || Double(Float($0)) == $0 && Float($0).isNormal }
      #expect(response.region.count == (isNarrow ? 4 : 8) * taps.count)
      narrow += isNarrow ? 1 : 0
      let sum = taps.reduce(0) { $0 + abs($1) }
      #expect(response.magnitudes == sum || abs(response.magnitudes - sum) <= sum * 1e-12)
    }
    #expect(100...200 ~= narrow)
  }

  @Test("equals one of the same taps, and no other: not one of a tap more, or of one other bit")
  func equality() throws {
    var random = SeededGenerator(seed: 82)
    for _ in 0..<300 {
      let taps = Self.taps(using: &random)
      let (response, same) = (try ImpulseResponse(taps), try ImpulseResponse(taps.map { $0 == 0 ? -$0 : $0 }))
      #expect(response == same && response.hashValue == same.hashValue && taps.withUnsafeBufferPointer(response.equals), "seed 82")
      var changed = taps
      let place = Int.random(in: taps.indices, using: &random)
      changed[place] = taps[place] == 0 ? 1 : taps[place].nextDown
      for other in [changed, taps + [0], [0] + taps] + (taps.count > 1 ? [Array(taps.dropLast())] : []) {
        let different = try ImpulseResponse(other)
        #expect(response != different && !other.withUnsafeBufferPointer(response.equals), "seed 82, tap \(place)")
        // Of 1200 random pairs: digests of 64 bits hardly ever meet.
        #expect(response.hashValue != different.hashValue)
      }
    }
  }

  @Test("taps in another order have another digest")
  func order() throws {
    var random = SeededGenerator(seed: 83)
    for _ in 0..<200 {
      let taps = random.noise(Int.random(in: 2...40, using: &random))
      var swapped = taps
      swapped.swapAt(0, Int.random(in: 1..<taps.count, using: &random))
      #expect(try ImpulseResponse(taps).hashValue != ImpulseResponse(swapped).hashValue, "seed 83")
    }
  }

  @Test("head and tail of a route are its taps without a copy, and equal responses of the same taps")
  func parts() throws {
    var random = SeededGenerator(seed: 84)
    for _ in 0..<200 {
      var taps = Self.taps(using: &random)
      for n in 0..<Int.random(in: 0...taps.count / 2, using: &random) { taps[n] = 0 }
      let route = Route(from: 0, to: 0, response: try ImpulseResponse(taps), gain: 0.5, delay: Int.random(in: 0...9, using: &random))
      let frame = Int.random(in: 0...taps.count + 10, using: &random)
      var joined = [Double](repeating: 0, count: taps.count)
      for (part, start) in [(route.head(before: frame), 0), (route.tail(from: frame), frame)] {
        guard let part else { continue }
        #expect(part.response.region.baseAddress == route.response.region.baseAddress && part.gain == 0.5)
        let own = part.response.taps
        let alone = try ImpulseResponse(own)
        #expect(alone == part.response && alone.hashValue == part.response.hashValue && own.withUnsafeBufferPointer(part.response.equals))
        // Nothing is kept before the first tap that is not zero.
        #expect(own.first != 0 && own.last != 0)
        for (n, tap) in own.enumerated() { joined[part.delay + start + n - route.delay] += tap }
      }
      #expect(joined == taps, "seed 84, frame \(frame)")
    }
  }

  @Test("that is not finite names its first tap that is not, wherever that is")
  func notFinite() throws {
    var random = SeededGenerator(seed: 85)
    for _ in 0..<100 {
      var taps = random.noise(Int.random(in: 1...5000, using: &random)).map { $0 * 0x1p1000 }
      let place = Int.random(in: taps.indices, using: &random)
      let value = [Double.infinity, -.infinity].randomElement(using: &random)!
      taps[place] = value
      taps[taps.count - 1] = value
      #expect(throws: ConvolutionError.tapNotFinite(index: min(place, taps.count - 1), value: value)) { try ImpulseResponse(taps) }
    }
    // A sum may be infinite where no tap is.
    #expect(try ImpulseResponse([0x1p1023, -0x1p1023, 0x1p1023]).magnitudes == .infinity)
  }
}
