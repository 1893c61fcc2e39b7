import Buffers
import BlockProcessing
import Convolution
import Numbers
import PCM
import Platform

/// Streams a random signal through a copy of an engine and compares its output with the offline result.
///
/// The copy has the engine's matrix, plan, kernels, precision and sample formats. It takes the signal in random portions, from a
/// random frame of a block on. The offline result is np.convolve, route by route, by other transforms and without blocks; near
/// ties, the exact sum in integers.
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

  /// Bytes that a run takes at the most, without the convolver and the taps in integers of 128 bits: the signal, what is played in an
  /// array that doubles as it grows, and for one output at a time its samples, the offline result and its transforms in float64.
  public static func bytes(frames: Int, inputs: Int, outputs: Int, playback: SampleFormat) -> Int {
    saturatedProduct(frames, 4 * inputs + 3 * playback.bytes * (outputs + 1) + 8 * MemoryLayout<Double>.stride)
  }

  /// The result of a run.
  public struct Result: Sendable, Equatable {
    public var outputs: [OutputComparison]
    /// Samples that were out of the playback format's range, and are clipped in engine and offline result alike.
    public var clippedSamples: Int
  }

  /// The largest RMS of an output, by the norm of its kernels: peaks rarely clip.
  private static let rms = 0.25

  /// Takes some seconds for ten seconds of sound. Not real-time safe.
  ///
  /// - Parameters:
  ///   - convolver, tails: those of the copy, for `routes`.
  ///   - isCancelled: called now and then.
  /// - Returns: nil: it was cancelled.
  public func run(_ convolver: consuming Convolver, tails: [TailPlan] = [], isCancelled: () -> Bool = { false }) -> Result? {
    let (inputs, outputs, block) = (convolver.inputs, convolver.outputs, convolver.block)
    var random = SplitMix64(seed: seed)
    let signal = RandomSignal(capture, inputs: inputs, frames: frames, peak: peak(outputs), using: &random)
    let copy = EngineCopy(convolver, tails: tails, capture: capture, playback: playback)
    let lead = Int.random(in: 0..<block, using: &random)
    guard stream(signal, after: lead, into: copy, block: block, using: &random, isCancelled: isCancelled) else { return nil }
    var comparisons: [OutputComparison] = []
    for output in 0..<outputs {
      let comparator = Comparator(
        format: playback, sums: copy.sums[output], signal: signal, routes: routes.filter { $0.to == output })
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
    // The RMS of uniform noise is its peak by the root of three.
    let loudest = (squares.max() ?? 0).squareRoot()
    return loudest > 0 ? min(1, Self.rms * 3.0.squareRoot() / loudest) : 1
  }

  /// - Returns: false: it was cancelled.
  private func stream(
    _ signal: RandomSignal, after lead: Int, into copy: EngineCopy, block: Int, using random: inout SplitMix64,
    isCancelled: () -> Bool
  ) -> Bool {
    let inputs = signal.samples.count
    copy.take(repeatElement(0, count: lead * inputs * capture.bytes))
    var position = 0
    while position < frames {
      if isCancelled() { return false }
      let count = min(frames - position, Int.random(in: 1...4 * block, using: &random))
      copy.take(encoded(signal, position..<position + count))
      position += count
    }
    copy.flush()
    return true
  }

  /// Frames in the capture format.
  private func encoded(_ signal: RandomSignal, _ frames: Range<Int>) -> [UInt8] {
    let planes = Planes(channels: signal.samples.count, frames: frames.count)
    for (input, samples) in signal.samples.enumerated() {
      for (n, frame) in frames.enumerated() { planes.pointers[input][n] = Double(samples[frame]) * signal.step }
    }
    var bytes = [UInt8](repeating: 0, count: frames.count * planes.channels * capture.bytes)
    bytes.withUnsafeMutableBytes {
      _ = capture.encode(planes.pointers, count: frames.count, channels: planes.channels, to: $0.baseAddress!)
    }
    return bytes
  }
}
