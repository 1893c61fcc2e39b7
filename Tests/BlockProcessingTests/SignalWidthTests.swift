import BlockProcessing
import Buffers
import Convolution
import TestSupport
import Testing
import Vector

/// Sums are snapped while the samples that a kernel hears have few enough bits, frame by frame; all others are left as they are.
@Suite("Signal width")
struct SignalWidthTests {
  private struct Case: CustomStringConvertible {
    var block: Int
    var inputs: Int
    var outputs: Int
    var routes: [Route]
    var threads: Int
    /// For each input.
    var x: [[Double]]

    var description: String {
      let taps = routes.map { "\($0.from) to \($0.to): \($0.response.count) + \($0.delay)" }
      return "block \(block), \(taps), \(threads) threads, \(x[0].count) frames"
    }
    var frames: Int { x[0].count }

    func program() throws -> ProgramPointer {
      let (head, tails) = TailPlan.split(
        routes, block: block, threads: threads, precision: .float64, costs: .shipped(.float64))
      let convolver = try Convolver(block: block, inputs: inputs, outputs: outputs, routes: head)
      return makeProgram(convolver, tails: tails, fadeFrames: 10)
    }

    /// All blocks, through whatever `process` is.
    func run(_ process: (UnsafePointer<UnsafePointer<Double>>, UnsafePointer<UnsafeMutablePointer<Double>>) -> Void) -> [[Double]] {
      let input = Planes(channels: inputs, frames: block)
      let output = Planes(channels: outputs, frames: block)
      var y = [[Double]](repeating: [], count: outputs)
      for start in stride(from: 0, to: frames, by: block) {
        for channel in 0..<inputs { for n in 0..<block { input.pointers[channel][n] = x[channel][start + n] } }
        process(input.readOnly, UnsafePointer(output.pointers))
        for channel in 0..<outputs { y[channel] += (0..<block).map { output.pointers[channel][$0] } }
      }
      return y
    }

    /// The outputs of a block processor, and what is known of their sums.
    func snapped() throws -> (y: [[Double]], sums: [OutputSums]) {
      let program = try program()
      let sums = program.pointee.sums
      var processor = BlockProcessor(program: program, rampFrames: 0)
      let y = run { x, y in
        _ = processor.process(x, to: y, open: true)
        for tail in 0..<program.pointee.tailCount { _ = program.pointee.tails[tail].work() }
      }
      return (y, sums)
    }

    /// The outputs of the convolver alone.
    func plain() throws -> [[Double]] {
      var convolver = try Convolver(block: block, inputs: inputs, outputs: outputs, routes: routes)
      return run { convolver.process($0, to: $1) }
    }

    /// In units of 2^-80.
    func exact(_ output: Int, at n: Int) -> Double {
      var sum: Int128 = 0
      for route in routes where route.to == output && n >= route.delay {
        let taps = route.response.taps
        for k in 0..<min(taps.count, n - route.delay + 1) {
          sum += Int128(taps[k] * route.gain * 0x1p40) * Int128(x[route.from][n - route.delay - k] * 0x1p40)
        }
      }
      return Double(sum) * 0x1p-80
    }

    /// For each frame, whether its sum is left as it is: it hears a sample of more bits, or lies in a block between two such.
    func isWide(_ output: Int, _ sums: OutputSums) -> [Bool] {
      var wide = [Bool](repeating: false, count: frames)
      guard let bits = sums.exactBits else { return wide.map { _ in true } }
      let scale = Double(sign: .plus, exponent: bits - 1, significand: 1)
      for start in stride(from: 0, to: frames, by: block) {
        var (first, end) = (frames, 0)
        for heard in sums.heard {
          let samples = x[heard.input][start..<start + block]
          let isLoud = samples.contains { abs($0) > 1 }
          let isOff = { (sample: Double) in abs(sample) > 1 || (sample * scale).rounded() != sample * scale }
          guard let from = samples.firstIndex(where: isOff), let last = samples.lastIndex(where: isOff) else { continue }
          first = min(first, isLoud ? start : from)
          end = max(end, last + (isLoud ? heard.roundedFrames : heard.frames))
        }
        for n in first..<max(first, min(frames, end)) { wide[n] = true }
      }
      return wide
    }
  }

  private func kernel(_ count: Int, bits: Int, using random: inout SeededGenerator) throws -> ImpulseResponse {
    let scale = Double(1 << (bits - 1))
    let loudness = Double.random(in: 0.001...0.5, using: &random)
    let taps = random.noise(count).map { ($0 * loudness * scale).rounded() / scale }
    return try ImpulseResponse(taps.dropLast() + [1 / scale])
  }

