import Platform
import Buffers
import ALSA
import CIntrinsics
import BlockProcessing
import Convolution
import Glibc
import PCM

/// The audio thread's own state and its loop.
///
/// All that runs while sound runs carries `@_noLocks @_noAllocation`; system calls are ALSA's and clock_gettime.
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
  /// Time at which the last block had been captured, in nanoseconds, and how long it took.
  private var lastBlock = 0
  private var lastBusy = 0
  private var faultsInARow = 0
  /// Frames that are silent before the ramp when devices come new.
  private var quietFrames = 0
  /// Whether a device stands still, or has not moved again since it did.
  private var isStanding = false
  /// Looks in a row at which both devices' positions did not belong together.
  private var looksApart = 0
  /// Blocks of silence taken in since the devices went.
  private var forgottenBlocks = 0

  /// Restarts without a block between them after which devices are given back.
  private static var mostFaults: Int { @_noLocks @_noAllocation get { 10 } }
  /// The longest gap, in blocks, that is taken into the history as silence.
  private static var longestGap: Int { @_noLocks @_noAllocation get { 64 } }

  init(exchange: UnsafeMutablePointer<Exchange>, program: ProgramPointer, rate: Int, fadeFrames: Int) {
    self.exchange = exchange
    self.rate = rate
    let (inputs, outputs) = (program.pointee.convolver.inputs, program.pointee.convolver.outputs)
    block = program.pointee.convolver.block
    processor = BlockProcessor(program: program, rampFrames: fadeFrames, isGuarded: true)
    output = OutputStage(channels: outputs, block: block, rampFrames: fadeFrames)
    x = Planes(channels: inputs, frames: block)
    y = Planes(channels: outputs, frames: block)
    silence = Planes(channels: inputs, frames: block)
  }

  /// Everything of its own that it touches.
  var regions: [UnsafeRawBufferPointer] { processor.regions + output.regions + [x.region, y.region, silence.region] }

  /// Runs until it is told to stop and what it played has faded out and left the queue, with or without devices.
  @_noLocks @_noAllocation
  mutating func run() {
    var silentFrames = 0
    while true {
      exchange.pointee.statistics.turns.add(1, ordering: .relaxed)
      let stopping = exchange.pointee.stop.load(ordering: .acquiring)
      guard let devices else {
        if stopping { return }
        turnWithoutDevice()
        continue
      }
      let recalled = stopping || exchange.pointee.recall.load(ordering: .acquiring)
      // From a device that stands still nothing is heard.
      if recalled && (isStanding || silentFrames > devices.pointee.endpoints.queueFrames &+ block) {
        devices.pointee.endpoints.stop()
        give(back: devices)
        continue
      }
      turn()
      silentFrames = processor.isSilent ? silentFrames &+ block : 0
    }
  }

  /// Looks for devices and takes changes at once, since nothing is heard.
  @_noLocks @_noAllocation
  private mutating func turnWithoutDevice() {
    changeUnheard()
    guard let pending = exchange.pointee.pendingDevices.exchange(nil, ordering: .acquiringAndReleasing) else {
      forget()
      return sleepUndue(milliseconds: 5)
    }
    devices = pending
    (faultsInARow, quietFrames) = (0, rate / 100)
    processor.skip(Self.longestGap, silence: silence.readOnly)
    lastBlock = monotonicNanoseconds()
    handle(pending.pointee.endpoints.start())
    measure()
  }

  /// What was played before the devices went is not to be heard when they are there again: time passes, in some turns, as silence.
  @_noLocks @_noAllocation
  private mutating func forget() {
    guard forgottenBlocks < processor.historyBlocks else { return }
    processor.skip(Self.longestGap, silence: silence.readOnly)
    forgottenBlocks &+= Self.longestGap
  }

  @_noLocks @_noAllocation
  private mutating func changeUnheard() {
    if !processor.isChanging, let program = exchange.pointee.programs.take() { processor.begin(program, isFollowed: true) }
    if let retired = processor.settle() { retire(retired) }
  }

  /// One block: capture, convolve, play.
  @_noLocks @_noAllocation
  private mutating func turn() {
    guard let devices else { return }
    let outcome = devices.pointee.endpoints.read(devices.pointee.captured)
    guard case .done = outcome else { return handle(outcome) }
    let started = monotonicNanoseconds()
    let sinceLast = started &- lastBlock
    lastBlock = started
    if let clock = devices.pointee.endpoints.clock { exchange.pointee.statistics.follow(clock) }
    decodeAndConvolve(devices)
    lastBusy = monotonicNanoseconds() &- started
    exchange.pointee.statistics.count(busy: lastBusy, deadline: nanoseconds(block))
    let written = devices.pointee.endpoints.write(devices.pointee.played)
    guard case .done = written else { return handle(written, servedBefore: sinceLast) }
    if isStanding {
      if devices.pointee.endpoints.isMoving { goOn() }
      return
    }
    faultsInARow = 0
    // About once a second.
    if exchange.pointee.statistics.blocks.load(ordering: .relaxed) % max(1, rate / block) == 0 {
      measure()
      compare()
    }
  }

  @_noLocks @_noAllocation
  private mutating func decodeAndConvolve(_ devices: UnsafeMutablePointer<Devices>) {
    let (capture, playback) = (devices.pointee.endpoints.capture, devices.pointee.endpoints.playback)
    capture.format.decode(devices.pointee.captured, count: block, channels: capture.channels, to: x.pointers)
    if capture.format.bits == nil { silenceUnusable() }
    if !processor.isChanging, let program = exchange.pointee.programs.take() {
      processor.begin(program, isFollowed: true)
    }
    let isLeaving = exchange.pointee.stop.load(ordering: .relaxed) || exchange.pointee.recall.load(ordering: .relaxed)
    // While a device stands still, nothing that is written is where it belongs.
    let isHeld = isLeaving || isStanding || quietFrames > 0 || exchange.pointee.output.held.load(ordering: .relaxed)
    let open = exchange.pointee.output.open.load(ordering: .relaxed) && !isHeld
    quietFrames = max(0, quietFrames &- block)
    let wasSilent = processor.isSilent
    if let retired = processor.process(x.readOnly, to: y.pointers, bits: capture.format.bits, open: open) { retire(retired) }
    exchange.pointee.statistics.note(faulty: processor.isFaulty)
    if !output.limit(y.pointers, exchange.pointee.output, atOnce: wasSilent) { processor.close() }
    // Silence stays silence.
    if !wasSilent || !processor.isSilent {
      output.addDither(y.pointers, exchange.pointee.output, bits: devices.pointee.endpoints.playbackBits)
    }
    let clipped = playback.format.encode(y.pointers, count: block, channels: playback.channels, to: devices.pointee.played)
    if clipped > 0 { exchange.pointee.statistics.clipped.add(clipped, ordering: .relaxed) }
    for channel in 0..<x.channels { exchange.pointee.statistics.meter(x.pointers[channel], count: block, channel: channel) }
    for channel in 0..<y.channels {
      exchange.pointee.statistics.meter(y.pointers[channel], count: block, channel: x.channels &+ channel)
    }
  }

  /// A device of floats may deliver what is no sound, which would stay in the history.
  @_noLocks @_noAllocation
  private func silenceUnusable() {
    for channel in 0..<x.channels {
      let silenced = clearSamples(beyond: loudestInput, x.pointers[channel], count: block)
      if silenced > 0 { exchange.pointee.statistics.count(.unusableSamples, silenced) }
    }
  }

  /// Records what went wrong and starts both devices again, or gives them back.
  ///
  /// - Parameter served: nanoseconds from the block before the last to the last, where that one came too late.
  @_noLocks @_noAllocation
  private mutating func handle(_ outcome: Duplex.Outcome, servedBefore served: Int = 0) {
    if isStanding { changeUnheard() }
    guard let devices, case .fault(var fault) = outcome else { return }
    note(fault, unserved: served &+ monotonicNanoseconds() &- lastBlock)
    // Whoever works longer on each block than it lasts has such a fault each time, of devices that are well. Others want the
    // processor too, and the kernel ends real-time threads that never wait.
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
      guard case .fault(let again) = devices.pointee.endpoints.start() else { break }
      fault = again
      note(fault, unserved: 0)
    }
    lastBlock = monotonicNanoseconds()
    if isStanding && devices.pointee.endpoints.isMoving { stand(nil) }
    measure()
  }

  /// Starts both devices together, since one of them began to move by itself.
  @_noLocks @_noAllocation
  private mutating func goOn() {
    guard let devices else { return }
    stand(nil)
    skipLostBlocks()
    handle(devices.pointee.endpoints.start())
    lastBlock = monotonicNanoseconds()
  }

  /// A device that stands still is told once, however often it is started meanwhile.
  @_noLocks @_noAllocation
  private mutating func note(_ fault: Duplex.Fault, unserved: Int) {
    if fault.kind == .stalled {
      guard !isStanding else { return }
      stand(fault.direction)
    }
    if fault.direction == .capture {
      exchange.pointee.statistics.captureXruns.add(1, ordering: .relaxed)
    } else {
      exchange.pointee.statistics.playbackXruns.add(1, ordering: .relaxed)
    }
    guard let devices else { return }
    let endpoints = devices.pointee.endpoints
    let times = Xrun.Times(
      busy: lastBusy, queue: nanoseconds(endpoints.queueFrames), unserved: unserved,
      buffered: nanoseconds(endpoints.bufferedFrames(fault.direction)))
    exchange.pointee.xruns.add(Xrun(fault, times, at: wallNanoseconds()))
  }

  @_noLocks @_noAllocation
  private mutating func stand(_ direction: Direction?) {
    isStanding = direction != nil
    exchange.pointee.statistics.standing.store(direction.map { $0 == .capture ? 1 : 2 } ?? 0, ordering: .relaxed)
  }

  @_noLocks @_noAllocation
  private func nanoseconds(_ frames: Int) -> Int { frames &* 1_000_000 / rate &* 1000 }

  /// What was played by others meanwhile is lost: the history keeps it as silence of the same length.
  @_noLocks @_noAllocation
  private mutating func skipLostBlocks() {
    let lost = (monotonicNanoseconds() &- lastBlock) / 1000 &* rate / (block &* 1_000_000)
    processor.skip(min(max(lost, 1), Self.longestGap), silence: silence.readOnly)
    lastBlock = monotonicNanoseconds()
  }

  @_noLocks @_noAllocation
  private func measure() {
    guard let devices, let frames = devices.pointee.endpoints.measuredFrames() else { return }
    exchange.pointee.statistics.measuredFrames.store(frames, ordering: .relaxed)
  }

  /// Starts both devices anew where the delay is not what it is to be: one has stood still unnoticed, or they have two clocks.
  @_noLocks @_noAllocation
  private mutating func compare() {
    guard let devices else { return }
    looksApart = devices.pointee.endpoints.isApart ? looksApart &+ 1 : 0
    if looksApart == 2 {
      looksApart = 0
      handle(.fault(Duplex.Fault(direction: .playback, errno: ERANGE)))
    }
  }

  /// The control side frees what it finds here, before it hands over another.
  @_noLocks @_noAllocation
  private func retire(_ program: ProgramPointer) {
    if !program.pointee.isRejected { exchange.pointee.statistics.changes.add(1, ordering: .relaxed) }
    exchange.pointee.programs.give(back: program)
  }

  @_noLocks @_noAllocation
  private mutating func give(back devices: UnsafeMutablePointer<Devices>) {
    self.devices = nil
    forgottenBlocks = 0
    exchange.pointee.statistics.measuredFrames.store(-1, ordering: .relaxed)
    exchange.pointee.retiredDevices.store(devices, ordering: .releasing)
  }
}
