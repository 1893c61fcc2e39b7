import ALSA
import BlockProcessing
import Buffers
import CIntrinsics
import Convolution
import Glibc
import PCM
import Platform
import Synchronization

/// The audio thread's state and loop.
///
/// All that runs with sound carries `@_noLocks @_noAllocation`. Its system calls are ALSA's and clock_gettime; where no sound is due,
/// nanosleep, and those by which it waits for devices and wakes whoever looks after them; and those of `RestWatch`.
struct AudioThread: ~Copyable {
  private let exchange: UnsafeMutablePointer<Exchange>
  private var processor: BlockProcessor
  private var output: OutputStage
  private var devices: UnsafeMutablePointer<Devices>?
  private let x: Planes
  private let y: Planes
  private let silence: Planes
  private let rate: Int
  private let block: Int
  /// When the last block had been captured, and how long it took, in nanoseconds.
  private var (lastBlock, lastBusy) = (0, 0)
  /// Blocks that are late without end leave it nothing to wait for.
  private var restWatch = RestWatch()
  private var faultsInARow = 0
  /// Silent frames left before the ramp, after devices were attached.
  private var quietFrames = 0
  /// Whether a device is stalled, and has not moved again.
  private var isStalled = false
  /// Consecutive looks at which the positions of both devices did not match.
  private var looksApart = 0
  /// Whether there is news of a block that is silent or late anyway.
  private var hasNews = false
  /// Blocks of silence taken in since the devices were given back.
  private var forgottenBlocks = 0

  /// The most restarts without a block between them, before devices are given back.
  private static var mostFaults: Int { @_noLocks @_noAllocation get { 10 } }
  /// The most blocks of a gap that the history takes in as silence.
  private static var longestGap: Int { @_noLocks @_noAllocation get { 64 } }

  init(exchange: UnsafeMutablePointer<Exchange>, program: ProgramPointer, rate: Int, fadeFrames: Int) {
    (self.exchange, self.rate) = (exchange, rate)
    let (inputs, outputs) = (program.pointee.convolver.inputs, program.pointee.convolver.outputs)
    block = program.pointee.convolver.block
    processor = BlockProcessor(program: program, rampFrames: fadeFrames, isGuarded: true)
    output = OutputStage(channels: outputs, block: block, rampFrames: fadeFrames)
    x = Planes(channels: inputs, frames: block)
    y = Planes(channels: outputs, frames: block)
    silence = Planes(channels: inputs, frames: block)
  }

  /// The memory that the thread touches, except programs and devices.
  var regions: [UnsafeRawBufferPointer] { processor.regions + output.regions + [x.region, y.region, silence.region] }

  /// Runs, with or without devices, until `stop` is set and the output has faded out and left the queue.
  @_noLocks @_noAllocation
  mutating func run() {
    var silentFrames = 0
    while true {
      exchange.pointee.statistics.iterations.add(1, ordering: .relaxed)
      let stopping = exchange.pointee.stop.load(ordering: .acquiring)
      guard let devices else {
        if stopping { return }
        iterateWithoutDevices()
        continue
      }
      let recalled = stopping || exchange.pointee.recall.load(ordering: .acquiring)
      // A stalled device plays nothing that could fade out.
      if recalled && (isStalled || silentFrames > devices.pointee.queueFrames &+ block) {
        devices.pointee.ends.stop()
        give(back: devices)
        continue
      }
      let before = lastBlock  // A wait for a long block times out.
      iterate()
      if restWatch.rest(at: lastBlock) { exchange.pointee.statistics.missed.add(1, ordering: .relaxed) }
      silentFrames = processor.isSilent ? silentFrames &+ (lastBlock == before ? 0 : block) : 0
    }
  }

  /// Looks for devices, and takes changes at once, since nothing is audible.
  @_noLocks @_noAllocation
  private mutating func iterateWithoutDevices() {
    changeUnheard()
    guard let pending = exchange.pointee.pendingDevices.exchange(nil, ordering: .acquiringAndReleasing) else {
      forget()
      let isBusy = processor.isChanging || forgottenBlocks < processor.historyBlocks
      return wait(for: exchange.pointee.call, milliseconds: isBusy ? 5 : 20)
    }
    devices = pending
    (faultsInARow, quietFrames) = (0, rate / 100)
    processor.skip(Self.longestGap, silence: silence.readOnly)
    lastBlock = monotonicNanoseconds()
    handle(pending.pointee.ends.start())
    measure()
  }

