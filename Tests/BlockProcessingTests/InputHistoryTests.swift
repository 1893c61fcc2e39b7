import BlockProcessing
import Buffers
import Foundation
import Synchronization
import Testing

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
}
