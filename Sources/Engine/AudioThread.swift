import ALSA
import CIntrinsics
import Changeover
import Convolution
import Glibc
import PCM
import Synchronization

/// What the audio thread shares with the control side. Each pointer is handed over by exchange: nobody waits.
struct Exchange: ~Copyable, @unchecked Sendable {
  let programs = Handover()
  let pendingDevices = Atomic<UnsafeMutablePointer<Devices>?>(nil)
  let retiredDevices = Atomic<UnsafeMutablePointer<Devices>?>(nil)
  let output = OutputSettings()
  let stop = Atomic<Bool>(false)
  /// Whether the devices are wanted back, once what they play has faded out.
  let recall = Atomic<Bool>(false)
  let statistics: Statistics

  init(channels: Int) { statistics = Statistics(channels: channels) }
}

/// Running devices, with the memory that the audio thread needs for them.
struct Devices {
  var endpoints: Endpoints
  /// A block of frames in each side's format.
  var captured: UnsafeMutableRawPointer
  var played: UnsafeMutableRawPointer
  /// Why the devices came back, once they have.
  var fault: Duplex.Fault?
}

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
  /// Time at which the last block had been captured, in nanoseconds.
  private var lastBlock = 0
  private var faultsInARow = 0
  private var idleWaits = 0
  /// Blocks of silence taken in since the devices went.
  private var forgottenBlocks = 0

  /// Restarts without a block between them after which devices are given back.
  private static var mostFaults: Int { @_noLocks @_noAllocation get { 10 } }
  /// Waits without a frame after which a device counts as stalled: a second.
  private static var mostIdleWaits: Int { @_noLocks @_noAllocation get { 10 } }
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
      if recalled && silentFrames > devices.pointee.endpoints.queueFrames &+ block {
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
    if !processor.isChanging, let program = exchange.pointee.programs.take() { processor.begin(program, isFollowed: true) }
    if let retired = processor.settle() { retire(retired) }
    guard let pending = exchange.pointee.pendingDevices.exchange(nil, ordering: .acquiringAndReleasing) else {
      forget()
      return sleepWithoutDevice(milliseconds: 5)
    }
    devices = pending
    (faultsInARow, idleWaits) = (0, 0)
    processor.skip(Self.longestGap, silence: silence.readOnly)
    handle(pending.pointee.endpoints.start())
    lastBlock = monotonicNanoseconds()
    measure()
  }

  /// What was played before the devices went is not to be heard when they are there again: time passes, in some turns, as silence.
  @_noLocks @_noAllocation
  private mutating func forget() {
    guard forgottenBlocks < processor.historyBlocks else { return }
    processor.skip(Self.longestGap, silence: silence.readOnly)
    forgottenBlocks &+= Self.longestGap
  }

  /// One block: capture, convolve, play.
  @_noLocks @_noAllocation
  private mutating func turn() {
    guard let devices else { return }
    let outcome = devices.pointee.endpoints.read(devices.pointee.captured)
    guard case .done = outcome else { return handle(outcome) }
    let started = monotonicNanoseconds()
    (lastBlock, idleWaits) = (started, 0)
    if let clock = devices.pointee.endpoints.clock { exchange.pointee.statistics.follow(clock) }
    decodeAndConvolve(devices)
    exchange.pointee.statistics.count(busy: monotonicNanoseconds() &- started, deadline: block &* 1_000_000_000 / rate)
    let written = devices.pointee.endpoints.write(devices.pointee.played)
    guard case .done = written else { return handle(written) }
    faultsInARow = 0
    // About once a second.
    if exchange.pointee.statistics.blocks.load(ordering: .relaxed) % max(1, rate / block) == 0 { measure() }
  }

  @_noLocks @_noAllocation
  private mutating func decodeAndConvolve(_ devices: UnsafeMutablePointer<Devices>) {
    let (capture, playback) = (devices.pointee.endpoints.capture, devices.pointee.endpoints.playback)
    capture.format.decode(devices.pointee.captured, count: block, channels: capture.channels, to: x.pointers)
    if capture.format == .float { silenceUnusable() }
    if !processor.isChanging, let program = exchange.pointee.programs.take() {
      processor.begin(program, isFollowed: true)
    }
    let isLeaving = exchange.pointee.stop.load(ordering: .relaxed) || exchange.pointee.recall.load(ordering: .relaxed)
    let isHeld = isLeaving || exchange.pointee.output.held.load(ordering: .relaxed)
    let open = exchange.pointee.output.open.load(ordering: .relaxed) && !isHeld
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
      if silenced > 0 { exchange.pointee.statistics.unusableSamples.add(silenced, ordering: .relaxed) }
    }
  }

  /// Counts what went wrong and starts both devices again, or gives them back.
  @_noLocks @_noAllocation
  private mutating func handle(_ outcome: Duplex.Outcome) {
    guard let devices else { return }
    var fault: Duplex.Fault
    switch outcome {
    case .done: return
    case .idle:
      idleWaits &+= 1
      guard idleWaits >= Self.mostIdleWaits else { return }
      fault = Duplex.Fault(direction: .capture, errno: ETIMEDOUT)
    case .fault(let happened): fault = happened
    }
    while true {
      count(fault)
      faultsInARow &+= 1
      if !fault.isRecoverable || faultsInARow > Self.mostFaults {
        devices.pointee.fault = fault
        return give(back: devices)
      }
      skipLostBlocks()
      guard case .fault(let again) = devices.pointee.endpoints.start() else { break }
      fault = again
    }
    idleWaits = 0
    lastBlock = monotonicNanoseconds()
    measure()
  }

  @_noLocks @_noAllocation
  private func count(_ fault: Duplex.Fault) {
    if fault.direction == .capture {
      exchange.pointee.statistics.captureXruns.add(1, ordering: .relaxed)
    } else {
      exchange.pointee.statistics.playbackXruns.add(1, ordering: .relaxed)
    }
  }

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
