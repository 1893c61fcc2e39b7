// Measures what the parts of a convolution cost: the figures of `CostTable.shipped`.
// Each time is the minimum over rounds, in which the cells take turns.
import Convolution
import Vector

let blocks = [32, 64, 128, 256, 512, 1024]
print("float64 and float32, \(InstructionSet.best): nanoseconds a block, minimum of the rounds")
for precision in [Precision.float64, .float32] {
  print("\n\(precision)\nblock  direct 16   direct 128   1 partition  33 partitions |  tap*frame  pair/(M log2 M)   bin")
  for block in blocks {
    let cells = try [
      Cell(Plan(sections: [.direct(taps: 16)]), block, precision), Cell(Plan(sections: [.direct(taps: 128)]), block, precision),
      Cell(Plan(sections: [.partitions(size: block, count: 1)]), block, precision),
      Cell(Plan(sections: [.partitions(size: block, count: 33)]), block, precision),
    ]
    for _ in 0..<200 {
      for cell in cells { cell.measure() }
    }
    let t = cells.map(\.nanoseconds)
    let points = Double(block)
    let tap = (t[1] - t[0]) / (112 * points)
    let bin = (t[3] - t[2]) / (32 * points)
    let pair = (t[2] - bin * points) / (points * Double(block.trailingZeroBitCount))
    print(([Double(block)] + t).map { column($0, 0) }.joined(), " |", [tap, pair, bin].map { column($0, 3) }.joined())
  }
}
