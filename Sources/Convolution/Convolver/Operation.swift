import CIntrinsics
import Vector

/// One slice of a level's work: long enough to be worth a call, short enough to fit into a slot.
struct Operation {
  enum Kind: UInt8 {
    /// The first pass of an input's window, out of the input ring: columns.
    case firstPass
    /// A pass of radix 4 over one block: columns.
    case forwardPass
    /// Some blocks through all remaining passes, into the input's spectra.
    case forwardBlocks
    /// The sum of products of all routes to an output, for some blocks, and these blocks back through the same passes.
    case inverseBlocks
    case inversePass
    /// The last pass of an output's window, added to the output ring: columns.
    case lastPass
  }

  var kind: Kind
  var pass: UInt8
  /// The input or output, counted among those of the level.
  var channel: Int32
  /// The block of a pass.
  var block: Int32 = 0
  /// Columns; blocks for `forwardBlocks` and `inverseBlocks`.
  var from: Int32
  var to: Int32

  var range: Range<Int> { @_noLocks @_noAllocation get { Int(from)..<Int(to) } }
}
