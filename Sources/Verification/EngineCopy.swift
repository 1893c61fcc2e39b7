import Buffers
import CIntrinsics
import BlockProcessing
import Convolution
import PCM

/// What the audio thread does to frames between its devices, but for volume, ceiling and dither: gathers blocks, decodes, convolves,
/// takes sums to their grid, and encodes.
///
/// Frames come in any portions, as those of devices whose period is not the block.
final class EngineCopy {
  /// All that has been played.
  private(set) var played: [UInt8] = []
  private(set) var clippedSamples = 0
  private let program: ProgramPointer
  private var processor: BlockProcessor
  private let capture: SampleFormat
  private let playback: SampleFormat
  private let x: Planes
  private let y: Planes
  private let block: Int
  /// Frames of the next block that have come.
  private var captured: [UInt8] = []

  init(_ convolver: consuming Convolver, tails: [TailPlan], capture: SampleFormat, playback: SampleFormat) {
    (self.capture, self.playback) = (capture, playback)
    block = convolver.block
    x = Planes(channels: convolver.inputs, frames: block)
    y = Planes(channels: convolver.outputs, frames: block)
    program = makeProgram(convolver, tails: tails, fadeFrames: 0)
    processor = BlockProcessor(program: program, rampFrames: 0, isGuarded: true)
  }

  /// For each output.
  var sums: [OutputSums] { program.pointee.sums }

  private var blockBytes: Int { block * x.channels * capture.bytes }

  /// Takes whole frames in the capture format.
  func take(_ frames: some Collection<UInt8>) {
    var rest = frames[...]
    while !rest.isEmpty {
      let part = rest.prefix(blockBytes - captured.count)
      captured += part
      rest = rest.dropFirst(part.count)
      if captured.count == blockBytes { turn() }
    }
  }

  /// Silence to the end of a block that has begun.
  func flush() {
    if captured.isEmpty { return }
    captured += [UInt8](repeating: 0, count: blockBytes - captured.count)
    turn()
  }

  private func turn() {
    let mode = processor_float_mode()
    _ = processor_flush_denormals()
    captured.withUnsafeBytes { capture.decode($0.baseAddress!, count: block, channels: x.channels, to: x.pointers) }
    _ = processor.process(x.readOnly, to: y.pointers, bits: capture.bits, open: true)
    for index in 0..<program.pointee.tailCount { _ = program.pointee.tails[index].work() }
    processor_set_float_mode(mode)
    var frames = [UInt8](repeating: 0, count: block * y.channels * playback.bytes)
    frames.withUnsafeMutableBytes {
      clippedSamples += playback.encode(y.pointers, count: block, channels: y.channels, to: $0.baseAddress!)
    }
    played += frames
    captured.removeAll(keepingCapacity: true)
  }

  /// What one output played from frame `first` on, full scale 1.
  func samples(_ output: Int, from first: Int, count: Int) -> [Double] {
    let frameBytes = y.channels * playback.bytes
    return [Double](unsafeUninitializedCapacity: count) { samples, written in
      let column = (0..<count).flatMap { frame in
        let start = (first + frame) * frameBytes + output * playback.bytes
        return played[start..<start + playback.bytes]
      }
      var plane = samples.baseAddress!
      column.withUnsafeBytes { playback.decode($0.baseAddress!, count: count, channels: 1, to: &plane) }
      written = count
    }
  }
}
