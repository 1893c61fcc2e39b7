import AudioFile
import Synchronization

/// Takes the first frames of a result, and times them.
///
/// Threads write their chunks one after another, but convolve them at once: only whole rounds, of a chunk from each, tell what time
/// passes. The first one, in which memory is touched for the first time, counts by itself.
final class TimedSink: FrameSink {
  private struct Mark {
    var frames: Int
    var seconds: Double
  }

  private struct State {
    var frames = 0
    var chunks = 0
    /// At the end of each whole round.
    var marks: [Mark] = []
    var isOver = false
  }

  let name: String
  let stored: StoredEncoding
  private let sink: (any FrameSink)?
  private let frameBytes: Int
  private let round: Int
  private let limit: Double
  private let start = Trial.now
  private let state = Mutex(State())

  /// Rounds that are timed at least, the first one included.
  private static let leastRounds = 3

  /// - Parameters:
  ///   - sink: where frames go to; nil: nowhere.
  ///   - round: threads.
  ///   - limit: seconds.
  init(_ sink: (any FrameSink)?, like model: any FrameSink, channels: Int, round: Int, limit: Double) {
    (self.sink, name, stored) = (sink, model.name, model.stored)
    (self.round, self.limit) = (round, limit)
    frameBytes = channels * model.stored.bytes
  }

  /// Whether it has seen enough, and takes no more.
  var isOver: Bool { state.withLock { $0.isOver } }

  func write(_ bytes: UnsafeRawBufferPointer) throws(AudioFileError) {
    try sink?.write(bytes)
    let isOver = state.withLock { state in
      state.frames += bytes.count / frameBytes
      state.chunks += 1
      let elapsed = Trial.now - start
      if state.chunks.isMultiple(of: round) { state.marks.append(Mark(frames: state.frames, seconds: elapsed)) }
      state.isOver = elapsed > limit && state.marks.count >= Self.leastRounds
      return state.isOver
    }
    if isOver { throw AudioFileError(.inputOutput, "it is timed") }
  }

  func commit() {}

  /// What so many frames take.
  func seconds(frames: Int) -> Double {
    let elapsed = Trial.now - start
    return state.withLock { state in
      guard state.isOver, let first = state.marks.first, let last = state.marks.last, last.frames > first.frames else { return elapsed }
      return first.seconds + (last.seconds - first.seconds) * Double(frames - first.frames) / Double(last.frames - first.frames)
    }
  }
}
