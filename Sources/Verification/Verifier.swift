import Buffers
import BlockProcessing
import Convolution
import Numbers
import PCM

/// Streams a random programme through a copy of an engine and compares what it plays with the offline result.
///
/// The copy has the engine's matrix, plan, kernels, precision and sample formats, and takes the programme in random portions, from a random
/// frame of a block on. The offline result is np.convolve, route by route, by other transforms and without blocks; where that lies too near to a
/// rounding boundary to tell, the sum in integers.
public struct Verifier: Sendable {
  public var routes: [Route]
  public var capture: SampleFormat
  public var playback: SampleFormat
  public var frames: Int
  public var seed: UInt64

  public init(routes: [Route], capture: SampleFormat, playback: SampleFormat, frames: Int, seed: UInt64) {
    self.routes = routes
    self.capture = capture
    self.playback = playback
    self.frames = frames
    self.seed = seed
  }

  /// What comes of it.
  public struct Result: Sendable, Equatable {
    public var outputs: [OutputComparison]
    /// Samples out of the playback format's range, clipped on both sides.
    public var clippedSamples: Int
  }

  /// The level of an output, at most, by the norm of its kernels: peaks rarely clip.
  private static let rms = 0.25

  /// Takes some seconds for ten of sound; nothing of it is real-time safe.
  ///
  /// - Parameters:
  ///   - convolver, tails: the copy's, for the same routes.
  ///   - isCancelled: asked now and then.
  /// - Returns: nil where it was cancelled.
  public func run(_ convolver: consuming Convolver, tails: [TailPlan] = [], isCancelled: () -> Bool = { false }) -> Result? {
    let (inputs, outputs, block) = (convolver.inputs, convolver.outputs, convolver.block)
    var random = SplitMix64(seed: seed)
    let programme = RandomProgramme(capture, inputs: inputs, frames: frames, peak: peak(outputs), using: &random)
    let copy = EngineCopy(convolver, tails: tails, capture: capture, playback: playback)
    let lead = Int.random(in: 0..<block, using: &random)
    guard stream(programme, after: lead, into: copy, block: block, using: &random, isCancelled: isCancelled) else { return nil }
    var comparisons: [OutputComparison] = []
    for output in 0..<outputs {
      let comparator = Comparator(
        format: playback, sums: copy.sums[output], programme: programme, routes: routes.filter { $0.to == output })
      let played = copy.samples(output, from: lead, count: frames)
      guard let comparison = comparator.compare(played, isCancelled: isCancelled) else { return nil }
      comparisons.append(comparison)
    }
    return Result(outputs: comparisons, clippedSamples: copy.clippedSamples)
  }

  private func peak(_ outputs: Int) -> Double {
    let squares = (0..<outputs).map { output in
      routes.filter { $0.to == output }.reduce(0) { sum, route in
        sum + route.gain * route.gain * route.response.taps.reduce(0) { $0 + $1 * $1 }
      }
    }
    // Of even noise, whose level is its peak by the root of three.
    let loudest = (squares.max() ?? 0).squareRoot()
    return loudest > 0 ? min(1, Self.rms * 3.0.squareRoot() / loudest) : 1
  }

  /// - Returns: false where it was cancelled.
  private func stream(
    _ programme: RandomProgramme, after lead: Int, into copy: EngineCopy, block: Int, using random: inout SplitMix64,
    isCancelled: () -> Bool
  ) -> Bool {
    let inputs = programme.samples.count
    copy.take(repeatElement(0, count: lead * inputs * capture.bytes))
    var position = 0
    while position < frames {
      if isCancelled() { return false }
      let count = min(frames - position, Int.random(in: 1...4 * block, using: &random))
      copy.take(encoded(programme, position..<position + count))
      position += count
    }
    copy.flush()
    return true
  }

  /// Frames as the capture device gives them.
  private func encoded(_ programme: RandomProgramme, _ frames: Range<Int>) -> [UInt8] {
    let planes = Planes(channels: programme.samples.count, frames: frames.count)
    for (input, samples) in programme.samples.enumerated() {
      for (n, frame) in frames.enumerated() { planes.pointers[input][n] = Double(samples[frame]) * programme.step }
    }
    var bytes = [UInt8](repeating: 0, count: frames.count * planes.channels * capture.bytes)
    bytes.withUnsafeMutableBytes {
      _ = capture.encode(planes.pointers, count: frames.count, channels: planes.channels, to: $0.baseAddress!)
    }
    return bytes
  }
}
