import Buffers
import CIntrinsics
import Vector

extension CostTable {
  /// Measures this processor for some seconds. Each cost is the least of several rounds, since other work on the machine only
  /// ever adds.
  ///
  /// Not real-time safe. Takes some 200 MB meanwhile.
  public static func measured(_ precision: Precision, instructionSet: InstructionSet = .best) -> CostTable {
    let meter = CostMeter(precision: precision, instructionSet: instructionSet)
    // Twice, some time apart, so that a burst of other work does not affect both.
    let rounds = (0..<2).map { _ in (sizes.map { meter.transform(size: 1 << $0) }, distances.map { meter.product(bytes: 1 << $0) }) }
    let transforms = zip(rounds[0].0, rounds[1].0).map { (forward: min($0.forward, $1.forward), inverse: min($0.inverse, $1.inverse)) }
    let product = zip(rounds[0].1, rounds[1].1).map(min)
    let tapFrame = meter.tapFrame()
    var costs = CostTable(
      call: meter.call(), slot: 0, far: 1, sample: meter.sample(tapFrame: tapFrame), tapFrame: tapFrame,
      forward: transforms.map(\.forward),
      inverse: zip(sizes, transforms).map { max(0, $1.inverse - product[0] * Double(1 << $0)) }, product: product)
    // The rest is measured in a whole convolver: first with short slots, then with much memory.
    let small = meter.inPlace(block: 64, taps: 1 << 14, costs)
    costs.slot = max(0, small.measured - small.predicted) / Double(max(1, small.levels - 1))
    let large = meter.inPlace(block: 256, taps: 1 << 19, costs)
    costs.far = max(1, large.measured / large.predicted)
    return costs
  }
}

private struct CostMeter {
  let precision: Precision
  let instructionSet: InstructionSet
  private let loops: VectorLoops
  private let clock = ContinuousClock()

  init(precision: Precision, instructionSet: InstructionSet) {
    (self.precision, self.instructionSet) = (precision, instructionSet)
    loops = VectorLoops.table(precision, instructionSet)
  }

  /// The least ns of one call of `body`, of rounds that take a twentieth of a millisecond or one call each.
  private func least(rounds: Int = 40, _ body: () -> Void) -> Double {
    body()
    let once = clock.measure(body) / .nanoseconds(1)
    let calls = max(1, Int(50_000 / max(once, 10)))
    var least = Double.infinity
    for _ in 0..<(calls == 1 ? max(4, min(rounds, Int(20_000_000 / once))) : rounds) {
      let time = clock.measure { for _ in 0..<calls { body() } }
      least = min(least, time / .nanoseconds(1) / Double(calls))
    }
    return least
  }

  private func route(taps: Int) -> Route {
    do {
      return Route(from: 0, to: 0, response: try ImpulseResponse([Double](repeating: 1, count: taps)))
    } catch {
      preconditionFailure("ones are a filter: \(error)")
    }
  }

  private func convolver(_ plan: Plan, taps: Int) -> Convolver {
    do {
      return try Convolver(
        block: plan.block, inputs: 1, outputs: 1, routes: [route(taps: taps)], plan: plan, precision: precision,
        instructionSet: instructionSet)
    } catch {
      preconditionFailure("a route from the first input to the first output is possible: \(error)")
    }
  }

  /// ns of a window's transform, and of the way back with one partition.
  func transform(size: Int) -> (forward: Double, inverse: Double) {
    let plan = Plan(block: size, slot: size, directTaps: 0, levels: [Plan.Level(size: size, offset: 0)])
    let convolver = convolver(plan, taps: size)
    return convolver.timeTransforms { least($0) }
  }

  /// ns a block of the cheapest plan for one route, as measured over its longest period, and as predicted.
  func inPlace(block: Int, taps: Int, _ costs: CostTable) -> (measured: Double, predicted: Double, levels: Int) {
    let shape = MatrixShape(block: block, inputs: 1, outputs: 1, routes: [route(taps: taps)])
    let plan = Plan.cheapest(for: shape, precision: precision, instructionSet: instructionSet, costs: costs)
    var convolver = convolver(plan, taps: taps)
    let measured = convolver.measuredNanoseconds(rounds: 8)
    return (measured, plan.predictedNanoseconds(for: shape, precision: precision, costs: costs), plan.levels.count)
  }

