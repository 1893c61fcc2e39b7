import ALSA
import Changeover
import Convolution
import Glibc
import PCM
import Synchronization

/// Live convolution: an audio thread, and the hand-over of what it runs.
///
/// `attach` gives it devices, `replace` another convolver, `setOpen` mutes; none of them makes the audio thread wait. One
/// task at a time may call `replace`, and one thread `attach` and `takeFault`; the rest may be called from anywhere.
public final class Engine: @unchecked Sendable {
  public let rate: Int
  public let block: Int
  public let inputs: Int
  public let outputs: Int
  private var fadeFrames: Int
  private let exchange: UnsafeMutablePointer<Exchange>
  private let thread: RealTimeThread
  /// The program that the audio thread runs, or is about to: its history is the one to warm the next from.
  private var live: ProgramPointer
  private let crews = Mutex(Crews())
  private let locked: Mutex<LockedMemory>
  private let attachment = Mutex<Attachment?>(nil)

  /// The threads beside the audio thread, and what keeps a program from being freed while the control side works on it.
  private struct Crews {
    /// Of the live program and, during a change, of its successor.
    var present: [Crew] = []
    /// Late blocks of those that have gone.
    var lateBlocks = 0

    mutating func dismissOldest() {
      let crew = present.removeFirst()
      crew.dismiss()
      lateBlocks += crew.lateBlocks
    }
  }

  /// Starts the audio thread, silent and without devices.
  ///
  /// - Parameters:
  ///   - convolver: what to run first.
  ///   - tails: what other threads are to convolve.
  ///   - rate: frames a second.
  ///   - fade: the length of every fade, in milliseconds.
  public init(_ convolver: consuming Convolver, tails: [TailPlan] = [], rate: Int, fade: Double) {
    self.rate = rate
    (block, inputs, outputs) = (convolver.block, convolver.inputs, convolver.outputs)
    exchange = .allocate(capacity: 1)
    exchange.initialize(to: Exchange(channels: inputs + outputs))
    fadeFrames = Int((fade * Double(rate) / 1000).rounded())
    live = makeProgram(convolver, tails: tails, fadeFrames: fadeFrames)
    let state = UnsafeMutablePointer<AudioThread>.allocate(capacity: 1)
    state.initialize(to: AudioThread(exchange: exchange, program: live, rate: rate, fadeFrames: fadeFrames))
    var memory = LockedMemory()
    memory.lock(state.pointee.regions + live.pointee.regions)
    thread = RealTimeThread(state, locking: &memory)
    locked = Mutex(memory)
    start(live)
  }

  deinit {
    stop()
    // The program that never left the audio thread went with its state, the others go with the exchange.
    exchange.deinitialize(count: 1)
    exchange.deallocate()
  }

  /// Fades out, lets the queue run empty, ends the audio thread and closes the devices.
  public func stop() {
    exchange.pointee.stop.store(true, ordering: .releasing)
    thread.join { crews.withLock { while !$0.present.isEmpty { $0.dismissOldest() } } }
    _ = takeFault()
  }

  /// Whether the output is to be heard: it ramps to silence and back.
  public func setOpen(_ open: Bool) { exchange.pointee.open.store(open, ordering: .relaxed) }

  // MARK: Devices

  /// Gives devices to the audio thread, which starts them. None may be attached already.
  ///
  /// - Parameter periods: periods of the playback device to keep filled, at least two.
  /// - Throws: where the playback device's buffer is too small for a block and its queue.
  public func attach(capture: Device, playback: Device, periods: Int) throws(DeviceError) {
    let (input, output) = (capture.negotiated, playback.negotiated)
    let wanted = Duplex.queueFrames(
      block: block, capturePeriod: input.periodFrames, playbackPeriod: output.periodFrames, periods: periods)
    let queueFrames = min(wanted, output.bufferFrames - block)
    guard queueFrames >= block else {
      throw .unsupported(
        device: output.name, direction: .playback, what: "a buffer of two blocks of \(block) frames",
        offered: "\(output.bufferFrames) frames: set a smaller block")
    }
    hand(over: Attachment(capture: capture, playback: playback, block: block, queueFrames: queueFrames))
  }

  /// Gives a recording to the audio thread in place of devices; its memory outlives the engine.
  public func attach(_ recording: Recording) { hand(over: Attachment(recording, block: block)) }

  private func hand(over attached: Attachment) {
    locked.withLock { $0.lock(attached.regions) }
    attachment.withLock { $0 = attached }
    exchange.pointee.pendingDevices.store(attached.devices, ordering: .releasing)
  }

