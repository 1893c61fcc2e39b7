import Dispatch
import Synchronization

/// Cuts `outputs` into strips of `length`, the last one perhaps shorter, and lets up to `jobs` threads take them in turn.
func forEachStrip(of outputs: Range<Int>, length: Int, jobs: Int, _ body: @Sendable (Range<Int>) -> Void) {
  forEachStrip(of: outputs, length: length, jobs: jobs, making: { () }, { strip, _ in body(strip) })
}

/// The same with something for each thread to work in.
func forEachStrip<Workspace: ~Copyable>(
  of outputs: Range<Int>, length: Int, jobs: Int, making workspace: @Sendable () -> Workspace,
  _ body: @Sendable (Range<Int>, borrowing Workspace) -> Void
) {
  let strips = (outputs.count + length - 1) / length
  let next = Atomic(0)
  DispatchQueue.concurrentPerform(iterations: max(1, min(jobs, strips))) { _ in
    let workspace = workspace()
    while true {
      let strip = next.wrappingAdd(1, ordering: .relaxed).oldValue
      if strip >= strips { return }
      let first = outputs.lowerBound + strip * length
      body(first..<min(first + length, outputs.upperBound), workspace)
    }
  }
}