  /// 16 bits, loud and quiet; here and there samples of up to 30 bits, and, if `isLoud`, some beyond full scale.
  private func signal(_ frames: Int, isLoud: Bool, using random: inout SeededGenerator) -> [Double] {
    var samples: [Double] = []
    while samples.count < frames {
      let most = 1 << Int.random(in: 0..<16, using: &random)
      for _ in 0..<Int.random(in: 1...2000, using: &random) {
        samples.append(Double(Int.random(in: -most...(most - 1), using: &random)) * 0x1p-15)
      }
    }
    for _ in 0..<Int.random(in: 0...3, using: &random) {
      let at = Int.random(in: 0..<frames, using: &random)
      let step = Double(sign: .plus, exponent: -Int.random(in: 15...29, using: &random), significand: 1)
      let length = [1, 1, 100].randomElement(using: &random)!
      for n in at..<min(frames, at + length) where Int.random(in: 0..<3, using: &random) < 2 {
        samples[n] = (samples[n] / 2 / step).rounded() * step + step
      }
      if isLoud { samples[at] = Double(Int.random(in: 33_000...1_000_000, using: &random)) * 0x1p-15 }
    }
    if isLoud {
      // Whole blocks of which every sample is beyond full scale, and has few bits all the same.
      let at = Int.random(in: 0..<frames, using: &random)
      for n in at..<min(frames, at + 5_000) { samples[n] = Double(Int.random(in: 33_000...90_000, using: &random)) * 0x1p-15 }
    }
    return Array(samples[..<frames])
  }

  private func randomCase(threads: Int, isLoud: Bool, using random: inout SeededGenerator) throws -> Case {
    let (inputs, outputs) = (Int.random(in: 1...3, using: &random), Int.random(in: 1...3, using: &random))
    let routes = try (0..<Int.random(in: 1...5, using: &random)).map { _ in
      Route(
        from: Int.random(in: 0..<inputs, using: &random), to: Int.random(in: 0..<outputs, using: &random),
        response: try kernel(
          [1, 300, 900, 5000].randomElement(using: &random)!, bits: Int.random(in: 16...22, using: &random), using: &random),
        gain: [1, 0.5, -1].randomElement(using: &random)!, delay: [0, 0, 7, 3000].randomElement(using: &random)!)
    }
    let block = [16, 64, 100, 441, 2048].randomElement(using: &random)!
    let frames = 24_000 / block * block
    return Case(
      block: block, inputs: inputs, outputs: outputs, routes: routes, threads: threads,
      x: (0..<inputs).map { _ in signal(frames, isLoud: isLoud, using: &random) })
  }

  /// The frames next to where `wide` changes, and some others.
  private func places(_ wide: [Bool], using random: inout SeededGenerator) -> [Int] {
    let turns = wide.indices.dropFirst().filter { wide[$0] != wide[$0 - 1] }.flatMap { [$0 - 1, $0] }
    return turns + (0..<100).map { _ in Int.random(in: 0..<wide.count, using: &random) }
  }

  @Test("sums are exact from the first frame that hears no wider sample, and untouched up to it", arguments: [false, true])
  func law(isLoud: Bool) throws {
    let seed: UInt64 = isLoud ? 102 : 101
    var random = SeededGenerator(seed: seed)
    var (narrow, corrected, untouched, turns) = (0, 0, 0, 0)
    for index in 0..<(Soak.cases > 0 ? 500 : 24) {
      let trial = try randomCase(threads: 0, isLoud: isLoud, using: &random)
      let ((y, sums), plain) = (try trial.snapped(), try trial.plain())
      for output in 0..<trial.outputs where !sums[output].isUnrounded {
        let wide = trial.isWide(output, sums[output])
        turns += wide.indices.dropFirst().count { wide[$0] != wide[$0 - 1] }
        let wrong = wide.indices.first { wide[$0] && y[output][$0] != plain[output][$0] }
        #expect(wrong == nil, "seed \(seed), case \(index), \(trial), output \(output)")
        untouched += wide.count { $0 }
        for n in places(wide, using: &random) where !wide[n] {
          let exact = trial.exact(output, at: n)
          #expect(y[output][n] == exact, "seed \(seed), case \(index), \(trial), output \(output), frame \(n)")
          narrow += 1
          if plain[output][n] != exact { corrected += 1 }
        }
      }
    }
    print("seed \(seed): \(narrow) exact sums, \(corrected) of them corrected, \(untouched) wide ones, \(turns) turns")
    #expect(corrected > 500 && untouched > 5_000 && turns > 20)
  }

