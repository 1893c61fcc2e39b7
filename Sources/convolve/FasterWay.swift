import AudioFile
import Glibc
import NumPy
import Terminal

/// What `--fast` would do where exact sums take long.
struct FasterWay {
  /// Seconds of exact sums beyond which it is told.
  private static let longSeconds = 10.0

  /// A trial of what is predicted to take so many seconds, as short as it must be where the work goes on afterwards; nil: not worth it.
  static func trial(predicted seconds: Double) -> Trial? { seconds > 1 ? Trial(mostSeconds: 0.02) : nil }

  private let seconds: Double
  /// How far a result can lie from the exact one, for a signal of up to 1.
  private let distance: Double

  /// - Parameters:
  ///   - sums: for each output the taps that add up to it, with their gains.
  ///   - outputs: values of each.
  /// - Returns: nil where it takes more memory than is free, or transforms cannot serve.
  init?(_ sums: [[[Double]]], outputs: Int, _ options: ConvolutionOptions) {
    let longest = sums.joined().map(\.count).max() ?? 0
    guard (try? AudioFileError.checkMemory(RoundedConvolver.largestByteCount(taps: longest), for: "")) != nil else { return nil }
    var (seconds, distance) = (0.0, 0.0)
    for terms in sums {
      var bound = 0.0
      for taps in terms {
        let convolver = RoundedConvolver(taps: taps, outputs: outputs, profile: options.profile, rounding: .none, isExact: false)
        guard convolver.method == .fft else { return nil }
        seconds += convolver.seconds(outputs: outputs)
        bound += convolver.largestDistance(peak: 1)
      }
      distance = max(distance, bound)
    }
    guard distance.isFinite, distance > 0 else { return nil }
    (self.seconds, self.distance) = (seconds / Double(options.jobs), distance)
  }

  /// Says what it would take where exact sums take long.
  ///
  /// - Parameters:
  ///   - exactSeconds: what these take here.
  ///   - predicted: what they were predicted to take.
  ///   - isNarrowed: whether results are rounded to float32 afterwards.
  func tell(exactSeconds: Double, predicted: Double, isNarrowed: Bool = false, _ messages: Messages) {
    // What is slower than predicted is so for both.
    let fast = seconds * exactSeconds / predicted
    guard exactSeconds > Self.longSeconds, fast < exactSeconds / 2 else { return }
    messages.warn(
      "exact sums take about \(fixed(exactSeconds, 0)) s: --fast takes \(fast < 1 ? "less than 1 s" : "about \(fixed(fast, 0)) s"), and"
        + " lies within \(Self.rounded(distance)) of \(isNarrowed ? "sums without roundings" : "them"), times the input's peak"
        + (isNarrowed ? ", before it is rounded to float32" : ""))
  }

  /// One digit and an exponent, rounded up.
  private static func rounded(_ value: Double) -> String {
    let exponent = log10(value).rounded(.down)
    let digit = (value / pow(10, exponent) - 1e-9).rounded(.up)
    return digit < 10 ? "\(Int(digit))e\(Int(exponent))" : "1e\(Int(exponent) + 1)"
  }
}
