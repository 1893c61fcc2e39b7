import ALSA
import Synchronization

// What an engine hears and plays to.
extension AudioEngine {
  /// Gives devices to the audio thread, which starts them. None may be attached already.
  ///
  /// - Parameters:
  ///   - periods: periods of the playback device to keep filled, at least two.
  ///   - resampled: whether the devices have clocks of their own: playback then sets the pace.
  /// - Throws: where the playback device's buffer is too small for a block and its queue.
  public func attach(capture: Device, playback: Device, periods: Int, resampled: Bool = false) throws(DeviceError) {
    let (input, output) = (capture.negotiated, playback.negotiated)
    let wanted = Duplex.queueFrames(
      block: block, capturePeriod: resampled ? block : input.periodFrames, playbackPeriod: output.periodFrames, periods: periods)
    let queueFrames = min(wanted, output.bufferFrames - block)
    guard queueFrames >= block else {
      throw .unsupported(
        device: output.name, direction: .playback, what: "a buffer of two blocks of \(block) frames",
        offered: "\(output.bufferFrames) frames: set a smaller block")
    }
    if resampled { try playback.wake(at: output.bufferFrames - queueFrames) }
    let finding = clocks.withLock { $0?.finding(of: input, output) }
    hand(
      over: Attachment(
        capture: capture, playback: playback, block: block, queueFrames: queueFrames, resampled: resampled, finding: finding))
  }

  /// Gives a recording to the audio thread in place of devices; its memory outlives the engine.
  public func attach(_ recording: Recording) { hand(over: Attachment(recording, block: block)) }

  private func hand(over attached: Attachment) {
    locked.withLock { $0.lock(attached.regions) }
    attachment.withLock { $0 = attached }
    exchange.pointee.pendingDevices.store(attached.devices, ordering: .releasing)
  }

  /// Fades out, lets the queue run empty and closes the devices; changes are taken all the same, and devices may be attached
  /// again.
  ///
  /// - Returns: what became of the devices meanwhile, where they did not last until then.
  public func detach() async -> Duplex.Fault? {
    exchange.pointee.recall.store(true, ordering: .releasing)
    while exchange.pointee.retiredDevices.load(ordering: .relaxed) == nil && attachment.withLock({ $0 != nil }) && !thread.hasEnded {
      await Self.pause()
    }
    exchange.pointee.recall.store(false, ordering: .releasing)
    return takeFault()
  }

  /// Whether the audio thread has given its devices back since `attach`, and why. They are closed then.
  public func takeFault() -> Duplex.Fault? {
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

  /// What interrupted the sound since the last call, oldest first; of very many, the first.
  public func takeXruns() -> [Xrun] { exchange.pointee.xruns.collect() }

  /// The device that moves no frame, or has not since; nil: neither.
  public var standing: Direction? {
    switch exchange.pointee.statistics.standing.load(ordering: .relaxed) {
    case 1: .capture
    case 2: .playback
    default: nil
    }
  }
}