  /// Fills the history with silence, in some iterations, so that the past is not heard from the next devices.
  @_noLocks @_noAllocation
  private mutating func forget() {
    guard forgottenBlocks < processor.historyBlocks else { return }
    processor.skip(Self.longestGap, silence: silence.readOnly)
    forgottenBlocks &+= Self.longestGap
  }

  @_noLocks @_noAllocation
  private mutating func changeUnheard() {
    processor.beginChange(from: exchange.pointee.programs, isFollowed: true)
    if let retired = processor.settle() { retire(retired) }
  }

  /// One block: capture, convolve, play.
  @_noLocks @_noAllocation
  private mutating func iterate() {
    guard let devices else { return }
    let outcome = devices.pointee.ends.read()
    guard case .done = outcome else { return handle(outcome) }
    let started = monotonicNanoseconds()
    let sinceLast = started &- lastBlock
    lastBlock = started
    if let clock = devices.pointee.ends.clock { exchange.pointee.statistics.follow(clock) }
    processBlock(devices)
    lastBusy = monotonicNanoseconds() &- started
    exchange.pointee.statistics.count(busy: lastBusy, deadline: nanoseconds(block))
    hasNews = exchange.pointee.statistics.missedInARow.load(ordering: .relaxed) == 8 || hasNews  // Late for good.
    let written = devices.pointee.ends.write(devices.pointee.played)
    guard case .done = written else { return handle(written, servedBefore: sinceLast) }
    if hasNews { tell() }
    if isStalled {
      if devices.pointee.ends.isMoving { restartMoving() }
      return
    }
    faultsInARow = 0
    // About once a second.
    if exchange.pointee.statistics.blocks.load(ordering: .relaxed) % max(1, rate / block) == 0 {
      measure()
      compare()
    }
  }

  /// Decodes the captured block, convolves it, and encodes it for playback.
  @_noLocks @_noAllocation
  private mutating func processBlock(_ devices: UnsafeMutablePointer<Devices>) {
    devices.pointee.ends.decode(to: x.pointers)
    if !devices.pointee.isCapturingIntegers { silenceUnusable() }
    processor.beginChange(from: exchange.pointee.programs, isFollowed: true)
    let isLeaving = exchange.pointee.stop.load(ordering: .relaxed) || exchange.pointee.recall.load(ordering: .relaxed)
    // While a device is stalled, written frames are out of place.
    let isHeld = isLeaving || isStalled || quietFrames > 0 || exchange.pointee.output.held.load(ordering: .relaxed)
    let open = exchange.pointee.output.open.load(ordering: .relaxed) && !isHeld
    quietFrames = max(0, quietFrames &- block)
    let (wasSilent, wasFaulty) = (processor.isSilent, processor.isFaulty)
    if let retired = processor.process(x.readOnly, to: y.pointers, open: open) { retire(retired) }
    exchange.pointee.statistics.note(faulty: processor.isFaulty)
    let played = output.process(
      y.pointers, exchange.pointee.output, wasSilent: wasSilent, isSilent: processor.isSilent, as: devices.pointee.playbackFormat,
      bits: devices.pointee.playbackBits, to: devices.pointee.played)
    if !played.isWithinCeiling { processor.close() }
    hasNews = hasNews || processor.isFaulty != wasFaulty || !played.isWithinCeiling
    if played.clippedSamples > 0 { exchange.pointee.statistics.clipped.add(played.clippedSamples, ordering: .relaxed) }
    for channel in 0..<x.channels { exchange.pointee.statistics.meter(x.pointers[channel], count: block, channel: channel) }
    for channel in 0..<y.channels {
      exchange.pointee.statistics.meter(y.pointers[channel], count: block, channel: x.channels &+ channel)
    }
  }

  /// Wakes whoever looks after the engine.
  @_noLocks @_noAllocation
  private mutating func tell() {
    hasNews = false
    ring(exchange.pointee.bell)
  }

  /// Replaces floating point samples that are not finite, or far too loud, by silence: they would stay in the history.
  @_noLocks @_noAllocation
  private func silenceUnusable() {
    for channel in 0..<x.channels {
      let silenced = clearSamples(beyond: loudestInput, x.pointers[channel], count: block)
      if silenced > 0 { exchange.pointee.statistics.count(.unusableSamples, silenced) }
    }
  }

