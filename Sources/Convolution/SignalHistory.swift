import CIntrinsics
import Vector

/// What a convolver keeps of one input: the last samples for direct kernels, the last spectra for partitioned ones.
///
/// Pointers into the convolver's memory; copied freely, owns nothing.
struct SignalHistory {
  /// Room for `taps - 1` past samples, then the block, then padding: nil where no direct kernel reads this input.
  var samples: UnsafeMutableRawPointer?
  /// Past samples in front of the block.
  var pastSamples = 0
  /// The block as scalars, padded with zeros to the transform's points.
  var frame: UnsafeMutableRawPointer?
  /// Spectra in tiles of 16 bins, for each tile a ring of `slots`; nil where no partitioned kernel reads this input.
  var spectra: UnsafeMutableRawPointer?
  var slots = 0
  /// The slot of the newest spectrum. Older ones follow it, so that signal and kernel are both read upwards.
  var newest = 0

  /// Moves on by one block: `x` is the newest.
  @_noLocks @_noAllocation @inline(__always)
  mutating func append(_ x: UnsafePointer<Double>, block: Int, transform: Transform) {
    if let samples {
      let bytes = transform.scalarBytes
      copyDown(samples + block &* bytes, to: samples, byteCount: pastSamples &* bytes)
      transform.loops.convert(x, to: samples + pastSamples &* bytes, count: block)
    }
    if let frame, let spectra {
      transform.loops.convert(x, to: frame, count: block)
      transform.loops.forwardZeroPadded(transform.plan, frame, to: transform.scratch)
      newest = newest == 0 ? slots &- 1 : newest &- 1
      let tile = 2 &* tileBins &* transform.scalarBytes
      transform.loops.storeTiles(
        transform.scratch, points: transform.points, to: spectra + newest &* tile, stride: slots &* 2 &* tileBins)
    }
  }
}

/// Bins of a tile.
let tileBins = SPECTRUM_TILE_BINS

/// What the transforms of one convolver share. Owns nothing.
struct Transform {
  var loops: VectorLoops
  var plan: UnsafePointer<TransformPlan>
  var points: Int
  /// 2M scalars.
  var scratch: UnsafeMutableRawPointer
  var scalarBytes: Int { @_noLocks @_noAllocation get { loops.scalar_bytes } }
}