  /// ns a bin.
  func product(bytes: Int) -> Double {
    let points = 512
    let spectrumBytes = 2 * points * loops.scalar_bytes
    let partitions = max(1, bytes / 2 / spectrumBytes)
    let spectra = Memory(byteCount: 2 * partitions * spectrumBytes)
    let sums = Memory(byteCount: spectrumBytes)
    let tile = 2 * loops.tile_bins * loops.scalar_bytes
    var run = SpectrumRun(
      signal: spectra.base, kernel: spectra.base + partitions * spectrumBytes, count: partitions, signal_stride: partitions * tile,
      kernel_stride: partitions * tile, newer: nil)
    let (re, im) = (sums.base, sums.base + spectrumBytes / 2)
    let time = least { loops.multiply(&run, count: 1, tiles: 0..<points / loops.tile_bins, re: re, im: im) }
    return time / Double(points * partitions)
  }

  func tapFrame() -> Double {
    let (taps, frames) = (16 * loops.direct_taps, 4 * loops.lane_count)
    let memory = Memory(byteCount: (3 * taps + 4 * frames) * loops.scalar_bytes)
    let x = memory.base + taps * loops.scalar_bytes
    let y = x + 3 * frames * loops.scalar_bytes
    return least { loops.direct(x, memory.base, taps: taps, to: y, frames: frames, adding: true) } / Double(taps * frames)
  }

  func call() -> Double {
    let memory = Memory(byteCount: 4096)
    var run = SpectrumRun(signal: memory.base, kernel: memory.base, count: 0, signal_stride: 0, kernel_stride: 0, newer: nil)
    // Choosing the loop and preparing its arguments takes about as long again.
    return 2 * least { loops.multiply(&run, count: 0, tiles: 0..<0, re: memory.base, im: memory.base) }
  }

  func sample(tapFrame: Double) -> Double {
    let block = 256
    var convolver = convolver(Plan(block: block, slot: block, directTaps: .max, levels: []), taps: 1)
    let memory = Memory(byteCount: 2 * block * MemoryLayout<Double>.stride)
    let samples = memory.base.bindMemory(to: Double.self, capacity: 2 * block)
    var (input, output) = (UnsafePointer(samples), samples + block)
    let time = least { convolver.process(&input, to: &output) }
    return max(0, time - tapFrame * Double(block)) / Double(2 * block)
  }
}

extension Convolver {
  /// ns of a block: the least mean of some rounds, each over the longest partitions, since other work only ever adds.
  ///
  /// - Parameter blocks: the fewest of a round.
  public mutating func measuredNanoseconds(rounds: Int, blocks: Int = 1) -> Double {
    let x = Planes(channels: inputs, frames: block)
    let y = Planes(channels: outputs, frames: block)
    for channel in 0..<inputs { for n in 0..<block { x.pointers[channel][n] = Double.random(in: -1...1) } }
    let (clock, blocks) = (ContinuousClock(), max(blocks, 2 * (plan.levels.last?.size ?? block) / block))
    let (input, output) = (x.readOnly, y.pointers)
    var least = Duration.seconds(1 << 20)
    for _ in 0..<rounds { least = min(least, clock.measure { for _ in 0..<blocks { process(input, to: output) } }) }
    let nanoseconds: Double = least / .nanoseconds(1)
    return nanoseconds / Double(blocks)
  }

  /// Times the first level's forward and inverse operations.
  fileprivate func timeTransforms(_ least: (() -> Void) -> Double) -> (forward: Double, inverse: Double) {
    let level = layout.levels[0]
    let count = Int(level.cuts[level.slots])
    let back = (0..<count).first { level.operations[$0].kind == .inverseBlocks } ?? count
    let forward = least { for index in 0..<back { level.run(level.operations[index]) } }
    let inverse = least { for index in back..<count { level.run(level.operations[index]) } }
    return (forward, inverse)
  }
}
