import CIntrinsics
import Vector

/// One level at work, as the audio thread reads it: windows of S samples, each transformed, multiplied and transformed back in
/// the slots that follow it. Owns nothing.
///
/// Window w is complete with slot (w+1) S/b - 1. Its operations run in S/b slots from that one on; its first output is due in
/// the last of them.
struct Level {
  /// An input's spectra: tiles, for each a ring of `capacity` partitions. Older ones follow the newest.
  struct Input {
    var ring: InputRing
    var spectra: UnsafeMutableRawPointer
    var capacity: Int
    var newest: Int
  }

  struct Output {
    var ring: OutputRing
    var firstPath: Int
    var lastPath: Int
    /// What is known of the next window's spectrum, for half of the bins; nil if windows do not share the reading of kernels.
    var ahead: UnsafeMutableRawPointer?
  }

  struct Path {
    var input: Int
    /// Of the input's spectra, counted from the newest.
    var firstPartition: Int
    var partitions: Int
    var kernel: UnsafeRawPointer
  }

  /// By reference: a call reads one entry of the table, not all of them.
  let loops: UnsafePointer<VectorLoops>
  let plan: UnsafePointer<TransformPlan>
  let size: Int
  let offset: Int
  /// S/b, a power of two.
  let slots: Int
  /// M scalars each.
  let re: UnsafeMutableRawPointer
  let im: UnsafeMutableRawPointer
  let inputs: UnsafeMutablePointer<Input>
  let inputCount: Int
  let outputs: UnsafeMutablePointer<Output>
  let paths: UnsafeMutablePointer<Path>
  /// Room for two runs of each path of an output.
  let runs: UnsafeMutablePointer<SpectrumRun>
  let operations: UnsafeMutablePointer<Operation>
  let cuts: UnsafeMutablePointer<Int32>
  /// The position of the first sample of the window that is being worked on.
  var window = 0

  /// Scalars of a tile, both planes.
  private var tile: Int { @_noLocks @_noAllocation get { 2 &* loops.pointee.tile_bins } }

  mutating func reset() {
    window = 0
    for index in 0..<inputCount { inputs[index].newest = 0 }
  }

  /// Does the level's share of work in a slot.
  ///
  /// - Parameters:
  ///   - slot: the number of slots before this one.
  ///   - frames: frames of a slot.
  @_noLocks @_noAllocation
  mutating func run(slot: Int, frames: Int) {
    let complete = slot &+ 1
    guard complete >= slots else { return }
    let part = complete & (slots &- 1)
    if part == 0 {
      window = complete &* frames &- size
      for index in 0..<inputCount {
        let newest = inputs[index].newest
        inputs[index].newest = newest == 0 ? inputs[index].capacity &- 1 : newest &- 1
      }
    }
    for index in Int(cuts[part])..<Int(cuts[part &+ 1]) { run(operations[index]) }
  }

  @_noLocks @_noAllocation
  func run(_ operation: Operation) {
    let (channel, pass, block) = (Int(operation.channel), Int(operation.pass), Int(operation.block))
    switch operation.kind {
    case .firstPass:
      loops.pointee.firstPass(plan, inputs[channel].ring.place(window), re: re, im: im, columns: operation.range)
    case .forwardPass:
      loops.pointee.forwardPass(plan, re: re, im: im, pass: pass, block: block, columns: operation.range)
    case .forwardBlocks:
      let input = inputs[channel]
      let newest = input.spectra + input.newest &* tile &* loops.pointee.scalar_bytes
      loops.pointee.forwardBlocks(plan, re: re, im: im, pass: pass, blocks: operation.range, to: newest, stride: input.capacity &* tile)
    case .inverseBlocks:
      let points = (plan.pointee.radix2_twiddles == nil ? size : size / 2) >> (2 &* pass)
      multiply(outputs[channel], tiles: operation.range.lowerBound &* points..<operation.range.upperBound &* points)
      loops.pointee.inverseBlocks(plan, re: re, im: im, pass: pass, blocks: operation.range)
    case .inversePass:
      loops.pointee.inversePass(plan, re: re, im: im, pass: pass, block: block, columns: operation.range)
    case .lastPass:
      let ring = outputs[channel].ring
      loops.pointee.lastPass(
        plan, re: re, im: im, columns: operation.range, addedTo: ring.base, position: window &+ offset, mask: ring.length &- 1)
    }
  }

  /// The sum of an output's routes for the bins `points`, into the work planes.
  @_noLocks @_noAllocation
  private func multiply(_ output: Output, tiles points: Range<Int>) {
    let bytes = tile &* loops.pointee.scalar_bytes
    var count = 0
    for index in output.firstPath..<output.lastPath {
      let path = paths[index]
      let input = inputs[path.input]
      var start = input.newest &+ path.firstPartition
      if start >= input.capacity { start &-= input.capacity }
      // The ring wraps around: older spectra continue at its start.
      let first = min(path.partitions, input.capacity &- start)
      let (signalStride, kernelStride) = (input.capacity &* bytes, path.partitions &* bytes)
      runs[count] = SpectrumRun(
        signal: input.spectra + start &* bytes, kernel: path.kernel, count: first, signal_stride: signalStride,
        kernel_stride: kernelStride, newer: nil)
      count &+= 1
      guard first < path.partitions else { continue }
      runs[count] = SpectrumRun(
        signal: input.spectra, kernel: path.kernel + first &* bytes, count: path.partitions &- first, signal_stride: signalStride,
        kernel_stride: kernelStride, newer: input.spectra + (input.capacity &- 1) &* bytes)
      count &+= 1
    }
    // A tile has a power of two of bins: a shift is a tenth of a division.
    let shift = loops.pointee.tile_bins.trailingZeroBitCount
    let tiles = points.lowerBound &>> shift..<points.upperBound &>> shift
    if let ahead = output.ahead {
      loops.pointee.multiply(runs, count: count, tiles: tiles, re: re, im: im, ahead: ahead, odd: window & size != 0)
    } else {
      loops.pointee.multiply(runs, count: count, tiles: tiles, re: re, im: im)
    }
  }
}