  @Test("so they are with threads that take the late taps")
  func tails() throws {
    var random = SeededGenerator(seed: 103)
    var (narrow, wideFrames) = (0, 0)
    for index in 0..<(Soak.cases > 0 ? 200 : 12) {
      let trial = try randomCase(threads: 2, isLoud: index % 3 == 0, using: &random)
      let (y, sums) = try trial.snapped()
      for output in 0..<trial.outputs where !sums[output].isUnrounded {
        let wide = trial.isWide(output, sums[output])
        for n in places(wide, using: &random) {
          let exact = trial.exact(output, at: n)
          let isLoud = trial.x.contains { $0.contains { abs($0) > 1 } }
          if wide[n] { wideFrames += 1 } else { narrow += 1 }
          #expect(
            wide[n] ? isLoud || abs(y[output][n] - exact) <= sums[output].bound : y[output][n] == exact,
            "seed 103, case \(index), \(trial), output \(output), frame \(n)")
        }
      }
    }
    #expect(narrow > 500 && wideFrames > 100)
  }

  @Test("each output judges by the inputs that it hears")
  func inputs() throws {
    var random = SeededGenerator(seed: 104)
    let responses = try (0..<2).map { _ in try kernel(2000, bits: 18, using: &random) }
    let routes = [0, 1].map { Route(from: $0, to: $0, response: responses[$0]) }
    var trial = Case(block: 64, inputs: 2, outputs: 2, routes: routes, threads: 0, x: [])
    trial.x = [signal(6400, isLoud: false, using: &random), random.noise(6400)]
    for n in trial.x[0].indices { trial.x[0][n] = (trial.x[0][n] * 0x1p15).rounded() * 0x1p-15 }
    let ((y, _), plain) = (try trial.snapped(), try trial.plain())
    #expect(y[1] == plain[1] && y[0] != plain[0])
    #expect(stride(from: 0, to: 6400, by: 13).allSatisfy { y[0][$0] == trial.exact(0, at: $0) })
  }

  @Test("a program that is faded to hears what was wide before it came, for as long as its own kernel lasts")
  func change() throws {
    var random = SeededGenerator(seed: 105)
    let (block, wideAt, changeAt) = (64, 4000, 100)
    let kernels = [try kernel(1000, bits: 18, using: &random), try kernel(8000, bits: 18, using: &random)]
    var x = signal(64 * 300, isLoud: false, using: &random).map { ($0 * 0x1p15).rounded() * 0x1p-15 }
    x[wideAt] = 0.3
    let cases = kernels.map {
      Case(block: block, inputs: 1, outputs: 1, routes: [Route(from: 0, to: 0, response: $0)], threads: 0, x: [x])
    }
    let programs = try cases.map { try $0.program() }
    let plain = try cases.map { try $0.plain()[0] }
    let bench = Bench(programs[0], block: block, rampFrames: 0)
    var (y, finished): ([Double], Int?) = ([], nil)
    for index in 0..<300 {
      if index == changeAt {
        let isWarm = warm(programs[1], from: programs[0])
        #expect(isWarm)
        bench.processor.begin(programs[1])
      }
      let (output, isFinished) = bench.run(x[index * block..<(index + 1) * block])
      y += output
      if isFinished { finished = index }
    }
    let faded = (try #require(finished) + 1) * block
    #expect(y[wideAt..<wideAt + 1000] == plain[0][wideAt..<wideAt + 1000])
    let narrow = Array(0..<wideAt) + Array(wideAt + 1000..<changeAt * block)
    #expect(
      narrow.allSatisfy { $0 % 7 != 0 || y[$0] == cases[0].exact(0, at: $0) }
        && y[narrow[3]...narrow[900]] != plain[0][narrow[3]...narrow[900]])
    #expect(faded < wideAt + 7000 && y[faded..<wideAt + 8000] == plain[1][faded..<wideAt + 8000])
    #expect((wideAt + 8000..<x.count).allSatisfy { $0 % 17 != 0 && $0 != wideAt + 8000 || y[$0] == cases[1].exact(0, at: $0) })
    #expect(y[(wideAt + 8000)...] != plain[1][(wideAt + 8000)...])
  }

  @Test("a reset forgets what was wide, and so does silence that is skipped")
  func forgotten() throws {
    var random = SeededGenerator(seed: 106)
    let response = try kernel(3000, bits: 18, using: &random)
    let x = signal(64 * 20, isLoud: false, using: &random).map { ($0 * 0x1p15).rounded() * 0x1p-15 }
    let trial = Case(block: 64, inputs: 1, outputs: 1, routes: [Route(from: 0, to: 0, response: response)], threads: 0, x: [x])
    for isReset in [true, false] {
      let bench = Bench(try trial.program(), block: 64, rampFrames: 0)
      _ = bench.run(random.noise(64)[...])
      let silence = Planes(channels: 1, frames: 64)
      if isReset { #expect(bench.processor.reset() == nil) } else { bench.processor.skip(48, silence: silence.readOnly) }
      let y = (0..<20).flatMap { bench.run(x[$0 * 64..<($0 + 1) * 64]).output }
      let isExact = y.indices.allSatisfy { isReset || $0 >= 64 ? y[$0] == trial.exact(0, at: $0) : true }
      #expect(isExact, "\(isReset ? "reset" : "skipped")")
    }
  }
}
