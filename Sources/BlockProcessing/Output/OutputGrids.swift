import Buffers
import Convolution

/// The grids on which exact sums lie: a sum that a convolver has computed with rounding errors is exact once it is snapped to its grid.
///
/// An output has one grid: the finest that is coarser than twice the convolver's error. Its sums lie there while the samples that its
/// kernels hear have few enough bits, in whatever format they came. So the samples decide, frame by frame: from the first one of more
/// bits on sums stay as they are, until the longest kernel has left the last one behind.
///
/// `init` allocates, all else is real-time safe.
struct OutputGrids: ~Copyable {
  private let memory: Memory
  private let watches: UnsafeMutableBufferPointer<SampleWatch>
  private let ears: UnsafeMutableBufferPointer<Ear>
  private let outputs: UnsafeMutableBufferPointer<Output>

  /// An input that an output hears.
  private struct Ear {
    var watch: Int
    var heard: HeardInput
  }

  /// An output with a grid.
  private struct Output {
    let channel: Int
    let step: Double
    let ears: Range<Int>
    /// The frame before which a sample off the grid is heard.
    var wideUntil = 0
    /// Frames of the present block that hear none: before its first such sample, and after the last is forgotten.
    var early = 0..<0
    var late = 0..<0
  }

  init(_ sums: [OutputSums]) {
    var (watches, ears, outputs): ([SampleWatch], [Ear], [Output]) = ([], [], [])
    for (channel, sums) in sums.enumerated() where !sums.isUnrounded {
      guard let bits = sums.exactBits, let step = sums.grid(signalStep: Grid.signalStep(bits: bits)) else { continue }
      outputs.append(Output(channel: channel, step: step, ears: ears.count..<ears.count + sums.heard.count))
      for heard in sums.heard {
        let watch = SampleWatch(input: heard.input, step: Grid.signalStep(bits: bits))
        let index = watches.firstIndex { $0.input == watch.input && $0.step == watch.step }
        if index == nil { watches.append(watch) }
        ears.append(Ear(watch: index ?? watches.count - 1, heard: heard))
      }
    }
    var parts = MemoryParts()
    let places = [
      parts.reserve(watches.count * MemoryLayout<SampleWatch>.stride), parts.reserve(ears.count * MemoryLayout<Ear>.stride),
      parts.reserve(outputs.count * MemoryLayout<Output>.stride),
    ]
    memory = Memory(byteCount: parts.byteCount)
    self.watches = Self.place(watches, at: memory.base + places[0])
    self.ears = Self.place(ears, at: memory.base + places[1])
    self.outputs = Self.place(outputs, at: memory.base + places[2])
  }

  private static func place<Element>(_ elements: [Element], at base: UnsafeMutableRawPointer) -> UnsafeMutableBufferPointer<Element> {
    let start = base.bindMemory(to: Element.self, capacity: max(1, elements.count))
    let placed = UnsafeMutableBufferPointer(start: start, count: elements.count)
    _ = placed.initialize(from: elements)
    return placed
  }

  var region: UnsafeRawBufferPointer { memory.region }

  /// Looks at a block of samples before its sums are snapped.
  ///
  /// - Parameter start: the number of its first frame.
  @_noLocks @_noAllocation
  func take(_ x: UnsafePointer<UnsafePointer<Double>>, from start: Int, frames: Int) {
    for index in 0..<watches.count { watches[index].look(x[watches[index].input], frames: frames) }
    for index in 0..<outputs.count { listen(index, from: start, frames: frames) }
  }

  @_noLocks @_noAllocation
  private func listen(_ index: Int, from start: Int, frames: Int) {
    var (first, until) = (frames, outputs[index].wideUntil)
    let narrowFrom = min(max(until &- start, 0), frames)
    for ear in outputs[index].ears.lowerBound..<outputs[index].ears.upperBound {
      let watch = watches[ears[ear].watch]
      guard watch.first < frames else { continue }
      first = min(first, watch.isLoud ? 0 : watch.first)
      until = max(until, start &+ watch.last &+ (watch.isLoud ? ears[ear].heard.roundedFrames : ears[ear].heard.frames))
    }
    outputs[index].wideUntil = until
    outputs[index].early = narrowFrom..<max(narrowFrom, first)
    outputs[index].late = first == frames ? frames..<frames : min(max(until &- start, 0), frames)..<frames
  }

  /// Snaps the sums of the block that was taken last.
  @_noLocks @_noAllocation
  func snap(_ y: UnsafePointer<UnsafeMutablePointer<Double>>) {
    for index in 0..<outputs.count {
      let (samples, step) = (y[outputs[index].channel], outputs[index].step)
      let (early, late) = (outputs[index].early, outputs[index].late)
      Grid.snap(samples + early.lowerBound, count: early.count, to: step)
      Grid.snap(samples + late.lowerBound, count: late.count, to: step)
    }
  }

  /// Forgets every sample.
  @_noLocks @_noAllocation
  func reset() {
    for index in 0..<outputs.count { outputs[index].wideUntil = 0 }
  }
}
