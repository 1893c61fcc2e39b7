import ALSA
import BlockProcessing
import Convolution
import Glibc
import PCM
import Synchronization

/// Live convolution: an audio thread, and the hand-over of what it runs.
///
/// `attach` gives it devices, `replace` another convolver, `setOpen` mutes, `setVolume` attenuates; none of them makes the audio
/// thread wait. One task at a time may call `replace`, and one thread `attach`, `takeFault` and
/// `takeXruns`; the rest may be called from anywhere.
public final class AudioEngine: @unchecked Sendable {
  public let rate: Int
  public let block: Int
  public let inputs: Int
  public let outputs: Int
  private var fadeFrames: Int
  let exchange: UnsafeMutablePointer<Exchange>
  let thread: RealTimeThread
  /// The program that the audio thread runs, or is about to: its history is the one to warm the next from.
  private var live: ProgramPointer
  private let crews = Mutex(Crews())
  let locked: Mutex<LockedMemory>
  private let sums: Mutex<[OutputSums]>
  let attachment = Mutex<Attachment?>(nil)
  /// What the clocks of the last two devices were found to be.
  let clocks = Mutex<KnownClocks?>(nil)

  /// The threads beside the audio thread, and what keeps a program from being freed while the control side works on it.
  private struct Crews {
    /// Of the live program and, during a change, of its successor.
    var present: [Crew] = []
    /// Late blocks of those that have gone.
    var lateBlocks = 0

    mutating func dismissOldest() { dismiss(present.removeFirst()) }

    mutating func dismissNewest() { dismiss(present.removeLast()) }

    private mutating func dismiss(_ crew: Crew) {
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
    sums = Mutex(live.pointee.sums)
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
    thread.join {
      crews.withLock { while !$0.present.isEmpty { $0.dismissOldest() } }
      locked.withLock { $0.unlockAll() }
    }
    _ = takeFault()
  }

  /// The same while others go on: returns when all of that is done.
  public func finish() async {
    exchange.pointee.stop.store(true, ordering: .releasing)
    while !thread.hasEnded { await Self.pause() }
    stop()
  }

  /// A moment, cancelled or not: what is begun here comes to its end.
  static func pause() async { await Task.detached { try? await Task.sleep(for: .milliseconds(1)) }.value }

  /// Counts on from where an engine stopped, but for the load, which was that of another one, and knows its devices' clocks; this
  /// change is counted too.
  public func countOn(from former: AudioEngine) {
    exchange.pointee.statistics.add(former.exchange.pointee.statistics)
    exchange.pointee.xruns.count(former.exchange.pointee.xruns)
    exchange.pointee.statistics.changes.add(1, ordering: .relaxed)
    exchange.pointee.output.closures.add(former.exchange.pointee.output.closures.load(ordering: .relaxed), ordering: .relaxed)
    let late = former.crews.withLock { $0.lateBlocks }
    crews.withLock { $0.lateBlocks += late }
    let known = former.clocks.withLock { $0 }
    clocks.withLock { $0 = known }
  }

  /// Whether the output is to be heard: it ramps to silence and back.
  public func setOpen(_ open: Bool) {
    exchange.pointee.output.excess.store(0, ordering: .relaxed)
    exchange.pointee.output.open.store(open, ordering: .releasing)
  }

  /// Whether the output is to be heard, and has not been closed by the ceiling.
  public var isOpen: Bool { exchange.pointee.output.open.load(ordering: .acquiring) }

  /// The magnitude, in dB of full scale, above which a sample closes the output, from the next block on; nil: none.
  public func setCeiling(_ decibels: Double?) {
    let magnitude = decibels.map { pow(10, $0 / 20) } ?? .infinity
    exchange.pointee.output.ceiling.store(magnitude.bitPattern, ordering: .relaxed)
  }

  /// Whether the output is silent, whatever `setOpen` says: it ramps there and back.
  public func setHeld(_ isHeld: Bool) { exchange.pointee.output.held.store(isHeld, ordering: .relaxed) }

  /// Whether samples are dithered before they are rounded to a device's integers.
  public func setDithered(_ isDithered: Bool) { exchange.pointee.output.isDithered.store(isDithered, ordering: .relaxed) }

  /// The output's level, in dB; it ramps there. At 0 samples stay as they are.
  public func setVolume(_ decibels: Double) {
    exchange.pointee.output.volume.store(pow(10, decibels / 20).bitPattern, ordering: .relaxed)
  }

  // MARK: Changes

  /// What became of a change.
  public enum Replacement: Sendable {
    case heard
    /// Its output was not finite: the old one stays.
    case notFinite
    /// Blocks came as fast as it could take them in, off the audio thread: the old one stays.
    case tooSlow
  }

  /// How long a change is tried to be brought to the present.
  private static let warmingTime = Duration.seconds(10)

