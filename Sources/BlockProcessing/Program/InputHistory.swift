import Buffers
import Convolution
import Glibc
import Synchronization
import Vector

/// The last blocks of every input as they came in, so that any new convolver can be warmed from them.
///
/// The audio thread appends. Another thread may copy blocks meanwhile, and asks afterwards whether they had been overwritten:
/// nobody waits. So it is a seqlock, whose fences keep samples and `end` in their order on every processor. Source: H. Boehm,
/// "Can seqlocks get along with programming language memory models?", 2012.
package struct InputHistory: ~Copyable, @unchecked Sendable {
  let block: Int
  let inputs: Int
  /// Blocks that the ring holds.
  package let capacity: Int
  /// Those of them that give another thread time to copy what it needs.
  let slack: Int
  /// Blocks appended so far: the index of the next.
  private let end: Atomic<Int>
  private let memory: Memory
  private let loops: VectorLoops
  private let sampleBytes: Int

  private static let slackFrames = 65_536
  private static let leastSlackBlocks = 16

  /// The blocks beyond those that hold `frames` frames, and the number of all blocks.
  private static func blocks(of block: Int, frames: Int) -> (slack: Int, all: Int) {
    let slack = max(leastSlackBlocks, slackFrames / block)
    return (slack, (frames + block - 1) / block + slack)
  }

  static func byteCount(block: Int, inputs: Int, frames: Int, precision: Precision) -> Int {
    blocks(of: block, frames: frames).all * inputs * block * sampleBytes(precision)
  }

  private static func sampleBytes(_ precision: Precision) -> Int {
    precision == .float32 ? MemoryLayout<Float>.stride : MemoryLayout<Double>.stride
  }

  /// - Parameters:
  ///   - frames: frames that it is to hold, at least.
  ///   - precision: of its samples: the convolver's.
  package init(block: Int, inputs: Int, frames: Int, precision: Precision) {
    (self.block, self.inputs) = (block, inputs)
    loops = .table(precision)
    (slack, capacity) = Self.blocks(of: block, frames: frames)
    end = Atomic(0)
    sampleBytes = Self.sampleBytes(precision)
    memory = Memory(byteCount: Self.byteCount(block: block, inputs: inputs, frames: frames, precision: precision))
  }

  var region: UnsafeRawBufferPointer { memory.region }

  /// Real-time safe.
  package var position: Int { @_noLocks @_noAllocation get { end.load(ordering: .acquiring) } }

  /// Copies the samples of one input in block `index`, which may be any of the last `capacity`.
  @_noLocks @_noAllocation
  package func copy(_ index: Int, input: Int, to target: UnsafeMutablePointer<Double>) {
    loops.convert(UnsafeRawPointer(samples(index, input: input)), toDouble: target, count: block)
  }

  @_noLocks @_noAllocation
  private func samples(_ index: Int, input: Int) -> UnsafeMutableRawPointer {
    memory.base + ((index % capacity) &* inputs &+ input) &* block &* sampleBytes
  }

  /// Whether block `index` has certainly not been overwritten so far: samples that were read before are its own.
  @_noLocks @_noAllocation
  package func holds(_ index: Int) -> Bool {
    // No sample is read after the look at `end`.
    atomicMemoryFence(ordering: .acquiring)
    return index >= 0 && end.load(ordering: .relaxed) &- index < capacity
  }

  /// Appends one block; the audio thread's, or the owner's before the audio thread has it.
  @_noLocks @_noAllocation
  package func append(_ x: UnsafePointer<UnsafePointer<Double>>) {
    let index = begin()
    for input in 0..<inputs { loops.convert(x[input], to: samples(index, input: input), count: block) }
    end.store(index &+ 1, ordering: .releasing)
  }

  @_noLocks @_noAllocation
  package func append(_ x: UnsafePointer<UnsafePointer<Float>>) {
    let index = begin()
    for input in 0..<inputs { loops.convert(x[input], to: samples(index, input: input), count: block) }
    end.store(index &+ 1, ordering: .releasing)
  }

  /// The index of the block that is written next.
  @_noLocks @_noAllocation
  private func begin() -> Int {
    let index = end.load(ordering: .relaxed)
    // No sample is overwritten before others can see the `end` by which its block is lost.
    atomicMemoryFence(ordering: .releasing)
    return index
  }

  /// Forgets every block: the state after `init`. Nobody copies meanwhile. Source: memset(3)
  @inline(__always) @_semantics("no_performance_analysis")
  func reset() {
    memset(memory.base, 0, memory.byteCount)
    end.store(0, ordering: .releasing)
  }

  /// Starts at block `index` instead of zero, with silence before it.
  func begin(at index: Int) { end.store(index, ordering: .relaxed) }
}
