import CIntrinsics

/// All operations of one window in the order in which they must run, with the cost of each in nanoseconds.
struct OperationList {
  private(set) var operations: [Operation] = []
  private(set) var costs: [Double] = []
  private let fft: RealFFT
  private let model: TransformModel
  /// ns that an operation should not exceed.
  private let quantum: Double
  private let slot: Int
  /// Points that the products of an operation have at least.
  private let leastPoints: Int

  /// - Parameters:
  ///   - inputs: the number of the level's inputs.
  ///   - productCosts: for each output, ns for the products of one bin.
  ///   - leastPoints: the points of those products that an operation has at least.
  ///   - slot: frames of a slot.
  ///   - quantum: ns that an operation should not exceed.
  init(fft: RealFFT, inputs: Int, productCosts: [Double], leastPoints: Int, slot: Int, quantum: Double, costs: CostTable) {
    self.fft = fft
    self.leastPoints = max(fft.loops.group_points, leastPoints)
    (self.slot, self.quantum) = (slot, quantum)
    model = TransformModel(fft: fft, costs: costs)
    for input in 0..<inputs { appendForward(input) }
    for output in productCosts.indices { appendInverse(output, product: productCosts[output]) }
  }

  private mutating func appendForward(_ channel: Int) {
    let columns = fft.points / fft.firstRadix
    slice(.firstPass, channel, pass: 0, block: 0, columns: columns, most: columns, each: model.firstColumn)
    descend(
      channel, pass: fft.firstRadix == 2 ? 0 : 1, block: 0, blocks: fft.firstRadix, into: .forwardBlocks, each: model.forwardBlockPoint)
  }

  private mutating func appendInverse(_ channel: Int, product: Double) {
    let columns = fft.points / fft.firstRadix
    let each = model.inverseBlockPoint + product
    descend(channel, pass: fft.firstRadix == 2 ? 0 : 1, block: 0, blocks: fft.firstRadix, into: .inverseBlocks, each: each)
    // Columns within a slot do not cross the end of the output ring.
    slice(.lastPass, channel, pass: 0, block: 0, columns: columns, most: min(columns, slot), each: model.lastColumn)
  }

  /// Appends whole blocks if they are small and cheap enough, else a pass and its quarters, depth first.
  private mutating func descend(_ channel: Int, pass: Int, block: Int, blocks: Int, into kind: Operation.Kind, each: Double) {
    let points = model.blockPoints(pass)
    let group = fft.loops.group_points
    let cost = Double(points) * (each + model.passPoint * Double((points / fft.loops.leaf_points).trailingZeroBitCount / 2))
    if points < 4 * group || points <= 2048 && cost <= quantum {
      // As many as the quantum holds, in whole groups of the leaf.
      var count = max(1, leastPoints / points)
      while count * 2 <= blocks, blocks % (count * 2) == 0, Double(count * 2) * cost <= quantum { count *= 2 }
      for first in stride(from: block, to: block + blocks, by: count) {
        append(
          Operation(kind: kind, pass: UInt8(pass), channel: Int32(channel), from: Int32(first), to: Int32(first + count)),
          Double(count) * cost)
      }
      return
    }
    for index in block..<block + blocks {
      let slices = { (list: inout OperationList, kind: Operation.Kind) in
        list.slice(kind, channel, pass: pass, block: index, columns: points / 4, most: points / 4, each: 4 * list.model.passPoint)
      }
      if kind == .forwardBlocks { slices(&self, .forwardPass) }
      descend(channel, pass: pass + 1, block: 4 * index, blocks: 4, into: kind, each: each)
      if kind == .inverseBlocks { slices(&self, .inversePass) }
    }
  }

  private mutating func slice(
    _ kind: Operation.Kind, _ channel: Int, pass: Int, block: Int, columns: Int, most: Int, each: Double
  ) {
    var width = min(columns, fft.loops.lane_count)
    while width * 2 <= most, Double(width * 2) * each <= quantum { width *= 2 }
    for from in stride(from: 0, to: columns, by: width) {
      append(
        Operation(
          kind: kind, pass: UInt8(pass), channel: Int32(channel), block: Int32(block), from: Int32(from), to: Int32(from + width)),
        Double(width) * each)
    }
  }

  private mutating func append(_ operation: Operation, _ cost: Double) {
    operations.append(operation)
    costs.append(model.call + cost)
  }
}
