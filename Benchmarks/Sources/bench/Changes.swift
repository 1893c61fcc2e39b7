import LinkedBlockProcessing
import Convolution

/// Measures the largest blocks while one kernel replaces another as in the engine: it is brought up to date, then fades in.
func runChanges(_ cells: [Cell], changes: Int) throws {
  var table = Table(
    words: 2,
    [
      "taps", "block", "at rest: mean µs", "p99", "changing: mean µs", "largest", "largest, without noise",
      "by the mean at rest", "% of the block's time", "blocks of a change",
    ])
  for cell in cells {
    progress("changes: \(cell.taps) taps, block \(cell.block)")
    let run = try ChangeRun(Material(cell))
    run.rest()
    for _ in 0..<changes { try run.change() }
    let (rest, change) = (Distribution(run.resting), Distribution(run.changing.flatMap { $0 }))
    // The same block of each change is the same work.
    let length = run.changing.map(\.count).min()!
    let quiet = (0..<length).map { block in run.changing.reduce(.infinity) { min($0, $1[block]) } }.max()!
    table.add([
      grouped(cell.taps), grouped(cell.block), microseconds(rest.mean), microseconds(rest.p99), microseconds(change.mean),
      microseconds(change.max), microseconds(quiet), digits(quiet / rest.mean),
      digits(quiet / cell.blockNanoseconds * 100), "\(length)",
    ])
  }
  table.print("A change of kernels, float32 with float64 samples, faded in 20 ms")
}

/// A block processor, and the programs between which it changes.
private final class ChangeRun {
  private(set) var resting: [Double] = []
  private(set) var changing: [[Double]] = []
  private let cell: Cell
  private let route: Route
  private var processor: BlockProcessor
  private var current: ProgramPointer
  private let input: Channels<Double>
  private let y: Channels<Double>
  private let frames: Int
  private var position = 0

  /// Blocks that go by between the warming and the change.
  private static let blocksMissed = 8

  init(_ material: Material) throws {
    cell = material.cell
    route = Route(from: 0, to: 0, response: try ImpulseResponse(material.kernels[0][0].map { Double($0) }))
    input = Channels(material.cyclicInput)
    frames = material.cyclicInput[0].count
    y = Channels(1, frames: cell.block)
    current = try Self.program(route, cell)
    processor = BlockProcessor(program: current, rampFrames: 0)
    for _ in 0..<cell.period + 64 { _ = step() }
  }

  private static func program(_ route: Route, _ cell: Cell) throws -> ProgramPointer {
    makeProgram(
      try Convolver(
        block: cell.block, inputs: 1, outputs: 1, routes: [route], precision: .float32, costs: Ours.costs[.float32]!),
      fadeFrames: Cell.rate / 50)
  }

  /// One block; returns its nanoseconds and the program that a finished change leaves.
  private func step() -> (time: Double, retired: ProgramPointer?) {
    var x = UnsafePointer(input.pointers[0] + position * cell.block % frames)
    position += 1
    let start = wallTime()
    let retired = processor.process(&x, to: y.pointers, open: true)
    return (Double(wallTime() - start), retired)
  }

  /// Times blocks without a change.
  func rest() { for _ in 0..<max(1_000, cell.period) { resting.append(step().time) } }

  /// Times the blocks of one change.
  func change() throws {
    let incoming = try Self.program(route, cell)
    _ = incoming.pointee.warm(from: current.pointee.history)
    for _ in 0..<Self.blocksMissed { _ = step() }
    processor.begin(incoming, isFollowed: true)
    var times: [Double] = []
    while true {
      // As the engine's control side does it, but on this processor.
      incoming.pointee.follow(current.pointee.history)
      let (time, retired) = step()
      times.append(time)
      if let retired {
        freeProgram(retired)
        break
      }
    }
    current = incoming
    changing.append(times)
  }
}
