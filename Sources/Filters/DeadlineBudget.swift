import ControlAPI
import Numbers

/// How much of its time a block may be predicted to take, and a worker.
package struct DeadlineBudget {
  /// What is left is for levels and dither, which the prediction leaves out, and for blocks that begin late.
  package static let most = 0.8
  /// What a block takes beside its convolution, in nanoseconds, however short it is: to wait for it, and to call its devices. Measured
  /// as the running time of a SCHED_FIFO thread on Zen 1.
  package static let blockNanoseconds = 6_000.0
  /// During a fade, when what was heard and what is to be heard are both convolved.
  package static let mostInFade = 1.0

  /// Why a plan is not taken; nil: it is.
  ///
  /// - Parameter present: that of what is heard: a plan that takes less is an improvement, whatever it takes.
  package static func refusal(_ load: PredictedLoad, present: PredictedLoad = PredictedLoad()) -> Problem? {
    guard let excess = excess(load, verb: "would take", present: present) else { return nil }
    return Problem(
      status: 422, title: "Too much work",
      detail: "\(excess) by prediction, more than \(percent(most)): \(remedy); nothing was changed")
  }

  /// What takes too much; nil: nothing does.
  package static func excess(
    _ load: PredictedLoad, verb: String = "takes", present: PredictedLoad = PredictedLoad()
  ) -> String? {
    func isTooMuch(_ part: (PredictedLoad) -> Double) -> Bool { part(load) > most && part(load) >= part(present) }
    if isTooMuch(\.audioThread) { return "a block \(verb) \(percent(load.audioThread)) of its time" }
    if isTooMuch({ $0.workers.max() ?? 0 }) { return "a worker \(verb) \(percent(load.workers.max() ?? 0)) of its time" }
    guard isTooMuch(\.processors) else { return nil }
    return "the audio thread with \(load.workers.count) workers \(verb) \(percent(load.processors)) of the time of all processors"
  }

  /// Whether there is time for both at once.
  package static func isEnoughForFade(_ load: PredictedLoad, _ other: PredictedLoad) -> Bool {
    let both = load + other
    return both.audioThread <= mostInFade && both.processors <= mostInFade
  }

  package static let remedy = "set shorter kernels, fewer filters, a larger block, `precision: float32` or more `workers`"

  package static func percent(_ share: Double) -> String { Numbers.percent(share, places: 0, rounded: .up) }
}