  /// Changes to another convolver of the same block and channels: warms it, fades over, and returns when that is done.
  ///
  /// Complexity: O(blocks of history · inputs) transforms, off the audio thread.
  /// - Parameter fade: the length of this fade and of those after it, in milliseconds; nil: as before. The ramps of
  ///   `setOpen` keep theirs.
  public func replace(_ convolver: consuming Convolver, tails: [TailPlan] = [], fade: Double? = nil) async -> Replacement {
    precondition(convolver.block == block && convolver.inputs == inputs && convolver.outputs == outputs)
    if let fade { fadeFrames = Int((fade * Double(rate) / 1000).rounded()) }
    let program = makeProgram(convolver, tails: tails, fadeFrames: fadeFrames)
    locked.withLock { $0.lock(program.pointee.regions) }
    let latest = ContinuousClock.now + Self.warmingTime
    while !program.pointee.warm(from: live.pointee.history) {
      guard .now > latest else { continue }
      let kept = live.pointee.regions
      locked.withLock { $0.unlock(program.pointee.regions, keeping: kept) }
      freeProgram(program)
      return .tooSlow
    }
    let previous = live
    live = program
    start(program)
    exchange.pointee.programs.hand(over: program)
    // The audio thread takes it when it is at the present: until then it is followed there.
    while true {
      if let retired = exchange.pointee.programs.collect() {
        let isRejected = retired.pointee.isRejected
        if isRejected { live = previous }
        let (kept, heard) = (live.pointee.regions, live.pointee.sums)
        sums.withLock { $0 = heard }
        locked.withLock { $0.unlock(retired.pointee.regions, keeping: kept) }
        crews.withLock { isRejected ? $0.dismissNewest() : $0.dismissOldest() }
        freeProgram(retired)
        return isRejected ? .notFinite : .heard
      }
      let isStopping = crews.withLock { _ in
        let isStopping = exchange.pointee.stop.load(ordering: .acquiring)
        if !isStopping { program.pointee.follow(previous.pointee.history) }
        return isStopping
      }
      if isStopping { return .heard }
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
      load: load(blocks: blocks), guards: guards,
      captureXruns: exchange.pointee.statistics.captureXruns.load(ordering: .relaxed),
      playbackXruns: exchange.pointee.statistics.playbackXruns.load(ordering: .relaxed),
      xrunCauses: exchange.pointee.xruns.causes,
      clippedSamples: exchange.pointee.statistics.clipped.load(ordering: .relaxed),
      changes: exchange.pointee.statistics.changes.load(ordering: .relaxed),
      blocks: blocks, measuredFrames: measured < 0 ? nil : measured, queueFrames: attached?.queueFrames,
      resampler: attached?.resamplerFrames.map {
        EngineStatus.Resampler(
          isSettled: exchange.pointee.statistics.isSettled.load(ordering: .relaxed), ppm: exchange.pointee.statistics.ppm,
          latencyFrames: $0)
      },
      inputPeaks: takingPeaks ? (0..<inputs).map { exchange.pointee.statistics.takePeak($0) } : [],
      outputPeaks: takingPeaks ? (0..<outputs).map { exchange.pointee.statistics.takePeak(inputs + $0) } : [],
      capture: attached?.capture?.negotiated, playback: attached?.playback?.negotiated, realTime: realTimeReport(),
      sums: sums.withLock { $0 })
  }

  /// How often the audio thread's loop has turned: at least once in a block or a tenth of a second, devices or not.
  public var turns: Int { exchange.pointee.statistics.turns.load(ordering: .relaxed) }

  /// What was kept from the output.
  public var guards: EngineStatus.Guards {
    let excess = Double(bitPattern: exchange.pointee.output.excess.load(ordering: .relaxed))
    return EngineStatus.Guards(
      counts: { counter in
        counter == .closures
          ? exchange.pointee.output.closures.load(ordering: .relaxed) : exchange.pointee.statistics.value(counter)
      }, isFaulty: exchange.pointee.statistics.isFaulty.load(ordering: .relaxed), excess: excess > 0 ? excess : nil)
  }

  /// Blocks that took longer than they last, up to the last one without a break.
  public var missedInARow: Int { exchange.pointee.statistics.missedInARow.load(ordering: .relaxed) }

  private func load(blocks: Int) -> EngineStatus.Load {
    let deadline = Double(block) * 1e9 / Double(rate)
    let busy = Double(exchange.pointee.statistics.busyNanoseconds.load(ordering: .relaxed))
    let longest = Double(exchange.pointee.statistics.longestNanoseconds.load(ordering: .relaxed))
    return EngineStatus.Load(
      mean: blocks == 0 ? 0 : busy / Double(blocks) / deadline, p99: exchange.pointee.statistics.loads.quantile(0.99),
      max: longest / deadline,
      missed: exchange.pointee.statistics.missed.load(ordering: .relaxed), missedInARow: missedInARow,
      late: crews.withLock { crews in crews.present.reduce(crews.lateBlocks) { $0 + $1.lateBlocks } },
      histogram: exchange.pointee.statistics.loads.histogram)
  }

  private func realTimeReport() -> RealTimeReport {
    var report = thread.report
    locked.withLock { $0.tell(&report) }
    return report
  }
}
