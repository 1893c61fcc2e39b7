import Glibc
import Numbers

/// How often somebody told which of two sounds a third one was.
struct ABXTrials {
  private(set) var count = 0
  private(set) var right = 0

  mutating func add(isRight: Bool) {
    count += 1
    right += isRight ? 1 : 0
  }

  /// The probability that guessing has as many right, or more: of the binomial distribution at one half.
  ///
  /// - Complexity: O(count)
  var probability: Double {
    let all = lgamma(Double(count) + 1) - Double(count) * log(2)
    let sum = (right...count).reduce(0) { $0 + exp(all - lgamma(Double($1) + 1) - lgamma(Double(count - $1) + 1)) }
    return min(1, sum)
  }

  var text: String {
    guard count > 0 else { return "no answer was given" }
    return "\(right) of \(count) right; guessing has as many or more in \(percent(probability)) of such tests"
      + " (p = \(decimal(probability, places: 4)))"
  }
}
