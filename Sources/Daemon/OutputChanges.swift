import Configuration
import Control

// Volume, mute, dither and bypass.
extension Daemon {
  func changeOutput(_ change: OutputChange) async throws(Problem) -> Status.Output {
    if let mute = change.mute, mute == engine.isOpen {
      engine.setOpen(!mute)
      logger.info("output: \(mute ? "muted" : "unmuted")")
    }
    if let volume = change.volume, volume != self.volume {
      self.volume = volume
      engine.setVolume(volume)
      logger.info("volume: \(volume) dB")
    }
    if let dither = change.dither {
      isDithered = dither == .tpdf
      engine.setDithered(isDithered)
    }
    if change.mute != nil || change.volume != nil { rememberOutput() }
    if let bypass = change.bypass {
      let outcome = await stage { daemon in
        defer { daemon.filters.bypass = bypass }
        return daemon.filters.bypass != bypass
      }
      if outcome == .rejected { throw Self.rejection }
      if outcome == .heard { logger.info("bypass: \(bypass ? "on" : "off")") }
    }
    return output
  }

  var output: Status.Output {
    Status.Output(
      mute: !engine.isOpen, bypass: filters.bypass, volume: volume, dither: isDithered ? .tpdf : .off,
      ceiling: filters.configuration.output.ceiling)
  }

  /// What another configuration says of the output otherwise than the one before.
  func takeOutput(of new: Configuration.Output, before old: Configuration.Output) {
    if new.volume != old.volume {
      volume = new.volume
      engine.setVolume(volume)
    }
    if new.isDithered != old.isDithered {
      isDithered = new.isDithered
      engine.setDithered(isDithered)
    }
    rememberOutput()
  }

  func rememberOutput() {
    let configured = filters.configuration.output.volume
    memory?.save(OutputMemory.Contents(volume: volume, mute: !engine.isOpen, configuredVolume: configured), logger)
  }

  /// Sets volume and mute as they were left. Nothing is heard yet.
  func recallOutput(_ memory: OutputMemory) {
    self.memory = memory
    guard let left = memory.load(logger) else { return }
    if left.configuredVolume == filters.configuration.output.volume { volume = left.volume }
    engine.setVolume(volume)
    engine.setOpen(!left.mute)
    logger.info("output: \(volume) dB, \(left.mute ? "muted" : "open"), as it was left")
  }
}
