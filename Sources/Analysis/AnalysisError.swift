/// The reason why a kernel cannot be analysed, or a pattern cannot be searched for.
public enum AnalysisError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The kernel has no tap.
  case emptyKernel
  /// The kernel has more taps than are analysed.
  case tooLong(tapCount: Int)
  /// A tap is NaN or infinite.
  case tapNotFinite(index: Int, value: Double)
  /// The pattern is zero throughout: nothing can be similar to it.
  case silentPattern
  /// The pattern does not fit into the recording.
  case patternLonger(patternFrames: Int, recordingFrames: Int)
  /// A sample of the recording is NaN or infinite.
  case sampleNotFinite(frame: Int, value: Double)

  public var description: String {
    switch self {
    case .emptyKernel: "it has no taps: give at least one"
    case .tooLong(let count):
      "it has \(count) taps, and at most \(KernelAnalysis.longest) are analysed: cut it, or is it a recording?"
    case .tapNotFinite(let index, let value): "tap \(index) is \(value): every tap must be a finite number"
    case .silentPattern: "the pattern is silence, which occurs everywhere: give one that is not zero throughout"
    case .patternLonger(_, 0): "the recording has no frames: nothing can be found in it"
    case .patternLonger(let pattern, let recording):
      "the pattern has \(pattern) frames, the recording \(recording): a pattern must fit into the recording, are they swapped?"
    case .sampleNotFinite(let frame, let value):
      "the sample at frame \(frame) is \(value): every sample must be a finite number"
    }
  }
}
