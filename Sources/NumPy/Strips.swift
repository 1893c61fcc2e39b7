import Dispatch
import Synchronization

/// Cuts `outputs` into strips of `length`, the last one perhaps shorter, and lets up to `jobs` threads take them in turn.
func forEachStrip(of outputs: Range<Int>, length: Int, jobs: Int, _ body: @Sendable (Range<Int>) -> Void) {
  let strips = (outputs.count + length - 1) / length
  let next = Atomic(0)
  DispatchQueue.concurrentPerform(iterations: max(1, min(jobs, strips))) { _ in
    while true {
      let strip = next.wrappingAdd(1, ordering: .relaxed).oldValue
      if strip >= strips { return }
      let first = outputs.lowerBound + strip * length
      body(first..<min(first + length, outputs.upperBound))
    }
  }
}
