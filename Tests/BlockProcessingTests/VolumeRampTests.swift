import BlockProcessing
import TestSupport
import Testing

@Suite("VolumeRamp")
struct VolumeRampTests {
  private static let block = 64

  /// Runs `x` through a ramp; `wanted` tells for each block the factor and whether it is there at once.
  private func scaled(_ x: [Double], rampFrames: Int, _ wanted: (Int) -> (Double, Bool)) -> [Double] {
    var ramp = VolumeRamp(rampFrames: rampFrames)
    var y = x
    y.withUnsafeMutableBufferPointer { samples in
      for index in 0..<x.count / Self.block {
        let (factor, atOnce) = wanted(index)
        var channel = samples.baseAddress! + index * Self.block
        ramp.apply(factor, to: &channel, channels: 1, frames: Self.block, atOnce: atOnce)
      }
    }
    return y
  }

  @Test("moves along the fade from one factor to the next, whatever the block", arguments: [1, 63, 64, 200])
  func course(frames: Int) {
    var random = SeededGenerator(seed: 51)
    let x = random.noise(Self.block * 20)
    let y = scaled(x, rampFrames: frames) { ($0 < 4 ? 1 : $0 < 12 ? 0.1 : 1, false) }
    for n in x.indices {
      let (first, second) = (n - 4 * Self.block, n - 12 * Self.block)
      let factor = first < 0 ? 1 : second < 0 ? 1 - 0.9 * weight(first, of: frames) : 0.1 + 0.9 * weight(second, of: frames)
      #expect(abs(y[n] - factor * x[n]) < 1e-15, "frame \(n)")
    }
    #expect(y[..<(4 * Self.block)] == x[..<(4 * Self.block)], "at 0 dB no bit is touched")
    #expect(y[(16 * Self.block)...] == x[(16 * Self.block)...], "and again after the ramp")
  }

  @Test("finishes a ramp before it takes up the next factor, and never steps")
  func factorsInARow() {
    let x = [Double](repeating: 1, count: Self.block * 40)
    let frames = 300
    let y = scaled(x, rampFrames: frames) { ($0 < 2 ? 1 : $0 < 4 ? 0.5 : $0 < 5 ? 0.9 : 0.25, false) }
    let steepest = zip(y, y.dropFirst()).map { abs($0 - $1) }.max()!
    #expect(steepest < 1.0 / Double(frames), "the course's own slope is 1.875 times the difference of the factors over its frames")
    #expect(y.min()! >= 0.25 && y.last == 0.25)
    #expect(y[2 * Self.block + frames - 1] == 0.5, "the first is reached though others came meanwhile")
  }

  @Test("is there at once where nothing was heard before")
  func atOnce() {
    let x = [Double](repeating: 1, count: Self.block * 4)
    let y = scaled(x, rampFrames: 1000) { ($0 < 2 ? 0.5 : 0.125, $0 == 0 || $0 == 2) }
    #expect(y == (0..<4).flatMap { [Double](repeating: $0 < 2 ? 0.5 : 0.125, count: Self.block) })
  }
}
