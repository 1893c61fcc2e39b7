import ALSA
import BlockProcessing
import Convolution
import Glibc
import Numbers
import PCM
import Platform
import Synchronization

/// Convolves live: an audio thread, and the control of what it runs.
///
/// `attach` gives it devices, `replace` another convolver, `setOpen` mutes, `setVolume` attenuates; none of them makes the audio
/// thread wait. One task at a time may call `replace`, and one thread at a time `attach`, `takeFault` and `takeXruns`; all else may
/// be called from any thread.
public final class AudioEngine: @unchecked Sendable {
  public let rate: Int
  public let block: Int
  public let inputs: Int
  public let outputs: Int
  /// The length of the fade between two programs.
  private var fadeFrames: Int
  let exchange: UnsafeMutablePointer<Exchange>
  let thread: RealTimeThread
  /// The program that the audio thread runs, or will run next. Its history warms the program after it.
  private var live: ProgramPointer
  /// Whether `replace` is at work on programs. It ends soon after `stop` is set, and nothing is freed before that.
  private let isReplacing = Atomic<Bool>(false)
  let tailWorkers = Mutex(TailWorkerList())
  let locked: Mutex<LockedMemory>
  let newsThread = NewsThread()
  let sums: Mutex<[OutputSums]>
  let attachment = Mutex<Attachment?>(nil)
  /// The clocks of the last two devices as measured.
  let clocks = Mutex<KnownClocks?>(nil)

  /// The threads of tails.
  struct TailWorkerList {
    /// Those of the live program and, during a change, those of its successor.
    var present: [TailWorkers] = []
    /// Late blocks of stopped threads.
    private(set) var formerLateBlocks = 0

    var lateBlocks: Int { present.reduce(formerLateBlocks) { $0 + $1.lateBlocks } }

    /// Of the program that came last.
    var lateBlocksInARow: Int { present.last?.lateBlocksInARow ?? 0 }
    var nanosecondsPerFrame: Double { present.last?.nanosecondsPerFrame ?? 0 }

    mutating func stopOldest() { stop(present.removeFirst()) }

    mutating func stopNewest() { stop(present.removeLast()) }

    private mutating func stop(_ workers: TailWorkers) {
      workers.stop()
      formerLateBlocks += workers.lateBlocks
    }

    mutating func inherit(_ lateBlocks: Int) { formerLateBlocks += lateBlocks }
  }

  /// Starts the audio thread, silent and without devices.
  ///
  /// - Parameters:
  ///   - convolver: the first to run.
  ///   - tails: the tails that other threads convolve.
  ///   - rate: frames a second.
  ///   - fade: the length of every fade, in milliseconds.
  public init(_ convolver: consuming Convolver, tails: [TailPlan] = [], rate: Int, fade: Double) {
    self.rate = rate
    (block, inputs, outputs) = (convolver.block, convolver.inputs, convolver.outputs)
    exchange = .allocate(capacity: 1)
    exchange.initialize(to: Exchange(channels: inputs + outputs, bell: newsThread.bell))
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
    newsThread.start { [weak self] in self?.news }
  }

  deinit {
    stop()
    newsThread.end()
    // The audio thread's state has freed the program that it ran; the exchange frees the others.
    exchange.deinitialize(count: 1)
    exchange.deallocate()
  }

  /// Fades out, plays the queue to its end, ends the audio thread and closes the devices.
  public func stop() {
    exchange.pointee.stop.store(true, ordering: .sequentiallyConsistent)
    ring(exchange.pointee.call)
    thread.join {
      while isReplacing.load(ordering: .sequentiallyConsistent) { usleep(1000) }
      tailWorkers.withLock { while !$0.present.isEmpty { $0.stopOldest() } }
      locked.withLock { $0.unlockAll() }
    }
    _ = takeFault()
  }

  /// Does what `stop` does, without blocking a thread of the task pool.
  public func finish() async {
    exchange.pointee.stop.store(true, ordering: .sequentiallyConsistent)
    ring(exchange.pointee.call)
    while !thread.hasEnded || isReplacing.load(ordering: .sequentiallyConsistent) { await Self.pause() }
    stop()
  }

