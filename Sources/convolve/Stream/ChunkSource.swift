import AudioFile
import NumPy
import Synchronization

/// The frames of a signal that one thread convolves at a time.
struct Chunk {
  /// From 0, in the order of the signal.
  var index: Int
  /// The first new frame, which follows the frames shared with earlier chunks.
  var first: Int
  /// Frames of the signal; `.max` while its end is unknown.
  var signalCount: Int
  /// Outputs to compute, as indices into the full convolution.
  var outputs: Range<Int>
  /// The frame of the result that the first output is.
  var frame: Int
}

/// Gives each thread that asks the next chunk of a signal, with the frames before it that its outputs need.
final class ChunkSource: Sendable {
  /// New frames of a chunk. The last chunks may have fewer, followed by zeros.
  let frames: Int
  /// Frames that a chunk shares with earlier ones: the kernel's taps less one.
  let history: Int
  let frameBytes: Int
  private let span: OutputSpan
  private let state: Mutex<State>

  private struct State {
    var source: any FrameSource
    /// Frames that were read earlier, to compare their number with that of the taps.
    var head: ArraySlice<UInt8>
    /// The last `history` frames of the chunk before; zeros at first.
    var past: [UInt8]
    var index = 0
    var signalCount = Int.max

    /// Fills `bytes` from the head, then from the source; less of it at the end. Returns the number of bytes.
    mutating func read(into bytes: UnsafeMutableRawBufferPointer) throws(AudioFileError) -> Int {
      let part = head.prefix(bytes.count)
      bytes.copyBytes(from: part)
      head = head.dropFirst(part.count)
      if part.count == bytes.count { return part.count }
      head = []
      let frames = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: bytes[part.count...]))
      return part.count + frames * source.frameBytes
    }
  }

  /// - Parameter frames: new frames of a chunk.
  init(_ operands: StreamOperands, _ span: OutputSpan, frames: Int) {
    (self.frames, history, frameBytes, self.span) = (frames, span.taps - 1, operands.source.frameBytes, span)
    let past = [UInt8](repeating: 0, count: history * frameBytes)
    state = Mutex(State(source: operands.source, head: operands.head[...], past: past))
  }

  /// Bytes of a chunk.
  var chunkBytes: Int { (history + frames) * frameBytes }

  /// Puts the next chunk into `bytes`; returns nil after the last.
  func next(into bytes: UnsafeMutableRawBufferPointer) throws(AudioFileError) -> Chunk? {
    try state.withLock { state throws(AudioFileError) in try next(&state, into: bytes) }
  }

  private func next(_ state: inout State, into bytes: UnsafeMutableRawBufferPointer) throws(AudioFileError) -> Chunk? {
    let first = state.index * frames
    let room = UnsafeMutableRawBufferPointer(rebasing: bytes[(history * frameBytes)...])
    let read = state.signalCount == .max ? try state.read(into: room) : 0
    if read < room.count {
      room[read...].initializeMemory(as: UInt8.self, repeating: 0)
      if state.signalCount == .max { state.signalCount = first + read / frameBytes }
    }
    let wanted = span.outputs(signalCount: state.signalCount)
    if wanted.upperBound <= first { return nil }
    let outputs = wanted.clamped(to: first..<first + frames)
    let chunk = Chunk(
      index: state.index, first: first, signalCount: state.signalCount, outputs: outputs,
      frame: outputs.lowerBound - wanted.lowerBound)
    state.index += 1
    bytes.copyBytes(from: state.past)
    state.past.withUnsafeMutableBytes { $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[(bytes.count - $0.count)...])) }
    return chunk
  }
}

/// The range of outputs that are computed, for a signal of any length.
struct OutputSpan: Sendable {
  var mode: ConvolutionMode
  var taps: Int
  /// Outputs that are left out at the start of the full convolution, so that the taps of a resampled kernel before time 0 do not
  /// delay the result.
  var lead: Int

  /// The outputs as indices into the full result. Precondition: the signal is at least as long as the kernel.
  func outputs(signalCount: Int) -> Range<Int> {
    let all = mode.outputs(min(signalCount, .max - taps), taps)
    return all.lowerBound + (mode == .full ? lead : 0)..<all.upperBound
  }
}
