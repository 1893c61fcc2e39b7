import Buffers
import CIntrinsics
import BlockProcessing
import Convolution
import PCM

/// Does what the audio thread does to frames between its devices, at 0 dB, without ceiling and dither: gathers blocks, decodes,
/// convolves, snaps sums to their grid, and encodes.
///
/// Takes portions of any length, like those of devices whose period is not the block.
final class EngineCopy {
  /// All frames so far, in the playback format.
  private(set) var played: [UInt8] = []
  private(set) var clippedSamples = 0
  private let program: ProgramPointer
  private var processor: BlockProcessor
  private var output: OutputStage
  private let settings = OutputSettings()
  private let capture: SampleFormat
  private let playback: SampleFormat
  private let x: Planes
  private let y: Planes
  private let block: Int
  /// The frames of the next block so far, in the capture format.
  private var captured: [UInt8] = []

  init(_ convolver: consuming Convolver, tails: [TailPlan], capture: SampleFormat, playback: SampleFormat) {
    (self.capture, self.playback) = (capture, playback)
    block = convolver.block
    x = Planes(channels: convolver.inputs, frames: block)
    y = Planes(channels: convolver.outputs, frames: block)
    program = makeProgram(convolver, tails: tails, fadeFrames: 0)
    processor = BlockProcessor(program: program, rampFrames: 0, isGuarded: true)
    output = OutputStage(channels: y.channels, block: block, rampFrames: 0)
  }

  /// The sums of each output.
  var sums: [OutputSums] { program.pointee.sums }

  private var blockBytes: Int { block * x.channels * capture.bytes }

  /// Takes whole frames in the capture format.
  func take(_ frames: some Collection<UInt8>) {
    var rest = frames[...]
    while !rest.isEmpty {
      let part = rest.prefix(blockBytes - captured.count)
      captured += part
      rest = rest.dropFirst(part.count)
      if captured.count == blockBytes { processBlock() }
    }
  }

  /// Fills the last block with silence.
  func flush() {
    if captured.isEmpty { return }
    captured += [UInt8](repeating: 0, count: blockBytes - captured.count)
    processBlock()
  }

  private func processBlock() {
    let mode = processor_float_mode()
    _ = processor_flush_denormals()
    captured.withUnsafeBytes { capture.decode($0.baseAddress!, count: block, channels: x.channels, to: x.pointers) }
    _ = processor.process(x.readOnly, to: y.pointers, open: true)
    for index in 0..<program.pointee.tailCount { _ = program.pointee.tails[index].work() }
    processor_set_float_mode(mode)
    var frames = [UInt8](repeating: 0, count: block * y.channels * playback.bytes)
    frames.withUnsafeMutableBytes {
      let result = output.process(
        y.pointers, settings, wasSilent: false, isSilent: false, as: playback, bits: playback.bits, to: $0.baseAddress!)
      clippedSamples += result.clippedSamples
    }
    played += frames
    captured.removeAll(keepingCapacity: true)
  }

  /// The samples of one output from frame `first` on; full scale is 1.
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