  /// Sleeps for a millisecond, even in a cancelled task: `finish` and `detach` complete what they begin.
  static func pause() async { await Task.detached { try? await Task.sleep(for: .milliseconds(1)) }.value }

  /// Takes over the former engine's counters, except load, and its clock estimates. Counts this change too.
  public func inheritCounters(from former: AudioEngine) {
    exchange.pointee.statistics.inherit(former.exchange.pointee.statistics)
    exchange.pointee.xruns.inherit(former.exchange.pointee.xruns)
    exchange.pointee.statistics.changes.add(1, ordering: .relaxed)
    exchange.pointee.output.closures.add(former.exchange.pointee.output.closures.load(ordering: .relaxed), ordering: .relaxed)
    let late = former.tailWorkers.withLock { $0.formerLateBlocks }
    tailWorkers.withLock { $0.inherit(late) }
    let known = former.clocks.withLock { $0 }
    clocks.withLock { $0 = known }
  }

  /// Opens or mutes the output, with a ramp.
  public func setOpen(_ open: Bool) {
    exchange.pointee.output.excess.store(0, ordering: .relaxed)
    exchange.pointee.output.open.store(open, ordering: .releasing)
  }

  /// Whether the output is open: not muted, and not closed by the ceiling.
  public var isOpen: Bool { exchange.pointee.output.open.load(ordering: .acquiring) }

  /// Sets the magnitude, in dB of full scale, above which a sample closes the output, from the next block on; nil: none.
  public func setCeiling(_ decibels: Double?) {
    let ceiling = decibels.map(magnitude(decibels:)) ?? .infinity
    exchange.pointee.output.ceiling.store(ceiling.bitPattern, ordering: .relaxed)
  }

  /// Silences the output in spite of `setOpen`, or ends that, with a ramp.
  public func setHeld(_ isHeld: Bool) { exchange.pointee.output.held.store(isHeld, ordering: .relaxed) }

  /// Switches dither for devices with integer samples.
  public func setDithered(_ isDithered: Bool) { exchange.pointee.output.isDithered.store(isDithered, ordering: .relaxed) }

  /// Sets the gain of the output, in dB, with a ramp. At 0 no sample changes.
  public func setVolume(_ decibels: Double) {
    exchange.pointee.output.volume.store(magnitude(decibels: decibels).bitPattern, ordering: .relaxed)
  }

  // MARK: Changes

  /// The result of a change.
  public enum Replacement: Sendable {
    case heard
    /// The new output was not finite: the old convolver stays.
    case notFinite
    /// The new convolver could not catch up with the sound: the old one stays.
    case tooSlow
    /// The system gives no threads for the tails: the old one stays.
    case noThread
    /// The engine was stopped before the new one was heard.
    case stopped
  }

  /// The longest time for a new convolver to catch up with the sound.
  private static let warmingTime = Duration.seconds(10)

  /// Changes to another convolver: warms it, fades over, and returns when that is done. Precondition: it has the same block and
  /// channels.
  ///
  /// Complexity: O(blocks of history · inputs) transforms, off the audio thread.
  /// - Parameter fade: the length of this fade and of later ones, in milliseconds; nil: unchanged. Does not affect the ramps of
  ///   `setOpen`.
  public func replace(_ convolver: consuming Convolver, tails: [TailPlan] = [], fade: Double? = nil) async -> Replacement {
    precondition(convolver.block == block && convolver.inputs == inputs && convolver.outputs == outputs)
    let given = Given(convolver)
    // Either this sees that the engine is to stop, or `stop` sees this.
    isReplacing.store(true, ordering: .sequentiallyConsistent)
    defer { isReplacing.store(false, ordering: .releasing) }
    guard !isStopping else { return .stopped }
    // One warms it.
    guard canStartThreads(tails.count + 1) else { return .noThread }
    if let fade { fadeFrames = Int((fade * Double(rate) / 1000).rounded()) }
    guard let program = await inBackground(niceness: 0, { self.warmed(given.take(), tails) })?.program else {
      return isStopping ? .stopped : .tooSlow
    }
    let previous = live
    live = program
    start(program)
    exchange.pointee.programs.hand(over: program)
    ring(exchange.pointee.call)
    // The audio thread takes the program when it is up to date: follow the sound until then.
    while true {
      if let retired = exchange.pointee.programs.collect() {
        let isRejected = retired.pointee.isRejected
        if isRejected { live = previous }
        let (kept, heard) = (live.pointee.regions, live.pointee.sums)
        sums.withLock { $0 = heard }
        locked.withLock { $0.unlock(retired.pointee.regions, keeping: kept) }
        tailWorkers.withLock { isRejected ? $0.stopNewest() : $0.stopOldest() }
        freeProgram(retired)
        return isRejected ? .notFinite : .heard
      }
      if isStopping { return .stopped }
      if !program.pointee.follow(previous.pointee.history), await !warmAnew(program, from: previous) { return .stopped }
      try? await Task.sleep(for: .microseconds(250))
    }
  }

