import BlockProcessing
import Buffers
import Convolution
import TestSupport
import Testing
import Vector

@Suite("Tails")
struct TailTests {
  private let block = 64
  private let blocks = 160

  /// A matrix whose responses reach beyond what the audio thread keeps.
  private func matrix(_ random: inout SeededGenerator) throws -> [Route] {
    try [(0, 0), (1, 0), (1, 1), (0, 2), (2, 1)].map { (from: Int, to: Int) throws -> Route in
      // Some begin with silence, all of it before the tail or reaching into it.
      let silence = [Double](repeating: 0, count: [0, 0, 700, 2900].randomElement(using: &random)!)
      return Route(
        from: from, to: to, response: try ImpulseResponse(silence + random.noise(Int.random(in: 1...4000, using: &random))),
        gain: Double.random(in: -1...1, using: &random), delay: [0, 3, 2500].randomElement(using: &random)!)
    }
  }

  private func program(_ routes: [Route], threads: Int) throws -> ProgramPointer {
    let (head, tails) = TailPlan.split(
      routes, block: block, threads: threads, precision: .float64, costs: .shipped(.float64))
    let convolver = try Convolver(block: block, inputs: 3, outputs: 3, routes: head)
    return makeProgram(convolver, tails: tails, fadeFrames: 10)
  }

  /// The outputs of all blocks; before each, `meanwhile`.
  ///
  /// - Parameter gap: blocks of silence that come at once before the first.
  private func run(_ program: ProgramPointer, _ x: [[Double]], blocks: Int = 160, gap: Int = 0, meanwhile: (Int) -> Void) -> [[Double]] {
    var processor = BlockProcessor(program: program, rampFrames: 0)
    let input = Planes(channels: 3, frames: block)
    let output = Planes(channels: 3, frames: block)
    processor.skip(gap, silence: input.readOnly)
    var y = [[Double]](repeating: [], count: 3)
    for index in 0..<blocks {
      meanwhile(index)
      for channel in 0..<3 { for n in 0..<block { input.pointers[channel][n] = x[channel][index * block + n] } }
      _ = processor.process(input.readOnly, to: output.pointers, open: true)
      for channel in 0..<3 { y[channel] += (0..<block).map { output.pointers[channel][$0] } }
    }
    return y
  }

  private func sum(_ routes: [Route], _ x: [[Double]], output: Int, frame: Int) -> Double {
    routes.filter { $0.to == output }.reduce(0) { sum, route in
      let taps = route.response.taps
      let last = frame - route.delay
      return last < 0 ? sum : sum + route.gain * (0...min(last, taps.count - 1)).reduce(0) { $0 + taps[$1] * x[route.from][last - $1] }
    }
  }

  @Test("with what the audio thread keeps are the whole, whatever the number of threads", arguments: [0, 1, 2, 5])
  func whole(threads: Int) throws {
    var random = SeededGenerator(seed: 41)
    for _ in 0..<4 {
      let routes = try matrix(&random)
      let x = (0..<3).map { _ in random.noise(block * blocks) }
      let program = try program(routes, threads: threads)
      let tails = program.pointee.tailCount
      #expect(threads == 0 ? tails == 0 : 1...threads ~= tails)
      let y = run(program, x) { _ in
        for tail in 0..<program.pointee.tailCount { _ = program.pointee.tails[tail].work() }
      }
      for _ in 0..<200 {
        let (output, frame) = (Int.random(in: 0..<3, using: &random), Int.random(in: 0..<block * blocks, using: &random))
        #expect(abs(y[output][frame] - sum(routes, x, output: output, frame: frame)) < 1e-10, "output \(output), frame \(frame)")
      }
    }
  }

  @Test("that are late are left out and counted, and nothing waits for them")
  func late() throws {
    var random = SeededGenerator(seed: 42)
    let routes = [Route(from: 0, to: 0, response: try ImpulseResponse(random.noise(6000)))]
    let x = (0..<3).map { _ in random.noise(block * blocks) }
    let program = try program(routes, threads: 1)
    var late = 0
    // The thread sleeps from block 60 to block 100.
    let y = run(program, x) { index in
      if !(60..<100 ~= index) { _ = program.pointee.tails[0].work() }
      late = program.pointee.tails[0].lateBlocks
    }
    #expect(late > 0 && late < 50)
    // What is left is the sum of the first taps, until the thread is back and has caught up.
    let first = [Route(from: 0, to: 0, response: try ImpulseResponse(Array(routes[0].response.taps.prefix(2048))))]
    #expect(abs(y[0][99 * block] - sum(first, x, output: 0, frame: 99 * block)) < 1e-10)
    for frame in [59 * block, 140 * block, 160 * block - 1] {
      #expect(abs(y[0][frame] - sum(routes, x, output: 0, frame: frame)) < 1e-10, "frame \(frame)")
    }
  }

