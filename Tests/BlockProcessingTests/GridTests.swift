import BlockProcessing
import Convolution
import TestSupport
import Testing

@Suite("Sums on a grid")
struct GridTests {
  /// Integers of `bits` bits: noise, quiet noise, single ones in silence.
  private func integers(_ frames: Int, bits: Int, using random: inout SeededGenerator) -> [Int] {
    var samples: [Int] = []
    while samples.count < frames {
      let most = 1 << Int.random(in: 0..<bits, using: &random)
      let isSparse = Bool.random(using: &random)
      for _ in 0..<Int.random(in: 1...2000, using: &random) {
        let sample = Int.random(in: -most...(most - 1), using: &random)
        samples.append(!isSparse || sample & 15 == 0 ? sample : 0)
      }
    }
    return Array(samples[..<frames])
  }

  /// Integers whose sum of magnitudes is about `sum` times their full scale.
  private func kernel(_ taps: Int, bits: Int, sum: Double, using random: inout SeededGenerator) -> [Int] {
    let scale = Double(1 << (bits - 1)) * 2 * sum / Double(taps)
    return random.noise(taps).map { Int(($0 * min(scale, Double(1 << (bits - 1) - 1))).rounded()) }
  }

  private func exact(_ x: [Int], _ h: [Int], at n: Int) -> Int {
    (0...min(n, h.count - 1)).reduce(0) { $0 + h[$1] * x[n - $1] }
  }

  /// The convolver of a program, which leaves sums as they are.
  private func plain(_ taps: [Double], block: Int) throws -> Convolver {
    try Convolver(block: block, inputs: 1, outputs: 1, routes: [Route(from: 0, to: 0, response: try ImpulseResponse(taps))])
  }

  private func run(_ convolver: inout Convolver, _ samples: ArraySlice<Double>) -> [Double] {
    Array(samples).withUnsafeBufferPointer { x in
      [Double](unsafeUninitializedCapacity: x.count) { y, count in
        var (input, output) = (x.baseAddress!, y.baseAddress!)
        convolver.process(&input, to: &output)
        count = x.count
      }
    }
  }

  private func scaled(_ values: [Int], bits: Int) -> [Double] { values.map { Double($0) / Double(1 << (bits - 1)) } }

  @Test("are exact, whatever the block and the plan; the same sums without a grid are not")
  func exact() throws {
    var random = SeededGenerator(seed: 61)
    var inexact = 0
    for index in 0..<(Soak.cases > 0 ? 400 : 20) {
      let block = [32, 64, 100, 256, 441].randomElement(using: &random)!
      let (bits, tapBits) = [(16, 16), (16, 24), (24, 16), (16, 16)][index % 4]
      let frames = 24_000 / block * block
      let x = integers(frames, bits: bits, using: &random)
      let h = kernel(Int.random(in: 1...6000, using: &random), bits: tapBits, sum: 2, using: &random)
      let bench = Bench(try program(scaled(h, bits: tapBits), block: block), block: block, rampFrames: 0)
      var convolver = try plain(scaled(h, bits: tapBits), block: block)
      let signal = scaled(x, bits: bits)
      let unit = Double(1 << (bits + tapBits - 2))
      for start in stride(from: 0, to: frames, by: block) {
        let samples = signal[start..<start + block]
        let (snapped, plain) = (bench.run(samples).output, run(&convolver, samples))
        for n in 0..<block where n % 7 == 0 {
          let sum = Double(exact(x, h, at: start + n)) / unit
          #expect(snapped[n] == sum, "seed 61, case \(index), \(bits) by \(tapBits) bits, block \(block), frame \(start + n)")
          if plain[n] != sum { inexact += 1 }
        }
      }
    }
    #expect(inexact > 1000, "rounding errors are what the grid takes away")
  }

