import AudioFile
import NumPy

/// How frames of the signal become frames of the result. All threads share it.
struct StreamFilter: Sendable {
  var paths: StreamPaths
  var inputCount: Int
  var outputCount: Int
  var input, output: StoredEncoding
  /// nil for floating point.
  var quantizer: Quantizer?
  var outputName: String

  var frameBytes: Int { outputCount * output.bytes }
}

/// What leads from the channels of the signal to those of the result.
enum StreamPaths: Sendable {
  /// A kernel for each channel, or one for all.
  case paired([RoundedConvolver], EdgeCorrection?)
  /// A sum of paths for each output.
  case matrix([RoundedSum])

  /// Without those that several paths share.
  var convolvers: [RoundedConvolver] {
    switch self {
    case .paired(let convolvers, _): convolvers
    case .matrix(let sums): sums.flatMap { $0.terms.map(\.convolver) }
    }
  }

  var sums: [RoundedSum] {
    switch self {
    case .paired: []
    case .matrix(let sums): sums
    }
  }

  /// Outputs that are computed at once.
  var stride: Int {
    switch self {
    case .paired(let convolvers, _): convolvers[0].stride
    case .matrix(let sums): sums.map(\.stride).max() ?? 1
    }
  }

  /// Of a thread.
  var workBytes: Int {
    switch self {
    case .paired(let convolvers, _): convolvers.map(\.workBytes).max() ?? 0
    case .matrix(let sums): sums.map(\.workBytes).max() ?? 0
    }
  }

  /// Values of the largest window that serves an output; 0 for the direct sum.
  func windowLength(output: Int) -> Int {
    switch self {
    case .paired(let convolvers, _): convolvers[convolvers.count == 1 ? 0 : output].windowLength
    case .matrix(let sums): sums[output].terms.map(\.convolver.windowLength).max() ?? 0
    }
  }

  /// Estimates the seconds for so many frames of the result, by one thread.
  func seconds(frames: Int, outputs: Int) -> Double {
    switch self {
    case .paired(let convolvers, _):
      (0..<outputs).reduce(0) { $0 + convolvers[convolvers.count == 1 ? 0 : $1].seconds(outputs: frames) }
    case .matrix(let sums): sums.reduce(0) { $0 + $1.seconds(outputs: frames) }
    }
  }
}

/// Counts of the frames that were written.
struct StreamTally {
  var frames = 0
  var clipping = Clipping()
  /// By channel.
  var work: [RoundingWork]

  init(channels: Int) { work = [RoundingWork](repeating: RoundingWork(), count: channels) }

  static func += (sum: inout StreamTally, other: StreamTally) {
    sum.frames += other.frames
    sum.clipping += other.clipping
    for channel in sum.work.indices { sum.work[channel] += other.work[channel] }
  }
}