  @Test("that were overtaken by silence lack nothing", arguments: [1, 30, 64, 1280])
  func overtakenBySilence(gap: Int) throws {
    var random = SeededGenerator(seed: 56)
    let routes = [Route(from: 0, to: 0, response: try ImpulseResponse(random.noise(5_000)))]
    let x = (0..<3).map { _ in random.noise(block * blocks) }
    let program = try program(routes, threads: 1)
    let y = run(program, x, gap: gap) { _ in while program.pointee.tails[0].work() != .nothing {} }
    #expect(program.pointee.tails[0].lateBlocks == 0)
    for frame in [0, 2048, 5_000, 159 * block] as [Int] {
      #expect(abs(y[0][frame] - sum(routes, x, output: 0, frame: frame)) < 1e-10, "frame \(frame)")
    }
  }

  @Test("take the inputs alone that they hear, and are counted with their memory", arguments: [64, 2000])
  func queues(block: Int) throws {
    var random = SeededGenerator(seed: 57)
    let routes = try [(2, 0), (0, 1), (2, 1)].map {
      Route(from: $0, to: $1, response: try ImpulseResponse(random.noise(9_000 + 8 * block)))
    }
    let tails = TailPlan.split(routes, block: block, threads: 2, precision: .float64, costs: .shipped(.float64)).tails
    let made = makeProgram(
      try Convolver(block: block, inputs: 3, outputs: 2, routes: []), tails: tails, fadeFrames: 10)
    defer { freeProgram(made) }
    let bytes = (0..<2).map { index in made.pointee.tails[index].regions.suffix(2).map(\.count) }
    // Output 1 has most of the taps; the other one hears input 2 alone.
    #expect(
      zip(bytes, [2, 1]).allSatisfy {
        $0[0] >= $1 * TailPlan.queueBytes(block: block) && $0[0] < ($1 + 1) * TailPlan.queueBytes(block: block)
      })
    #expect(bytes.allSatisfy { TailPlan.queueBytes(block: block)..<2 * TailPlan.queueBytes(block: block) ~= $0[1] })
  }

  @Test("that are so late that their input is gone are left out until all of it that sounds is known again")
  func lost() throws {
    for seed in 44..<52 as Range<UInt64> {
      var random = SeededGenerator(seed: seed)
      let taps = Int.random(in: 2100...20_000, using: &random)
      let routes = [Route(from: 0, to: 0, response: try ImpulseResponse(random.noise(taps)))]
      let early = [Route(from: 0, to: 0, response: try ImpulseResponse(Array(routes[0].response.taps.prefix(2048))))]
      let blocks = 750
      var x = (0..<3).map { _ in random.noise(block * blocks) }
      // Some of the sound is silence, of either sign.
      let silence = Int.random(in: 40..<200, using: &random) * block..<Int.random(in: 200..<300, using: &random) * block
      if seed % 2 == 0 { for n in silence { x[0][n] = n % 2 == 0 ? 0 : -0.0 } }
      let program = try program(routes, threads: 1)
      let asleep = Int.random(in: 40..<80, using: &random)..<Int.random(in: 220..<300, using: &random)
      var (late, lateInARow, beganAnew) = ([Int](), [Int](), 0)
      let y = run(program, x, blocks: blocks) { index in
        if !asleep.contains(index) {
          for _ in 0..<Int.random(in: 0...2, using: &random) where program.pointee.tails[0].work() == .beganAnew { beganAnew += 1 }
        }
        late.append(program.pointee.tails[0].lateBlocks)
        lateInARow.append(program.pointee.tails[0].lateBlocksInARow)
      }
      for index in 0..<blocks - 1 {
        let isLate = late[index + 1] > late[index]
        for n in [0, block - 1] {
          let expected = sum(isLate ? early : routes, x, output: 0, frame: index * block + n)
          #expect(abs(y[0][index * block + n] - expected) < 1e-10, "seed \(seed), block \(index), late: \(isLate)")
        }
      }
      #expect(late.last! > 0 && late[blocks - 1] == late[blocks - 50] && lateInARow.last == 0, "seed \(seed)")
      #expect(lateInARow.max()! > 100 && beganAnew > 0, "seed \(seed)")
    }
  }

  @Test("are convolved in parts where a job is long")
  func parts() throws {
    var random = SeededGenerator(seed: 53)
    let routes = [Route(from: 0, to: 0, response: try ImpulseResponse(random.noise(40_000)), delay: 3)]
    let (head, tails) = TailPlan.split(routes, block: 2000, threads: 1, precision: .float64, costs: .shipped(.float64))
    let program = makeProgram(
      try Convolver(block: 2000, inputs: 1, outputs: 1, routes: head), tails: tails, fadeFrames: 10)
    var processor = BlockProcessor(program: program, rampFrames: 0)
    let input = Planes(channels: 1, frames: 2000)
    let output = Planes(channels: 1, frames: 2000)
    let x = random.noise(2000 * 40)
    // A job of four blocks is done in four steps.
    #expect(program.pointee.tails[0].framesAtOnce == 2000)
    for index in 0..<40 {
      for n in 0..<2000 { input.pointers[0][n] = x[index * 2000 + n] }
      _ = processor.process(input.readOnly, to: output.pointers, open: true)
      _ = program.pointee.tails[0].work()
      for n in [0, 1999] {
        #expect(abs(output.pointers[0][n] - sum(routes, [x], output: 0, frame: index * 2000 + n)) < 1e-9, "block \(index)")
      }
    }
    #expect(program.pointee.tails[0].lateBlocks == 0)
  }

  @Test("that lose their input in the middle of a job begin the next one at its beginning")
  func lostParts() throws {
    var random = SeededGenerator(seed: 54)
    let routes = [Route(from: 0, to: 0, response: try ImpulseResponse(random.noise(40_000)))]
    let (head, tails) = TailPlan.split(routes, block: 2000, threads: 1, precision: .float64, costs: .shipped(.float64))
    for asleep in [80..<180, 81..<181, 82..<182, 83..<183] {
      let program = makeProgram(try Convolver(block: 2000, inputs: 1, outputs: 1, routes: head), tails: tails, fadeFrames: 10)
      var processor = BlockProcessor(program: program, rampFrames: 0)
      let input = Planes(channels: 1, frames: 2000)
      let output = Planes(channels: 1, frames: 2000)
      let x = random.noise(2000 * 260)
      var late = 0
      for index in 0..<260 {
        for n in 0..<2000 { input.pointers[0][n] = x[index * 2000 + n] }
        _ = processor.process(input.readOnly, to: output.pointers, open: true)
        if !asleep.contains(index) { _ = program.pointee.tails[0].work() }
        let isLate = program.pointee.tails[0].lateBlocks > late
        late = program.pointee.tails[0].lateBlocks
        if isLate { continue }
        #expect(abs(output.pointers[0][1999] - sum(routes, [x], output: 0, frame: index * 2000 + 1999)) < 1e-9, "block \(index)")
      }
      #expect(late > 90 && late < 150, "\(late)")
    }
  }

  @Test("are warmed with their program")
  func warmed() throws {
    var random = SeededGenerator(seed: 43)
    let (old, new) = (try matrix(&random), try matrix(&random))
    let x = (0..<3).map { _ in random.noise(block * blocks) }
    let (first, second) = (try program(old, threads: 2), try program(new, threads: 2))
    let work = { (program: ProgramPointer) in
      (0..<program.pointee.tailCount).count { program.pointee.tails[$0].work() != .nothing }
    }
    var jobs = 0
    var processor = BlockProcessor(program: first, rampFrames: 0)
    let input = Planes(channels: 3, frames: block)
    let output = Planes(channels: 3, frames: block)
    var retired: ProgramPointer?
    for index in 0..<blocks {
      if index == 120 {
        let isWarm = second.pointee.warm(from: first.pointee.history)
        #expect(isWarm)
        processor.begin(second, isFollowed: true)
      }
      if retired == nil { _ = work(first) }
      if index == 122 { #expect(follow(second, first)) }
      if index > 122 { jobs += work(second) }
      for channel in 0..<3 { for n in 0..<block { input.pointers[channel][n] = x[channel][index * block + n] } }
      retired = processor.process(input.readOnly, to: output.pointers, open: true) ?? retired
      guard index > 122 || index < 120 else { continue }
      for channel in 0..<3 {
        let expected = sum(index < 120 ? old : new, x, output: channel, frame: index * block + 63)
        #expect(abs(output.pointers[channel][63] - expected) < 1e-10, "block \(index), output \(channel)")
      }
    }
    #expect(retired == first)
    // Once the audio thread has the program, it leaves them to theirs.
    #expect(jobs > 0)
    retired.map(freeProgram)
  }

  @Test("take over the kernels of the program before that have not changed")
  func takenOver() throws {
    var random = SeededGenerator(seed: 54)
    var kernels = try (0..<4).map { _ in try ImpulseResponse(random.noise(6000)) }
    func made(reusing known: [PreparedMatrix]) throws -> ProgramPointer {
      let routes = kernels.enumerated().map { Route(from: 0, to: $0, response: $1) }
      let (head, tails) = TailPlan.split(routes, block: 64, threads: 2, precision: .float32, costs: .shipped(.float32))
      let convolver = try Convolver(block: 64, inputs: 1, outputs: 4, routes: head, precision: .float32)
      return makeProgram(convolver, tails: tails, reusing: known, fadeFrames: 0)
    }
    let first = try made(reusing: [])
    kernels[1] = try ImpulseResponse(random.noise(6000))
    let second = try made(reusing: first.pointee.preparedTails)
    let known = Set(first.pointee.preparedTails.flatMap(\.kernels).map(ObjectIdentifier.init))
    let kept = second.pointee.preparedTails.flatMap(\.kernels).count { known.contains(ObjectIdentifier($0)) }
    #expect(known.count == 4 && kept == 3)
    freeProgram(first)
    freeProgram(second)
  }
}