  /// Records a fault, and starts both devices again or gives them back.
  ///
  /// - Parameter served: nanoseconds from the block before the last one to the last one, where the last one came too late.
  @_noLocks @_noAllocation
  private mutating func handle(_ outcome: Duplex.Outcome, servedBefore served: Int = 0) {
    if isStalled { changeUnheard() }
    guard let devices, case .fault(var fault) = outcome else { return }
    note(fault, unserved: served &+ monotonicNanoseconds() &- lastBlock)
    // Blocks that take longer than they last cause such faults each time, though the devices are well. Leave time to other threads:
    // the kernel ends real-time threads that never wait.
    if lastBusy > nanoseconds(block) {
      faultsInARow = 0
      sleepUndue(milliseconds: 1)
    }
    lastBusy = 0
    while true {
      faultsInARow &+= 1
      if !fault.isRecoverable || faultsInARow > Self.mostFaults {
        devices.pointee.fault = fault
        return give(back: devices)
      }
      skipLostBlocks()
      guard case .fault(let again) = devices.pointee.ends.start() else { break }
      fault = again
      note(fault, unserved: 0)
    }
    lastBlock = monotonicNanoseconds()
    if isStalled && devices.pointee.ends.isMoving { noteStall(of: nil) }
    measure()
    tell()
  }

  /// Starts both devices together after the stalled one has begun to move by itself.
  @_noLocks @_noAllocation
  private mutating func restartMoving() {
    guard let devices else { return }
    noteStall(of: nil)
    skipLostBlocks()
    handle(devices.pointee.ends.start())
    lastBlock = monotonicNanoseconds()
    tell()
  }

  /// Records an xrun. Reports a stalled device once, however often it is restarted.
  @_noLocks @_noAllocation
  private mutating func note(_ fault: DeviceFault, unserved: Int) {
    if case .stalled = fault.kind {
      guard !isStalled else { return }
      noteStall(of: fault.direction)
    }
    if case .capture = fault.direction {
      exchange.pointee.statistics.captureXruns.add(1, ordering: .relaxed)
    } else {
      exchange.pointee.statistics.playbackXruns.add(1, ordering: .relaxed)
    }
    guard let devices else { return }
    let times = Xrun.Times(
      busy: lastBusy, queue: nanoseconds(devices.pointee.queueFrames), unserved: unserved,
      buffered: nanoseconds(devices.pointee.bufferedFrames(fault.direction)))
    exchange.pointee.xruns.add(Xrun(fault, times, at: wallNanoseconds()))
  }

  @_noLocks @_noAllocation
  private mutating func noteStall(of direction: Direction?) {
    isStalled = direction != nil
    let isCapture = if case .capture? = direction { true } else { false }
    exchange.pointee.statistics.stalledDirection.store(isStalled ? (isCapture ? 1 : 2) : 0, ordering: .relaxed)
  }

  @_noLocks @_noAllocation
  private func nanoseconds(_ frames: Int) -> Int { frames &* 1_000_000 / rate &* 1000 }

  /// Takes the frames that were lost since the last block into the history, as silence.
  @_noLocks @_noAllocation
  private mutating func skipLostBlocks() {
    let lost = (monotonicNanoseconds() &- lastBlock) / 1000 &* rate / (block &* 1_000_000)
    processor.skip(min(max(lost, 1), Self.longestGap), silence: silence.readOnly)
    lastBlock = monotonicNanoseconds()
  }

  @_noLocks @_noAllocation
  private func measure() {
    guard let devices, let frames = devices.pointee.ends.measuredFrames() else { return }
    exchange.pointee.statistics.measuredFrames.store(frames, ordering: .relaxed)
  }

  /// Starts both devices anew where the delay has changed: one has stalled unnoticed, or they have two clocks.
  @_noLocks @_noAllocation
  private mutating func compare() {
    guard let devices else { return }
    looksApart = devices.pointee.ends.isApart ? looksApart &+ 1 : 0
    if looksApart == 2 {
      looksApart = 0
      handle(.fault(DeviceFault(direction: .playback, errno: ERANGE)))
    }
  }

  /// Gives a program back. The control side frees it before it hands over another.
  @_noLocks @_noAllocation
  private func retire(_ program: ProgramPointer) {
    if !program.pointee.isRejected { exchange.pointee.statistics.changes.add(1, ordering: .relaxed) }
    exchange.pointee.programs.give(back: program)
  }

  @_noLocks @_noAllocation
  private mutating func give(back devices: UnsafeMutablePointer<Devices>) {
    (self.devices, faultsInARow, looksApart, forgottenBlocks) = (nil, 0, 0, 0)
    if devices.pointee.fault?.kind != .stalled { noteStall(of: nil) }  // Else it is told once, however often they are opened.
    exchange.pointee.statistics.measuredFrames.store(-1, ordering: .relaxed)
    exchange.pointee.retiredDevices.store(devices, ordering: .releasing)
    tell()
  }
}
