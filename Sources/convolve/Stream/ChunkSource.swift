import AudioFile
import NumPy
import Synchronization

/// Frames of a sound that one thread convolves at a time.
struct Chunk {
  /// From 0, in the order of the sound.
  var index: Int
  /// The frame after those that it begins with for the sake of its outputs alone.
  var first: Int
  /// Frames of the sound; `.max` while its end is not known.
  var signalCount: Int
  /// Those of the full convolution that are wanted of it.
  var outputs: Range<Int>
  /// Which frame of the result they begin with.
  var frame: Int
}

/// Hands out a sound in chunks, each with the frames before it that its outputs need, to whichever thread asks next.
final class ChunkSource: Sendable {
  /// New frames of a chunk; fewer are there only in the last ones, where zeros take their place.
  let frames: Int
  /// Frames that a chunk shares with those before it: one less than the kernel's taps.
  let history: Int
  let frameBytes: Int
  private let span: OutputSpan
  private let state: Mutex<State>

  private struct State {
    var source: any FrameSource
    /// Frames that were read to find out whether there are as many as taps.
    var head: ArraySlice<UInt8>
    /// The last `history` frames handed out, zeros before the first.
    var past: [UInt8]
    var index = 0
    var signalCount = Int.max

    /// Fills `bytes` from the head and then from the source, less only at the end. Returns the bytes read.
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

  /// - Parameter frames: of a chunk.
  init(_ operands: StreamOperands, _ span: OutputSpan, frames: Int) {
    (self.frames, history, frameBytes, self.span) = (frames, span.taps - 1, operands.source.frameBytes, span)
    let past = [UInt8](repeating: 0, count: history * frameBytes)
    state = Mutex(State(source: operands.source, head: operands.head[...], past: past))
  }

  /// Bytes of a chunk.
  var chunkBytes: Int { (history + frames) * frameBytes }

  /// Puts the next chunk into `bytes`; nil after the last.
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

/// Which outputs of a convolution are wanted, before the signal's length is known.
struct OutputSpan: Sendable {
  var mode: ConvolutionMode
  var taps: Int
  /// Outputs of the full convolution that are left out at its beginning: what a resampled kernel has before its first instant is
  /// not to delay the result.
  var lead: Int

  /// Indices into the full result. Precondition: the signal is at least as long as the kernel.
  func outputs(signalCount: Int) -> Range<Int> {
    let all = mode.outputs(min(signalCount, .max - taps), taps)
    return all.lowerBound + (mode == .full ? lead : 0)..<all.upperBound
  }
}
