import Convolution
import Vector

/// The routes of a tail that is to be made: those to some outputs, without the taps before `start`.
public struct TailPlan: Sendable {
  /// Frames that a job takes: a multiple of the audio thread's block.
  var frames: Int
  /// Frames that are convolved at once. Few enough for the thread to rest between two parts of a job.
  var part: Int { plan.block }
  var plan: Plan
  /// The inputs that it hears and the outputs that it serves; its routes count both from 0.
  var inputs: [Int]
  var outputs: [Int]
  var routes: [Route]
  var precision: Precision
  var costs: CostTable

  /// Predicted nanoseconds for each frame.
  package var nanosecondsPerFrame: Double {
    let shape = MatrixShape(block: part, inputs: inputs.count, outputs: outputs.count, routes: routes)
    return plan.predictedNanoseconds(for: shape, precision: precision, costs: costs) / Double(part)
  }

  /// Nanoseconds for each frame, as this thread measures them; and the sums, added to those of all outputs.
  package func measuredNanosecondsPerFrame(addingTo sums: inout [OutputSums]) -> Double {
    var convolver = makeConvolver()
    for (index, added) in convolver.sums.enumerated() { sums[outputs[index]].add(added, delay: Self.start(frames), inputs: inputs) }
    return convolver.measuredNanoseconds(rounds: 2) / Double(part)
  }

  /// - Parameter known: of the tail before: what has not changed is not computed again.
  func makeConvolver(reusing known: PreparedMatrix? = nil) -> Convolver {
    do {
      return try Convolver(
        block: part, inputs: inputs.count, outputs: outputs.count, routes: routes, plan: plan, precision: precision, costs: costs,
        reusing: known)
    } catch {
      preconditionFailure("the whole matrix was possible: \(error)")
    }
  }

  /// The first tap of a tail with jobs of `frames` frames: one job's time to fill it, one to convolve it.
  static func start(_ frames: Int) -> Int { 2 * frames }

  private static let mostFramesAtOnce = 4096
  /// The most blocks that may come at once, after a gap.
  private static let mostBlocksAtOnce = 64

  /// Frames of a job: long enough for a thread that is woken late, some 20 ms at 48 kHz, and four blocks at least.
  private static func frames(block: Int) -> Int { block * max(4, (1024 + block - 1) / block) }

  /// Jobs that a tail's memory holds, for blocks of `block` frames.
  static func capacity(block: Int) -> Int { mostBlocksAtOnce * block / frames(block: block) + 6 }

  /// Bytes of the queue of each input that a tail hears, and of each output that it serves.
  package static func queueBytes(block: Int) -> Int { capacity(block: block) * frames(block: block) * MemoryLayout<Double>.stride }

  /// Cuts a matrix in two: early taps for the audio thread, late ones for `threads` others.
  ///
  /// - Parameter isCancelled: asked for each route; the parts are not whole once it has said so.
  /// - Returns: the routes of the audio thread, and at most one tail for each thread. Outputs are shared out by the number of
  ///   taps that lead to them.
  public static func split(
    _ routes: [Route], block: Int, threads: Int, precision: Precision, costs: CostTable, isCancelled: () -> Bool = { false }
  ) -> (head: [Route], tails: [TailPlan]) {
    let frames = frames(block: block)
    let late = threads > 0 ? routes.compactMap { isCancelled() ? nil : $0.tail(from: start(frames)) } : []
    guard !late.isEmpty else { return (routes, []) }
    let part = frames > mostFramesAtOnce ? block : frames
    var shares = [(taps: Int, outputs: [Int])](repeating: (0, []), count: threads)
    let ends = Dictionary(grouping: late, by: \.to).mapValues { $0.reduce(0) { $0 + $1.response.count } }
    for (output, taps) in ends.sorted(by: { ($0.value, $0.key) > ($1.value, $1.key) }) {
      let least = shares.indices.min { shares[$0].taps < shares[$1].taps }!
      shares[least].taps += taps
      shares[least].outputs.append(output)
    }
    let tails = shares.filter { !$0.outputs.isEmpty }.map { share in
      var served = late.filter { share.outputs.contains($0.to) }
      let heard = Set(served.map(\.from)).sorted()
      for index in served.indices {
        served[index].from = heard.firstIndex(of: served[index].from)!
        served[index].to = share.outputs.firstIndex(of: served[index].to)!
      }
      let shape = MatrixShape(block: part, inputs: heard.count, outputs: share.outputs.count, routes: served)
      return TailPlan(
        frames: frames, plan: .cheapest(for: shape, precision: precision, costs: costs, isCancelled: isCancelled), inputs: heard,
        outputs: share.outputs, routes: served, precision: precision, costs: costs)
    }
    return (routes.compactMap { isCancelled() ? nil : $0.head(before: start(frames)) }, tails)
  }
}
