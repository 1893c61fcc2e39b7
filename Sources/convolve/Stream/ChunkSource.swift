import AudioFile
import NumPy
import Synchronization

/// The frames of a signal that one thread convolves at a time.
struct Chunk {
  /// From 0, in the order of the signal.
  var index: Int
  /// The first new frame, which follows the frames shared with earlier chunks.
  var first: Int
  /// New frames.
  var count: Int
  /// Frames of the signal; `.max` while its end is unknown.
  var signalCount: Int
  /// Outputs to compute, as indices into the full convolution.
  var outputs: Range<Int>
  /// The frame of the result that the first output is.
  var frame: Int
}

/// Gives each thread that asks the next chunk of a signal, with the frames before it that its outputs need.
final class ChunkSource: Sendable {
  /// New frames of a chunk, at most. The last chunks may have fewer, followed by zeros.
  let frames: Int
  /// Frames that are waited for before a chunk begins.
  private let least: Int
  /// Frames that a chunk shares with earlier ones: the kernel's taps less one.
  let history: Int
  let frameBytes: Int
  private let span: OutputSpan
  private let name: String
  private let state: Mutex<State>

  private struct State {
    var source: any FrameSource
    /// Frames that were read earlier, to compare their number with that of the taps.
    var head: ArraySlice<UInt8>
    /// The last `history` frames of the chunk before; zeros at first.
    var past: [UInt8]
    var index = 0
    var first = 0
    var signalCount = Int.max
    /// Whether a thread met a fault: what others would read after it is no end.
    var hasFailed = false

    /// Fills `bytes` from the head, then from the source, with `least` frames or more; less at the end. Returns the number of bytes.
    mutating func read(into bytes: UnsafeMutableRawBufferPointer, least: Int) throws(AudioFileError) -> Int {
      let part = head.prefix(bytes.count)
      bytes.copyBytes(from: part)
      head = head.dropFirst(part.count)
      if part.count == bytes.count { return part.count }
      head = []
      let left = max(1, least - part.count / source.frameBytes)
      hasFailed = true
      let frames = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: bytes[part.count...]), least: left)
      hasFailed = false
      return part.count + frames * source.frameBytes
    }
  }

  /// - Parameters:
  ///   - head: frames that were read from `source`.
  ///   - frames: new frames of a chunk.
  ///   - least: how many are waited for: fewer where the source delivers them in time.
  ///   - name: of the source.
  init(_ source: any FrameSource, head: [UInt8], _ span: OutputSpan, frames: Int, least: Int, name: String) {
    (self.frames, self.least, history, frameBytes, self.span) = (frames, min(least, frames), span.taps - 1, source.frameBytes, span)
    self.name = name
    let past = [UInt8](repeating: 0, count: history * frameBytes)
    state = Mutex(State(source: source, head: head[...], past: past))
  }

  /// Bytes of a chunk.
  var chunkBytes: Int { (history + frames) * frameBytes }

  /// Puts the next chunk into `bytes`; returns nil after the last, and after a fault that another thread has met.
  func next(into bytes: UnsafeMutableRawBufferPointer) throws(AudioFileError) -> Chunk? {
    try state.withLock { state throws(AudioFileError) in try next(&state, into: bytes) }
  }

  private func next(_ state: inout State, into bytes: UnsafeMutableRawBufferPointer) throws(AudioFileError) -> Chunk? {
    if state.hasFailed { return nil }
    let first = state.first
    let room = UnsafeMutableRawBufferPointer(rebasing: bytes[(history * frameBytes)...])
    let read = state.signalCount == .max ? try state.read(into: room, least: least) : 0
    var count = read / frameBytes
    if count < least {
      room[read...].initializeMemory(as: UInt8.self, repeating: 0)
      if state.signalCount == .max { state.signalCount = first + count }
      if state.signalCount == 0 { throw .noSamples(name) }
      count = frames
    }
    let wanted = span.outputs(signalCount: state.signalCount)
    if wanted.upperBound <= first { return nil }
    let outputs = wanted.clamped(to: first..<first + count)
    let chunk = Chunk(
      index: state.index, first: first, count: count, signalCount: state.signalCount, outputs: outputs,
      frame: outputs.lowerBound - wanted.lowerBound)
    state.index += 1
    state.first += count
    bytes.copyBytes(from: state.past)
    state.past.withUnsafeMutableBytes { past in
      past.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[(count * frameBytes)..<(count * frameBytes + past.count)]))
    }
    return chunk
  }
}

/// The range of outputs that are computed, for a signal of any length.
struct OutputSpan: Sendable {
  var mode: OutputMode
  var taps: Int
  /// Outputs that are left out at the start of the full convolution, so that the taps of a resampled kernel before time 0 do not
  /// delay the result.
  var lead: Int
  /// Frames of INPUT if the operands were exchanged.
  var exchangedCount: Int?

  /// The outputs as indices into the full result. Precondition: the signal is at least as long as the kernel.
  func outputs(signalCount: Int) -> Range<Int> {
    let count = min(signalCount, .max - taps)
    let all = mode.numPy.outputs(count, taps)
    return switch mode {
    case .full: lead..<all.upperBound
    case .head: lead..<lead + (exchangedCount ?? count)
    case .same, .valid: all
    }
  }
}
