import Buffers
import Convolution
import Synchronization

/// The late taps of a matrix, convolved in long blocks on another thread.
///
/// The audio thread puts blocks in. Some blocks make a job. Its output is due as many blocks after its last one, since the taps
/// begin two jobs in. Output that is late is left out, and counted. Nobody waits. A thread that is so late that its input is
/// overwritten begins anew with the newest, and its output counts as late until all that sounded before has left the taps.
package struct Tail: ~Copyable, @unchecked Sendable {
  private var convolver: Convolver
  private let block: Int
  /// Blocks of a job, and parts that the thread takes at once.
  private let blocks: Int
  private let parts: Int
  /// The program's channels that its inputs and outputs are.
  private let sources: UnsafeMutablePointer<Int>
  private let channels: UnsafeMutablePointer<Int>
  private let x: Planes
  private let y: Planes
  private let inputViews: ChannelPointers
  private let outputViews: ChannelPointers
  /// Jobs that the memory holds.
  private let capacity: Int
  /// Blocks put in so far.
  private var count = 0
  /// Parts done of the job that is being convolved.
  private var part = 0
  private let submitted = Atomic<Int>(0)
  private let completed = Atomic<Int>(0)
  /// The job after the last one with a sample that is not 0.
  private let soundEnd = Atomic<Int>(0)
  /// The first job since whose input none was lost on which its output depends.
  private let firstWhole = Atomic<Int>(0)
  /// The first job since whose input none was lost at all: a thread that misses silence is late too.
  private let firstComplete = Atomic<Int>(0)
  private let late = Atomic<Int>(0)
  private let lateInARow = Atomic<Int>(0)

  /// - Parameter known: of the tail before.
  init(_ plan: TailPlan, block: Int, reusing known: PreparedMatrix?) {
    precondition(plan.frames % block == 0, "a job is some whole blocks")
    self.block = block
    blocks = plan.frames / block
    parts = plan.frames / plan.part
    capacity = TailPlan.capacity(block: block)
    convolver = plan.makeConvolver(reusing: known)
    sources = .allocate(capacity: max(1, plan.inputs.count))
    sources.initialize(from: plan.inputs, count: plan.inputs.count)
    channels = .allocate(capacity: max(1, plan.outputs.count))
    channels.initialize(from: plan.outputs, count: plan.outputs.count)
    x = Planes(channels: plan.inputs.count, frames: capacity * plan.frames)
    y = Planes(channels: plan.outputs.count, frames: capacity * plan.frames)
    inputViews = ChannelPointers(plan.inputs.count)
    outputViews = ChannelPointers(plan.outputs.count)
  }

  deinit {
    sources.deallocate()
    channels.deallocate()
  }

  package var regions: [UnsafeRawBufferPointer] { convolver.regions + [x.region, y.region] }

  var prepared: PreparedMatrix { convolver.prepared }

  /// Frames for which an input sample affects the output.
  var reach: Int { TailPlan.start(frames) + convolver.reach }

  /// Adds its sums to those of all outputs.
  func add(to sums: inout [OutputSums]) {
    let inputs = (0..<x.channels).map { sources[$0] }
    for (index, added) in convolver.sums.enumerated() {
      sums[channels[index]].add(added, delay: TailPlan.start(frames), inputs: inputs)
    }
  }

  /// Blocks whose output was late; of the latest consecutive ones, those that the thread had not convolved.
  package var lateBlocks: Int { late.load(ordering: .relaxed) }
  package var lateBlocksInARow: Int { lateInARow.load(ordering: .relaxed) }

  private var frames: Int { @_noLocks @_noAllocation get { blocks &* block } }

  /// Frames that `work` convolves.
  package var framesAtOnce: Int { convolver.block }

  // MARK: On the audio thread, or on the control side while it warms the program

  /// Adds the tail's output for the present block; counts the block as late if it is not there.
  @_noLocks @_noAllocation
  func add(to output: UnsafePointer<UnsafeMutablePointer<Double>>) {
    let job = count / blocks &- 2
    guard job >= 0 else { return }
    guard completed.load(ordering: .acquiring) > job else {
      late.add(1, ordering: .relaxed)
      lateInARow.add(1, ordering: .relaxed)
      return
    }
    guard firstWhole.load(ordering: .relaxed) <= job else {
      late.add(1, ordering: .relaxed)
      return
    }
    if firstComplete.load(ordering: .relaxed) <= job { lateInARow.store(0, ordering: .relaxed) }
    let offset = job % capacity &* frames &+ count % blocks &* block
    for index in 0..<y.channels {
      let (samples, target) = (y.pointers[index] + offset, output[channels[index]])
      for n in 0..<block { target[n] += samples[n] }
    }
  }

  /// Puts one block in.
  ///
  /// - Parameter atOnce: whether to convolve a complete job here, as is done until the audio thread has the program.
  @_noLocks @_noAllocation
  mutating func put(_ input: UnsafePointer<UnsafePointer<Double>>, atOnce: Bool) {
    let job = count / blocks
    let offset = job % capacity &* frames &+ count % blocks &* block
    // No sample is overwritten before the thread can see the `submitted` by which its job is lost.
    atomicMemoryFence(ordering: .releasing)
    var bits: UInt64 = 0
    for channel in 0..<x.channels {
      let (samples, target) = (input[sources[channel]], x.pointers[channel] + offset)
      for n in 0..<block {
        target[n] = samples[n]
        bits |= samples[n].bitPattern
      }
    }
    // All but the sign of zeros.
    if bits &<< 1 != 0 { soundEnd.store(job &+ 1, ordering: .relaxed) }
    count &+= 1
    guard count % blocks == 0 else { return }
    if atOnce {
      for part in 0..<parts { convolve(part, of: job) }
      completed.store(job &+ 1, ordering: .releasing)
    }
    submitted.store(job &+ 1, ordering: .releasing)
  }

  /// Forgets every input. Precondition: no thread is at work on a job.
  mutating func reset() {
    convolver.reset()
    (count, part) = (0, 0)
    submitted.store(0, ordering: .relaxed)
    completed.store(0, ordering: .relaxed)
    soundEnd.store(0, ordering: .relaxed)
    firstWhole.store(0, ordering: .relaxed)
    firstComplete.store(0, ordering: .relaxed)
  }

  // MARK: On the tail's own thread

  package enum Work: Sendable { case nothing, convolvedPart, beganAnew }

  /// Convolves a part of the oldest complete job, if there is one whose input is not lost. Returns what it did.
  @_noLocks @_noAllocation
  package mutating func work() -> Work {
    // In this order: whoever has put a job in and convolved it at once says first that it is completed.
    let end = submitted.load(ordering: .acquiring)
    let job = completed.load(ordering: .relaxed)
    guard job < end else { return .nothing }
    if isHeld(job) { convolve(part, of: job) }
    guard isHeld(job) else {
      beginAnew()
      return .beganAnew
    }
    part &+= 1
    guard part == parts else { return .convolvedPart }
    part = 0
    completed.store(job &+ 1, ordering: .releasing)
    return .convolvedPart
  }

  /// Whether the input of a job is still there. The last place is left out: it may be overwritten before that is told.
  @_noLocks @_noAllocation
  private func isHeld(_ job: Int) -> Bool {
    // No sample is read after the look at `submitted`.
    atomicMemoryFence(ordering: .acquiring)
    return submitted.load(ordering: .acquiring) &- job < capacity &- 1
  }

  /// Leaves out all complete jobs, and what depends on those that sound: of silence nothing is lost. Real-time safe but for its time,
  /// as a reset is.
  @inline(__always) @_semantics("no_performance_analysis")
  private mutating func beginAnew() {
    convolver.reset()
    part = 0
    let next = submitted.load(ordering: .acquiring)
    let lost = min(next, soundEnd.load(ordering: .relaxed))
    let reach = (convolver.reach &+ frames &- 1) / frames
    let whole = lost == 0 ? 0 : lost &+ reach
    firstComplete.store(next &+ reach, ordering: .relaxed)
    // The next two outputs that are due are silent, where they come so long after the sound.
    let first = max(0, next &- 2, min(next, whole))
    for job in first..<next {
      for channel in 0..<y.channels { (y.pointers[channel] + job % capacity &* frames).update(repeating: 0, count: frames) }
    }
    firstWhole.store(max(first, whole), ordering: .relaxed)
    completed.store(next, ordering: .releasing)
  }

  @_noLocks @_noAllocation
  private mutating func convolve(_ part: Int, of job: Int) {
    let offset = job % capacity &* frames &+ part &* convolver.block
    for channel in 0..<x.channels { inputViews.pointers[channel] = x.pointers[channel] + offset }
    for channel in 0..<y.channels { outputViews.pointers[channel] = y.pointers[channel] + offset }
    convolver.process(inputViews.readOnly, to: outputViews.pointers)
  }
}
