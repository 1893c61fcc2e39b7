import ControlAPI
import Numbers

/// How much of its time a block may be predicted to take.
package struct DeadlineBudget {
  /// What is left is for devices, levels and dither, which the prediction leaves out, and for blocks that begin late.
  package static let most = 0.8
  /// During a fade, when what was heard and what is to be heard are both convolved.
  package static let mostInFade = 1.0

  /// Why a plan is not taken; nil: it is.
  ///
  /// - Parameters:
  ///   - load: predicted share of the deadline.
  ///   - present: that of what is heard: a plan that takes less is an improvement, whatever it takes.
  package static func refusal(load: Double, present: Double) -> Problem? {
    guard load > most, load >= present else { return nil }
    return Problem(
      status: 422, title: "Too much work",
      detail: "a block would take \(percent(load)) of its time by prediction, more than \(percent(most)): \(remedy); nothing was changed")
  }

  package static let remedy = "set shorter kernels, fewer filters, a larger block, `precision: float32` or more `workers`"

  package static func percent(_ share: Double) -> String { Numbers.percent(share, places: 0, rounded: .up) }
}
