import BlockProcessing
import Buffers
import Foundation
import Synchronization
import Testing
import Vector

@Suite("The input's history")
struct InputHistoryTests {
  /// What both threads have, and what the reader found.
  private final class Shared: Sendable {
    let history = InputHistory(block: 16, inputs: 2, frames: 1, precision: .float32)
    let isDone = Atomic<Bool>(false)
    let held = Atomic<Int>(0)
    let torn = Atomic<Int>(0)
    let lost = Atomic<Int>(0)
  }

  /// What all samples of a block are: a number that float32 holds.
  private static func value(_ index: Int) -> Double { Double(index % (1 << 24)) }

  /// Each block's samples are its index. The reader keeps to the blocks that are overwritten next. Processors that reorder memory
  /// accesses (Arm) showed samples of other blocks here without the fences.
  @Test("another thread that was overtaken learns of it: a block that is held has its own samples, all of them")
  func seqlock() {
    let shared = Shared()
    let reader = Thread {
      let block = Planes(channels: 1, frames: 16)
      while !shared.isDone.load(ordering: .relaxed) {
        let index = shared.history.position - shared.history.capacity + 1
        guard index >= 0 else { continue }
        var others = 0
        for input in 0..<2 {
          shared.history.copy(index, input: input, to: block.pointers[0])
          for n in 0..<16 where block.pointers[0][n] != Self.value(index) { others += 1 }
        }
        guard shared.history.holds(index) else {
          shared.lost.add(1, ordering: .relaxed)
          continue
        }
        shared.held.add(1, ordering: .relaxed)
        if others > 0 { shared.torn.add(1, ordering: .relaxed) }
      }
      shared.isDone.store(false, ordering: .releasing)
    }
    reader.start()
    let x = Planes(channels: 2, frames: 16)
    let end = Date().addingTimeInterval(2)
    var index = 0
    while Date() < end {
      for _ in 0..<1000 {
        for channel in 0..<2 { for n in 0..<16 { x.pointers[channel][n] = Self.value(index) } }
        shared.history.append(x.readOnly)
        index += 1
      }
    }
    shared.isDone.store(true, ordering: .releasing)
    while shared.isDone.load(ordering: .acquiring) { usleep(1000) }
    #expect(shared.held.load(ordering: .relaxed) > 0)
    #expect(shared.torn.load(ordering: .relaxed) == 0, "\(shared.lost.load(ordering: .relaxed)) were overwritten meanwhile")
  }

  @Test("each block of each input is held as it came, in either precision", arguments: [Precision.float32, .float64])
  func inputs(precision: Precision) {
    let (inputs, block) = (3, 8)
    let history = InputHistory(block: block, inputs: inputs, frames: 1, precision: precision)
    let doubles = Planes(channels: inputs, frames: block)
    let held = Planes(channels: 1, frames: block)
    let floats = UnsafeMutablePointer<Float>.allocate(capacity: inputs * block)
    let pointers = UnsafeMutablePointer<UnsafePointer<Float>>.allocate(capacity: inputs)
    defer {
      pointers.deallocate()
      floats.deallocate()
    }
    for input in 0..<inputs { (pointers + input).initialize(to: UnsafePointer(floats + input * block)) }
    func value(_ index: Int, _ input: Int, _ n: Int) -> Double { Double(1000 * index + 100 * input + n) }
    for index in 0..<2 * history.capacity {
      for input in 0..<inputs {
        for n in 0..<block {
          doubles.pointers[input][n] = value(index, input, n)
          floats[input * block + n] = Float(value(index, input, n))
        }
      }
      if index % 2 == 0 { history.append(doubles.readOnly) } else { history.append(pointers) }
      for earlier in Set([max(0, index - history.capacity + 2), max(0, index - 1), index]) {
        for input in 0..<inputs {
          history.copy(earlier, input: input, to: held.pointers[0])
          for n in 0..<block { #expect(held.pointers[0][n] == value(earlier, input, n), "block \(earlier) at \(index), input \(input)") }
        }
      }
    }
  }
}
