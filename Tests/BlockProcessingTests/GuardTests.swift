import Buffers
import BlockProcessing
import Foundation
import TestSupport
import Testing

@Suite("Guards")
struct GuardTests {
  private static let notSound = [Double.nan, -.nan, .infinity, -.infinity, .signalingNaN, 0x1p21, -.greatestFiniteMagnitude]

  @Test("a sample that is no sound is found wherever it stands, and nothing else is touched")
  func samples() {
    var random = SeededGenerator(seed: 71)
    for count in [1, 2, 7, 64, 441] {
      let x = random.noise(count).map { $0 * 0x1p20 }
      var same = x
      let silencedOfSound = clearSamples(beyond: loudestInput, &same, count: count)
      #expect(silencedOfSound == 0 && same == x)
      #expect(areWithin(loudestInput, x, count: count))
      for value in Self.notSound {
        let place = Int.random(in: 0..<count, using: &random)
        var (y, expected) = (x, x)
        y[place] = value
        expected[place] = 0
        #expect(!areWithin(loudestInput, y, count: count))
        let silenced = clearSamples(beyond: loudestInput, &y, count: count)
        #expect(silenced == 1 && y == expected)
      }
    }
    // What is as loud as may be stays beside what is louder.
    var edge = [loudestInput, 0x1p21, -loudestInput]
    let silenced = clearSamples(beyond: loudestInput, &edge, count: 3)
    #expect(silenced == 1 && edge == [loudestInput, 0, -loudestInput])
    #expect(areWithin(.infinity, [1, .infinity], count: 2) && !areWithin(.infinity, [1, .nan], count: 2))
  }

  @Test("a block that is not finite is silence, and when the kernel has forgotten it the output opens again", arguments: [1, 700, 3000])
  func output(taps: Int) throws {
    var random = SeededGenerator(seed: 72)
    let (block, fade, blocks) = (64, 100, 400)
    let (x, h) = (random.noise(block * blocks), random.noise(taps))
    var poisoned = x
    poisoned[20 * block + 5] = .nan
    let bench = Bench(try program(h, block: block), block: block, rampFrames: fade, isGuarded: true)
    let expected = convolved(x, h)
    var healthySince: Int?
    for index in 0..<blocks {
      let range = index * block..<(index + 1) * block
      let y = bench.run(poisoned[range]).output
      #expect(y.allSatisfy { $0.isFinite }, "block \(index)")
      if bench.processor.isFaulty {
        #expect(index >= 20 && y.allSatisfy { $0 == 0 } && bench.isSilent)
        healthySince = nil
      } else if healthySince == nil {
        healthySince = index
      }
      let opened = (index - (healthySince ?? index)) * block
      if index < 20 && index >= 2 { #expect(zip(y, expected[range]).allSatisfy { abs($0 - $1) < 1e-10 }) }
      if index > 20 && opened >= fade {
        #expect(zip(y, expected[range]).allSatisfy { abs($0 - $1) < 1e-10 }, "\(taps) taps, block \(index)")
      }
    }
    // What a partition hears is the kernel's length, and as much again while it is spread.
    #expect(healthySince! > 20 && healthySince! <= 20 + (2 * taps + 8 * block) / block, "healthy from block \(healthySince!)")
  }

  @Test("a new program whose output is not finite is rejected, and what was heard before stays")
  func rejected() throws {
    var random = SeededGenerator(seed: 73)
    let block = 64
    let (x, h) = (random.noise(block * 60), random.noise(500))
    let expected = convolved(x, h)
    let first = try program(h, block: block)
    // Finite taps, whose sums are not.
    let huge = try program([Double](repeating: 1.5e308, count: 3), block: block, fadeFrames: 200)
    let bench = Bench(first, block: block, rampFrames: 0, isGuarded: true)
    var (returned, isRejected) = (0, false)
    for index in 0..<60 {
      if index == 30 {
        #expect(warm(huge, from: first))
        bench.processor.begin(huge)
      }
      let (y, finished) = bench.run(x[index * block..<(index + 1) * block]) { isRejected = huge.pointee.isRejected }
      returned += finished ? 1 : 0
      #expect(zip(y, expected[index * block..<(index + 1) * block]).allSatisfy { abs($0 - $1) < 1e-10 }, "block \(index)")
    }
    #expect(returned == 1 && isRejected && !bench.processor.isChanging)
  }

  @Test("nothing above the ceiling leaves: the block fades to silence before it", arguments: [0, 1, 2, 40, 63])
  func ceiling(place: Int) {
    var random = SeededGenerator(seed: 74)
    let (frames, limit) = (64, 0.5)
    let x = (0..<2).map { _ in random.noise(frames).map { $0 * limit } }
    var y = x
    let within = enforce(limit, &y)
    #expect(within == nil && y == x, "what is within stays, the ceiling itself included")
    y[1][place] = -0.75
    y[0][min(place + 3, frames - 1)] = place == frames - 1 ? y[0][place] : 2
    let excess = enforce(limit, &y)
    #expect(excess == 0.75)
    for channel in 0..<2 {
      for n in 0..<place {
        let gain = 1 - weight(n, of: place)
        #expect(abs(y[channel][n] - x[channel][n] * gain) < 1e-15)
      }
      #expect(y[channel][place...].allSatisfy { $0 == 0 })
    }
  }

  private func enforce(_ limit: Double, _ y: inout [[Double]]) -> Double? {
    let frames = y[0].count
    let planes = Planes(channels: y.count, frames: frames)
    for (channel, samples) in y.enumerated() { for n in 0..<frames { planes.pointers[channel][n] = samples[n] } }
    let excess = Ceiling(magnitude: limit).enforce(on: planes.pointers, channels: y.count, frames: frames)
    y = y.indices.map { channel in (0..<frames).map { planes.pointers[channel][$0] } }
    return excess
  }
}
