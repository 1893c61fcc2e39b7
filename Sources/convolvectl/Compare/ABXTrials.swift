import Glibc
import Numbers
import Synchronization

/// How often somebody told which of two sounds a third one was. A signal may end it on another thread.
final class ABXTrials: Sendable {
  private let answers = Mutex((count: 0, right: 0))

  /// Returns how many answers there are then.
  func add(isRight: Bool) -> Int {
    answers.withLock {
      $0 = ($0.count + 1, $0.right + (isRight ? 1 : 0))
      return $0.count
    }
  }

  /// The probability that guessing has as many right, or more: of the binomial distribution at one half.
  ///
  /// - Complexity: O(count)
  private static func probability(_ right: Int, of count: Int) -> Double {
    let all = lgamma(Double(count) + 1) - Double(count) * log(2)
    let sum = (right...count).reduce(0) { $0 + exp(all - lgamma(Double($1) + 1) - lgamma(Double(count - $1) + 1)) }
    return min(1, sum)
  }

  var text: String {
    let (count, right) = answers.withLock { $0 }
    guard count > 0 else { return "no answer was given" }
    let probability = Self.probability(right, of: count)
    return "\(right) of \(count) right; guessing has as many or more in \(percent(probability)) of such tests"
      + " (p = \(decimal(probability, places: 4)))"
  }
}
