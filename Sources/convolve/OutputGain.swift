import ArgumentParser
import AudioFile
import Numbers
import Terminal

/// What `--gain` asks for.
enum OutputGain: Equatable {
  case decibels(Double)
  /// What brings the worst case to 0 dBFS.
  case auto

  @Sendable init(_ text: String) throws {
    if text == "auto" {
      self = .auto
      return
    }
    let gain = try decimalArgument(text)
    guard gain.magnitude <= OutputOptions.mostGain else {
      throw ValidationError("--gain is \(gain), and must be a number of dB up to 1000 either way, or auto")
    }
    self = .decibels(gain)
  }
}

extension Operands {
  /// The most dB, in tenths, at which no sound up to full scale goes beyond it: one for all outputs, so that their balance stays. It
  /// is told.
  func safeGain(_ messages: Messages) -> Double {
    let most = OutputOptions.mostGain
    let gain = worstFactor > 0 ? (decibels(1 / worstFactor) * 10 + 1e-9).rounded(.down) / 10 : 0
    let bounded = min(max(gain, -most), most)
    messages.warn("--gain auto is \(bounded == 0 ? "0.0" : fixed(bounded, 1)) dB: the worst case is at most 0 dBFS")
    return bounded
  }

  /// By how much the loudest output can be louder than the input.
  private var worstFactor: Double {
    switch self {
    // An array has no full scale.
    case .arrays: 1
    case .sound(_, let kernel): kernel.channels.map { $0.reduce(0) { $0 + abs($1) } }.max() ?? 0
    case .matrix(_, let matrix):
      (0..<matrix.outputCount).map { output in
        matrix.paths.filter { $0.to == output }.reduce(0) { sum, path in sum + abs(path.gain) * path.taps.reduce(0) { $0 + abs($1) } }
      }.max() ?? 0
    }
  }
}