  private var isStopping: Bool { exchange.pointee.stop.load(ordering: .sequentiallyConsistent) }

  private struct Warmed: @unchecked Sendable {
    /// Nil: it could not catch up with the sound, or the engine was stopped.
    var program: ProgramPointer?
  }

  /// Makes a program and brings it to the present. Takes its time, which no thread of the task pool has.
  private func warmed(_ convolver: consuming Convolver, _ tails: [TailPlan]) -> Warmed {
    let program = makeProgram(convolver, tails: tails, reusing: live.pointee.preparedTails, fadeFrames: fadeFrames)
    locked.withLock { $0.lock(program.pointee.regions) }
    let latest = ContinuousClock.now + Self.warmingTime
    while !program.pointee.warm(from: live.pointee.history, isCancelled: { isStopping }) {
      guard isStopping || .now > latest else { continue }
      let kept = live.pointee.regions
      locked.withLock { $0.unlock(program.pointee.regions, keeping: kept) }
      freeProgram(program)
      return Warmed()
    }
    return Warmed(program: program)
  }

  /// Brings the program that was handed over, and overtaken by the sound, to the present once more. It is claimed.
  ///
  /// - Returns: false if the engine was stopped first.
  private func warmAnew(_ program: ProgramPointer, from previous: ProgramPointer) async -> Bool {
    tailWorkers.withLock { $0.stopNewest() }
    nonisolated(unsafe) let (program, previous) = (program, previous)
    await inBackground(niceness: 0) {
      while !self.isStopping, !program.pointee.warm(from: previous.pointee.history, isCancelled: { self.isStopping }) {}
    }
    if isStopping { return false }
    start(program)
    program.pointee.release()
    return true
  }

  private func start(_ program: ProgramPointer) {
    let workers = TailWorkers(program, block: block * 1_000_000_000 / rate, below: thread.priority)
    tailWorkers.withLock { $0.present.append(workers) }
  }
}

/// Hands a convolver, which is never copied, to another thread.
private final class Given: @unchecked Sendable {
  private var convolver: Convolver?

  init(_ convolver: consuming Convolver) { self.convolver = consume convolver }

  /// Precondition: it was not taken before.
  func take() -> Convolver { convolver.take()! }
}

/// What the audio thread shares with the control side. Pointers change hands by exchange: nobody waits.
struct Exchange: ~Copyable, @unchecked Sendable {
  let programs = Handover()
  let pendingDevices = Atomic<UnsafeMutablePointer<Devices>?>(nil)
  let retiredDevices = Atomic<UnsafeMutablePointer<Devices>?>(nil)
  let output = OutputSettings()
  let stop = Atomic<Bool>(false)
  /// Asks for the devices back, once the output has faded out.
  let recall = Atomic<Bool>(false)
  let statistics: Statistics
  let xruns = XrunRecord()
  /// Of the engine's `NewsThread`.
  let bell: UnsafeMutablePointer<sem_t>
  /// Wakes the audio thread where it has no devices.
  let call: UnsafeMutablePointer<sem_t>

  init(channels: Int, bell: UnsafeMutablePointer<sem_t>) {
    statistics = Statistics(channels: channels)
    self.bell = bell
    call = .allocate(capacity: 1)
    sem_init(call, 0, 0)
  }

  deinit {
    sem_destroy(call)
    call.deallocate()
  }
}
