import BlockProcessing
import Convolution
import Foundation
import Synchronization
import TestSupport
import Testing

/// The control side, on a thread of its own.
private final class Follower: @unchecked Sendable {
  private let stopped = Atomic<Bool>(false)
  private let done = DispatchSemaphore(value: 0)

  init(_ program: ProgramPointer, _ live: ProgramPointer) {
    nonisolated(unsafe) let (program, live) = (program, live)
    Thread.detachNewThread {
      while !self.stopped.load(ordering: .acquiring) { _ = follow(program, live) }
      self.done.signal()
    }
  }

  /// Returns when it does no more. May be called again.
  func stop() {
    if stopped.exchange(true, ordering: .acquiringAndReleasing) { return }
    done.wait()
  }
}

private func largestDifference(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).map { abs($0 - $1) }.max() ?? 0 }

@Suite("BlockProcessor")
struct BlockProcessorTests {
  @Test("a change is the old output fading into what the new kernel would have given all along")
  func change() throws {
    var random = SeededGenerator(seed: 31)
    for (oldTaps, newTaps) in [(1, 1), (700, 900), (900, 3), (3, 2000)] {
      for (block, warmedAt, begunAt) in [(64, 40, 40), (64, 40, 47), (37, 50, 51), (64, 1, 8), (64, 0, 9)] {
        let (x, old, new) = (random.noise(block * 80), random.noise(oldTaps), random.noise(newTaps))
        let (a, b) = (convolved(x, old), convolved(x, new))
        let first = try program(old, block: block)
        let bench = Bench(first, block: block, rampFrames: 300)
        var start: Int?
        let incoming = try program(new, block: block, fadeFrames: 300)
        for index in 0..<80 {
          if index == warmedAt { #expect(warm(incoming, from: first)) }
          if index == begunAt { bench.processor.begin(incoming) }
          let (y, _) = bench.run(x[index * block..<(index + 1) * block])
          let range = index * block..<(index + 1) * block
          if start == nil, index >= begunAt, zip(y, a[range]).contains(where: { abs($0 - $1) > 1e-9 }) { start = range.lowerBound }
          for (n, value) in zip(range, y) where n >= 300 {
            let w = start.map { weight(n - $0, of: 300) } ?? 0
            #expect(abs(value - (a[n] * (1 - w) + b[n] * w)) < 1e-10, "\(oldTaps) to \(newTaps) taps, block \(block), frame \(n)")
          }
        }
        #expect(start != nil && start! <= (2 * begunAt - warmedAt + 3) * block, "two blocks are caught up with in each")
      }
    }
  }

  @Test("a program that is followed to the present fades in at once, and one that is not after a while")
  func followed() throws {
    var random = SeededGenerator(seed: 35)
    let (block, blocks, begun) = (64, 600, 20)
    let (old, new) = (random.noise(100), random.noise(1500))
    let x = random.noise(block * blocks)
    let (a, b) = (convolved(x, old), convolved(x, new))
    // The block before which the control side comes, if it comes.
    for follows in [begun, begun + 7, nil] {
      let first = try program(old, block: block)
      let incoming = try program(new, block: block, fadeFrames: block)
      let bench = Bench(first, block: block, rampFrames: 0)
      var finished: Int?
      for index in 0..<blocks {
        if index == begun {
          #expect(warm(incoming, from: first))
          bench.processor.begin(incoming, isFollowed: true)
        }
        if index == follows { #expect(follow(incoming, first)) }
        let range = index * block..<(index + 1) * block
        let (y, isFinished) = bench.run(x[range])
        if isFinished { finished = index }
        // The block in which it finishes is the only one of the fade.
        let expected = finished == nil ? a[range] : b[range]
        if !isFinished { #expect(largestDifference(y, Array(expected)) < 1e-10, "block \(index), followed in \(follows ?? -1)") }
      }
      #expect(follows == nil ? finished! > begun + 200 : finished == follows)
    }
  }

  @Test("a program that the sound has overtaken while somebody was to follow hears silence in place of what is lost")
  func overtaken() throws {
    var random = SeededGenerator(seed: 37)
    let block = 64
    let first = try program([1], block: block)
    let lost = first.pointee.history.capacity
    let x = random.noise(block * (lost + 1200))
    // Of a past that the history does not hold any more.
    let delay = block * (lost + 400)
    let incoming = try program([Double](repeating: 0, count: delay) + [1], block: block, fadeFrames: 1)
    let bench = Bench(first, block: block, rampFrames: 0)
    var changed = false
    for index in 0..<lost + 1200 {
      if index == 20 { #expect(warm(incoming, from: first)) }
      if index == lost + 1000 { bench.processor.begin(incoming, isFollowed: true) }
      if index == lost + 1000 { #expect(!follow(incoming, first)) }
      if index == lost + 1001 {
        #expect(warm(incoming, from: first))
        incoming.pointee.release()
        #expect(follow(incoming, first))
      }
      let (y, _) = bench.run(x[index * block..<(index + 1) * block])
      if index >= lost + 1000 {
        changed = changed || y.allSatisfy { abs($0) < 1e-9 }
        #expect(!changed || y.allSatisfy { abs($0) < 1e-9 }, "block \(index)")
      }
    }
    #expect(changed && !bench.isChanging)
  }

  @Test("a thread may follow while sound runs")
  func followedMeanwhile() throws {
    var random = SeededGenerator(seed: 36)
    let (block, blocks) = (64, 4000)
    let (old, new) = (random.noise(100), random.noise(1500))
    let x = random.noise(block * blocks)
    let first = try program(old, block: block)
    let incoming = try program(new, block: block, fadeFrames: block)
    let bench = Bench(first, block: block, rampFrames: 0)
    for index in 0..<20 { _ = bench.run(x[index * block..<(index + 1) * block]) }
    #expect(warm(incoming, from: first))
    bench.processor.begin(incoming, isFollowed: true)
    let follower = Follower(incoming, first)
    var finished: Int?
    for index in 20..<blocks {
      let range = index * block..<(index + 1) * block
      let (y, isFinished) = bench.run(x[range]) { follower.stop() }
      if isFinished { finished = index }
      guard let finished else {
        // Slower than blocks come in life, as the follower may have to share a processor with much else.
        usleep(1000)
        continue
      }
      if index > finished + 20 { break }
      if index > finished {
        let expected = range.map { n in new.indices.reduce(0) { n < $1 ? $0 : $0 + new[$1] * x[n - $1] } }
        #expect(largestDifference(y, expected) < 1e-10)
      }
    }
    #expect(finished != nil)
    follower.stop()
  }

  @Test("where nothing is heard a change ends at once, unless somebody is at work on it")
  func settled() throws {
    let (first, second) = (try program([1], block: 64), try program([0.5], block: 64))
    let bench = Bench(first, block: 64, rampFrames: 0)
    #expect(bench.processor.settle() == nil)
    bench.processor.begin(second, isFollowed: true)
    #expect(bench.processor.settle() == first && bench.isSilent && !bench.processor.isChanging)
    freeProgram(first)
  }

  @Test("a long kernel that follows a short one hears all of the past")
  func longAfterShort() throws {
    var random = SeededGenerator(seed: 34)
    let block = 64
    let (x, long) = (random.noise(block * 80), random.noise(2500))
    var programs = try [[1.0], [0.5], long].map { try program($0, block: block) }
    let bench = Bench(programs[0], block: block, rampFrames: 10)
    var y: [Double] = []
    for index in 0..<80 {
      if index == 60 || index == 64 {
        #expect(warm(programs[1], from: programs[0]))
        bench.processor.begin(programs[1])
      }
      let (output, finished) = bench.run(x[index * block..<(index + 1) * block])
      y += output
      if finished { programs.removeFirst() }
    }
    let expected = convolved(x, long)
    for n in 66 * block..<80 * block { #expect(abs(y[n] - expected[n]) < 1e-10, "frame \(n)") }
  }

  @Test("the output opens from silence and closes to silence along the fade, and is itself in between")
  func ramp() throws {
    var random = SeededGenerator(seed: 32)
    let (block, fade) = (64, 200)
    let x = random.noise(block * 30)
    let bench = Bench(try program([1], block: block), block: block, rampFrames: fade)
    var y: [Double] = []
    for index in 0..<20 { y += bench.run(x[index * block..<(index + 1) * block], open: index >= 2 && index < 12).output }
    let (opening, closing) = (2 * block, 12 * block)
    for n in y.indices {
      let gain =
        n < opening
        ? 0 : n < closing ? weight(n - opening, of: fade) : n - closing + 1 >= fade ? 0 : weight(fade - 2 - (n - closing), of: fade)
      if gain == 1 { #expect(y[n] == x[n]) } else { #expect(abs(y[n] - x[n] * gain) < 1e-15, "frame \(n)") }
    }
    #expect(bench.isSilent)
  }

  @Test("without a ramp the output is open from the first frame, and each program has a fade of its own, or none")
  func fades() throws {
    var random = SeededGenerator(seed: 35)
    let block = 32
    let x = random.noise(block * 12)
    let programs = try [(1.0, 0), (2.0, 100), (3.0, 0)].map { try program([$0], block: block, fadeFrames: $1) }
    let bench = Bench(programs[0], block: block, rampFrames: 0)
    var y: [Double] = []
    for index in 0..<12 {
      for (next, at) in [(1, 2), (2, 8)] where index == at {
        #expect(warm(programs[next], from: programs[next - 1]))
        bench.processor.begin(programs[next])
      }
      y += bench.run(x[index * block..<(index + 1) * block]).output
    }
    for n in y.indices {
      let gain = n < 2 * block ? 1 : n < 8 * block ? 1 + weight(n - 2 * block, of: 100) : 3
      #expect(abs(y[n] - x[n] * gain) < 1e-14, "frame \(n)")
    }
  }

  @Test("a reset forgets the input and ends a change: what follows is the new kernel's answer to what follows")
  func reset() throws {
    var random = SeededGenerator(seed: 36)
    let block = 64
    let (x, old, new) = (random.noise(block * 40), random.noise(3000), random.noise(2000))
    let (first, next) = (try program(old, block: block), try program(new, block: block, fadeFrames: 1000))
    let bench = Bench(first, block: block, rampFrames: 0)
    for index in 0..<20 {
      if index == 18 {
        #expect(warm(next, from: first))
        bench.processor.begin(next)
      }
      let finished = bench.run(x[index * block..<(index + 1) * block]).finished
      #expect(!finished)
    }
    let left = [bench.processor.reset(), bench.processor.reset()]
    #expect(left == [first, nil])
    freeProgram(first)
    var y: [Double] = []
    for index in 20..<40 { y += bench.run(x[index * block..<(index + 1) * block]).output }
    let expected = convolved(Array(x[(20 * block)...]), new)
    for n in y.indices { #expect(abs(y[n] - expected[n]) < 1e-11, "frame \(n)") }
  }

  @Test("frames that were lost are silence in the history, and the output opens anew")
  func lost() throws {
    var random = SeededGenerator(seed: 33)
    let block = 64
    let (x, h) = (random.noise(block * 40), random.noise(1500))
    let bench = Bench(try program(h, block: block), block: block, rampFrames: 50)
    let silence = UnsafeMutablePointer<Double>.allocate(capacity: block)
    silence.initialize(repeating: 0, count: block)
    defer { silence.deallocate() }
    var played: [Double] = []
    var y: [Double] = []
    for index in 0..<40 {
      if index == 20 {
        var pointer = UnsafePointer(silence)
        bench.processor.skip(3, silence: &pointer)
        played += [Double](repeating: 0, count: 3 * block)
        y += [Double](repeating: 0, count: 3 * block)
        #expect(bench.isSilent)
      }
      played += x[index * block..<(index + 1) * block]
      y += bench.run(x[index * block..<(index + 1) * block]).output
    }
    let expected = convolved(played, h)
    for n in 24 * block..<y.count { #expect(abs(y[n] - expected[n]) < 1e-11, "frame \(n)") }
  }

  @Test("frames that were lost in a fade end it: the new program is heard from silence, and has heard the past")
  func lostInFade() throws {
    var random = SeededGenerator(seed: 34)
    let block = 64
    let (x, old, new) = (random.noise(block * 40), random.noise(1500), random.noise(1200))
    let bench = Bench(try program(old, block: block), block: block, rampFrames: 50)
    let silence = UnsafeMutablePointer<Double>.allocate(capacity: block)
    silence.initialize(repeating: 0, count: block)
    defer { silence.deallocate() }
    var played: [Double] = []
    var y: [Double] = []
    for index in 0..<40 {
      if index == 10 { bench.processor.begin(try program(new, block: block, fadeFrames: 100_000)) }
      if index == 30 {
        #expect(bench.isChanging)
        var pointer = UnsafePointer(silence)
        bench.processor.skip(3, silence: &pointer)
        played += [Double](repeating: 0, count: 3 * block)
        y += [Double](repeating: 0, count: 3 * block)
      }
      let result = bench.run(x[index * block..<(index + 1) * block])
      #expect(result.finished == (index == 30))
      played += x[index * block..<(index + 1) * block]
      y += result.output
    }
    let expected = convolved(played, new)
    for n in 34 * block..<y.count { #expect(abs(y[n] - expected[n]) < 1e-11, "frame \(n)") }
  }
}
