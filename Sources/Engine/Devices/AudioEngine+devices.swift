import ALSA
import Synchronization

// Devices.
extension AudioEngine {
  /// Gives devices to the audio thread, which starts them. Precondition: none are attached.
  ///
  /// - Parameters:
  ///   - periods: periods of the playback device to keep filled, at least two.
  ///   - resampled: whether each device has its own clock; playback then sets the pace.
  /// - Throws: where a device's buffer is too small: playback's for a block and its queue, capture's for one block beside another.
  public func attach(capture: Device, playback: Device, periods: Int, resampled: Bool = false) throws(DeviceError) {
    let (input, output) = (capture.negotiated, playback.negotiated)
    let wanted = Duplex.queueFrames(
      block: block, capturePeriod: resampled ? block : input.periodFrames, playbackPeriod: output.periodFrames, periods: periods)
    let queueFrames = min(wanted, output.bufferFrames - block)
    for (device, direction, room) in [(input, Direction.capture, input.bufferFrames), (output, .playback, queueFrames + block)]
    where room < 2 * block {
      throw .unsupported(
        device: device.name, direction: direction, what: "a buffer of two blocks of \(block) frames",
        offered: "\(device.bufferFrames) frames: set a smaller block")
    }
    if resampled { try playback.wake(at: output.bufferFrames - queueFrames) }
    let finding = clocks.withLock { $0?.finding(of: input, output) }
    hand(
      over: Attachment(
        capture: capture, playback: playback, block: block, queueFrames: queueFrames, resampled: resampled, finding: finding))
  }

  /// Gives a recording to the audio thread in place of devices. Its memory must outlive the engine.
  public func attach(_ recording: Recording) { hand(over: Attachment(recording, block: block)) }

  private func hand(over attached: Attachment) {
    locked.withLock { $0.lock(attached.regions) }
    attachment.withLock { $0 = attached }
    exchange.pointee.pendingDevices.store(attached.devices, ordering: .releasing)
    ring(exchange.pointee.call)
  }

  /// Fades out, plays the queue to its end and closes the devices. The engine still takes changes, and other devices.
  ///
  /// - Returns: the fault that ended the devices before that; nil: none did.
  public func detach() async -> DeviceFault? {
    exchange.pointee.recall.store(true, ordering: .releasing)
    while exchange.pointee.retiredDevices.load(ordering: .relaxed) == nil && attachment.withLock({ $0 != nil }) && !thread.hasEnded {
      await Self.pause()
    }
    exchange.pointee.recall.store(false, ordering: .releasing)
    return takeFault()
  }

  /// Closes the devices if the audio thread has given them back, and returns why; nil: it still has them, or was asked for them.
  public func takeFault() -> DeviceFault? {
    guard let devices = exchange.pointee.retiredDevices.exchange(nil, ordering: .acquiring) else { return nil }
    let fault = devices.pointee.fault
    let attached = attachment.withLock { attached in
      defer { attached = nil }
      return attached
    }
    guard let attached else { return fault }
    locked.withLock { $0.unlock(attached.regions) }
    if let found = attached.clocks { clocks.withLock { $0 = found } }
    return fault
  }

  /// The xruns since the last call, oldest first. Keeps the first 64.
  public func takeXruns() -> [Xrun] { exchange.pointee.xruns.collect() }

  /// The device that moves no frame, or has not moved again yet; nil: neither.
  public var stalledDirection: Direction? {
    switch exchange.pointee.statistics.stalledDirection.load(ordering: .relaxed) {
    case 1: .capture
    case 2: .playback
    default: nil
    }
  }
}