  /// Whether the audio thread has given its devices back since `attach`, and why. They are closed then.
  public func takeFault() -> Duplex.Fault? {
    guard let devices = exchange.pointee.retiredDevices.exchange(nil, ordering: .acquiring) else { return nil }
    let fault = devices.pointee.fault
    let attached = attachment.withLock { attached in
      defer { attached = nil }
      return attached
    }
    if let attached { locked.withLock { $0.unlock(attached.regions) } }
    return fault
  }

  // MARK: Changes

  /// Changes to another convolver of the same block and channels: warms it, fades over, and returns when that is done.
  ///
  /// Complexity: O(blocks of history · inputs) transforms, off the audio thread.
  /// - Parameter fade: the length of this fade and of those after it, in milliseconds; nil: as before. The ramps of
  ///   `setOpen` keep theirs.
  public func replace(_ convolver: consuming Convolver, tails: [TailPlan] = [], fade: Double? = nil) async {
    precondition(convolver.block == block && convolver.inputs == inputs && convolver.outputs == outputs)
    if let fade { fadeFrames = Int((fade * Double(rate) / 1000).rounded()) }
    let program = makeProgram(convolver, tails: tails, fadeFrames: fadeFrames)
    locked.withLock { $0.lock(program.pointee.regions) }
    while !program.pointee.warm(from: live.pointee.history) {}
    let previous = live
    live = program
    start(program)
    exchange.pointee.programs.hand(over: program)
    // The audio thread takes it when it is at the present: until then it is followed there.
    while true {
      if let retired = exchange.pointee.programs.collect() {
        locked.withLock { $0.unlock(retired.pointee.regions, keeping: program.pointee.regions) }
        // The oldest one's.
        crews.withLock { $0.dismissOldest() }
        freeProgram(retired)
        return
      }
      let isStopping = crews.withLock { _ in
        let isStopping = exchange.pointee.stop.load(ordering: .acquiring)
        if !isStopping { program.pointee.follow(previous.pointee.history) }
        return isStopping
      }
      if isStopping { return }
      try? await Task.sleep(for: .microseconds(250))
    }
  }

  private func start(_ program: ProgramPointer) {
    crews.withLock { $0.present.append(Crew(program, block: block * 1_000_000_000 / rate)) }
  }

  // MARK: Status

  /// - Parameter takingPeaks: whether the next call has the peaks since this one. If not, this one has none.
  public func status(takingPeaks: Bool = true) -> EngineStatus {
    let attached = attachment.withLock { $0 }
    let measured = exchange.pointee.statistics.measuredFrames.load(ordering: .relaxed)
    let blocks = exchange.pointee.statistics.blocks.load(ordering: .relaxed)
    return EngineStatus(
      load: load(blocks: blocks),
      captureXruns: exchange.pointee.statistics.captureXruns.load(ordering: .relaxed),
      playbackXruns: exchange.pointee.statistics.playbackXruns.load(ordering: .relaxed),
      clippedSamples: exchange.pointee.statistics.clipped.load(ordering: .relaxed),
      changes: exchange.pointee.statistics.changes.load(ordering: .relaxed),
      blocks: blocks, measuredFrames: measured < 0 ? nil : measured, queueFrames: attached?.queueFrames,
      inputPeaks: takingPeaks ? (0..<inputs).map { exchange.pointee.statistics.takePeak($0) } : [],
      outputPeaks: takingPeaks ? (0..<outputs).map { exchange.pointee.statistics.takePeak(inputs + $0) } : [],
      capture: attached?.capture?.negotiated, playback: attached?.playback?.negotiated, realTime: realTimeReport())
  }

  /// Blocks by the shares of the deadline that they took: for each bound, up to 2, those that took less; all of them, and
  /// the sum of the shares.
  public func loads(below bounds: [Double]) -> (below: [Int], all: Int, sum: Double) {
    let (below, all) = exchange.pointee.statistics.blocks(below: bounds)
    let busy = Double(exchange.pointee.statistics.busyNanoseconds.load(ordering: .relaxed))
    return (below, all, busy * Double(rate) / (Double(block) * 1e9))
  }

  private func load(blocks: Int) -> EngineStatus.Load {
    let deadline = Double(block) * 1e9 / Double(rate)
    let busy = Double(exchange.pointee.statistics.busyNanoseconds.load(ordering: .relaxed))
    let longest = Double(exchange.pointee.statistics.longestNanoseconds.load(ordering: .relaxed))
    return EngineStatus.Load(
      mean: blocks == 0 ? 0 : busy / Double(blocks) / deadline, p99: exchange.pointee.statistics.quantile(0.99), max: longest / deadline,
      late: crews.withLock { crews in crews.present.reduce(crews.lateBlocks) { $0 + $1.lateBlocks } })
  }

  private func realTimeReport() -> RealTimeReport {
    var report = thread.report
    let memory = locked.withLock { $0 }
    report.lockedBytes = memory.bytes
    if let warning = memory.warning { report.warnings.append(warning) }
    return report
  }
}