  @Test("a quiet sample after a loud one is half a step, and rounds to zero")
  func tie() throws {
    var random = SeededGenerator(seed: 62)
    // 24 bits: half at once, then nothing, then some reflections.
    let scale = Double(1 << 23)
    var h = [Double](repeating: 0, count: 20_000)
    h[0] = 0.5
    for k in 5000..<6000 { h[k] = (Double.random(in: -0.01...0.01, using: &random) * scale).rounded() / scale }
    let (block, step) = (64, 0x1p-15)
    var x = [Double](repeating: 0, count: block * 400)
    for n in 0..<500 { x[n] = Double(Int.random(in: -30_000...30_000, using: &random)) * step }
    // Nothing but these meets a tap, though the transforms still hold what was loud.
    let quiet = stride(from: 6600, to: 11_000, by: 3)
    for n in quiet { x[n] = -step }
    let bench = Bench(try program(h, block: block), block: block, rampFrames: 0)
    var convolver = try self.plain(h, block: block)
    var (snapped, plain): ([Double], [Double]) = ([], [])
    for start in stride(from: 0, to: 11_008, by: block) {
      snapped += bench.run(x[start..<start + block]).output
      plain += run(&convolver, x[start..<start + block])
    }
    func rounded(_ y: [Double]) -> Set<Double> { Set(quiet.map { (y[$0] / step).rounded(.toNearestOrEven) }) }
    #expect(rounded(plain) == [-1, 0] && rounded(snapped) == [0])
    #expect(quiet.allSatisfy { snapped[$0] == -step / 2 })
  }

  @Test("a change of kernels is exact before and after its fade")
  func change() throws {
    var random = SeededGenerator(seed: 63)
    let (block, frames) = (64, 64 * 300)
    let x = integers(frames, bits: 16, using: &random)
    let kernels = (0..<2).map { _ in kernel(2000, bits: 16, sum: 2, using: &random) }
    let programs = try kernels.map { try program(scaled($0, bits: 16), block: block, fadeFrames: 640) }
    let bench = Bench(programs[0], block: block, rampFrames: 0)
    let signal = scaled(x, bits: 16)
    var finished: Int?
    for index in 0..<frames / block {
      if index == 100 {
        #expect(warm(programs[1], from: programs[0]))
        bench.processor.begin(programs[1])
      }
      let range = index * block..<(index + 1) * block
      let (y, isFinished) = bench.run(signal[range])
      if isFinished { finished = index }
      if index >= 100 && (finished ?? index) >= index { continue }
      let h = kernels[finished == nil ? 0 : 1]
      for n in stride(from: 0, to: block, by: 9) {
        #expect(y[n] == Double(exact(x, h, at: range.lowerBound + n)) * 0x1p-30, "frame \(range.lowerBound + n)")
      }
    }
    #expect(finished != nil)
  }

  @Test("a fade between programs that agree leaves sums exact, whatever its length", arguments: [1, 63, 64, 65, 640])
  func unchanged(fadeFrames: Int) throws {
    var random = SeededGenerator(seed: 64)
    let (block, frames, start) = (64, 64 * 40, 20)
    let x = integers(frames, bits: 16, using: &random)
    let h = kernel(500, bits: 16, sum: 2, using: &random)
    let programs = try (0..<2).map { _ in try program(scaled(h, bits: 16), block: block, fadeFrames: fadeFrames) }
    let bench = Bench(programs[0], block: block, rampFrames: 0)
    let signal = scaled(x, bits: 16)
    var isFinished = false
    for index in 0..<frames / block {
      if index == start {
        #expect(warm(programs[1], from: programs[0]))
        bench.processor.begin(programs[1])
      }
      let range = index * block..<(index + 1) * block
      let (y, isOver) = bench.run(signal[range])
      isFinished = isFinished || isOver
      if index >= start {
        for n in 0..<block {
          #expect(y[n] == Double(exact(x, h, at: range.lowerBound + n)) * 0x1p-30, "frame \(range.lowerBound + n)")
        }
      }
    }
    #expect(isFinished)
  }
}
