import ConfigurationFile
import ControlAPI
import Engine
import FilterKernels
import Filters
import Logging
import Platform

// Volume, mute, dither, ceiling and bypass.
extension Daemon {
  /// The bypass first, which alone may be refused: then nothing else is changed. But a mute waits for nothing.
  package func changeOutput(_ change: OutputChange) async throws(Problem) -> Status.Output {
    let number = outputOrder.arrive()
    if change.mute == true, outputOrder.take(\.mute, number) {
      setMuted(true)
      rememberOutput()
    }
    if let bypass = change.bypass { try await setBypass(bypass) }
    if change.mute == false, outputOrder.take(\.mute, number) { setMuted(false) }
    if let volume = change.volume, outputOrder.take(\.volume, number) { setVolume(volume) }
    if let dither = change.dither, outputOrder.take(\.dither, number) { setDithered(dither == .tpdf) }
    if let ceiling = change.ceiling, outputOrder.take(\.ceiling, number) { setCeiling(ceiling.decibels) }
    if change.mute != nil || change.volume != nil {
      rememberOutput()
      await quieterIsWritten()
    }
    return output
  }

  private func setBypass(_ bypass: Bool) async throws(Problem) {
    let outcome = await enqueueFilterChange { daemon in
      defer { daemon.filters.bypass = bypass }
      return daemon.filters.bypass != bypass
    }
    switch outcome {
    case .unchanged: break
    case .heard: changeLog.add(.bypass, "bypass: \(bypass ? "on" : "off")", logger)
    case .refused(let problem): throw problem
    }
  }

  var output: Status.Output {
    Status.Output(
      mute: !engine.isOpen, bypass: filters.bypass, volume: volume, dither: isDithered ? .tpdf : .off,
      ceiling: ceiling)
  }

  /// Whether the output differs from the configuration, apart from volume and mute, which are remembered.
  var outputDiffers: Bool {
    let configured = filters.configuration.output
    return filters.bypass || isDithered != configured.isDithered || ceiling != configured.ceiling
  }

  private func setMuted(_ isMuted: Bool) {
    guard isMuted == engine.isOpen else { return }
    engine.setOpen(!isMuted)
    changeLog.add(.mute, "output: \(isMuted ? "muted" : "unmuted")", logger)
    stirring.raise()
  }

  private func setVolume(_ volume: Double) {
    guard volume != self.volume else { return }
    self.volume = volume
    engine.setVolume(volume)
    changeLog.add(.volume, "volume: \(volume) dB", logger)
  }

  private func setDithered(_ isDithered: Bool) {
    guard isDithered != self.isDithered else { return }
    self.isDithered = isDithered
    engine.setDithered(isDithered)
    changeLog.add(.dither, "dither: \(isDithered ? "tpdf" : "none")", logger)
  }

  private func setCeiling(_ ceiling: Double?) {
    guard ceiling != self.ceiling else { return }
    self.ceiling = ceiling
    engine.setCeiling(ceiling)
    changeLog.add(.ceiling, "ceiling: \(ceiling.map { "\($0) dB" } ?? "none")", logger)
  }

  /// Takes what a configuration says of the output: the volume only where it is another than before, since it is remembered.
  func takeOutput(of new: Configuration.OutputSettings, before old: Configuration.OutputSettings) {
    if new.volume != old.volume {
      volume = new.volume
      engine.setVolume(volume)
    }
    setDithered(new.isDithered)
    setCeiling(new.ceiling)
    rememberOutput()
  }

  /// Takes a lower volume of a configuration before its filters, which may be louder, and returns when it is heard. A higher one comes
  /// after them.
  func takeQuieter(_ new: Configuration.OutputSettings, before old: Configuration.OutputSettings) async {
    guard new.volume != old.volume, new.volume < volume else { return }
    volume = new.volume
    engine.setVolume(volume)
    await rampIsOver()
  }

  // MARK: Taken back

  /// Volume, ceiling and dither as they are set.
  var outputSettings: Configuration.OutputSettings {
    Configuration.OutputSettings(volume: volume, ceiling: ceiling, isDithered: isDithered)
  }

  /// Takes back what a configuration has made of the output. What was set since stays.
  ///
  /// - Parameter turn: nil: it has left the output.
  func takeOutputBack(_ turn: OutputTurn?) {
    guard let turn else { return }
    takeVolumeBack(turn)
    if isDithered == turn.after.isDithered { setDithered(turn.before.isDithered) }
    if ceiling == turn.after.ceiling { setCeiling(turn.before.ceiling) }
    rememberOutput()
  }

  func takeVolumeBack(_ turn: OutputTurn) {
    if volume == turn.after.volume { setVolume(turn.before.volume) }
  }

  // MARK: Remembered

  /// Writes volume and mute, at once or within a second, one write after the other: what comes meanwhile is in the next one.
  func rememberOutput() {
    guard writing == nil, let delay = memory?.delay(of: outputToRemember) else { return }
    if delay == .zero {
      writing = Task { await writeOutput() }
    } else if remembering == nil {
      remembering = Task {
        try? await Task.sleep(for: delay)
        // At the end the daemon has written, and closes the output.
        guard !Task.isCancelled else { return }
        remembering = nil
        rememberOutput()
      }
    }
  }

  /// On a thread of its own: a disk may take its time.
  private func writeOutput() async {
    let contents = outputToRemember
    if let file = memory?.file, let text = memory?.begin(contents) {
      let failure = await inBackground(niceness: 0) { OutputMemory.failure(of: file, text) }
      memory?.end(contents, failure: failure ?? "the system gives no thread", logger)
    }
    writing = nil
    if outputToRemember != contents { rememberOutput() }
  }

  /// Returns when what makes the output quieter would outlive a power cut: after the write that is under way, and the next.
  private func quieterIsWritten() async {
    for _ in 0..<2 {
      guard let writing, memory?.delay(of: outputToRemember) == .zero else { return }
      await writing.value
    }
  }

  /// On the way out: what still waits is written.
  func rememberOutputNow() async {
    remembering?.cancel()
    while let writing { await writing.value }
    await writeOutput()
  }

  private var outputToRemember: OutputMemory.Contents {
    OutputMemory.Contents(volume: volume, mute: !engine.isOpen, configuredVolume: filters.configuration.output.volume)
  }

  /// Sets volume and mute as they were left. Nothing is heard yet.
  func recallOutput(_ memory: OutputMemory) {
    self.memory = memory
    if let left = memory.load(logger) {
      if left.configuredVolume == filters.configuration.output.volume { volume = left.volume }
      engine.setVolume(volume)
      engine.setOpen(!left.mute)
      logger.info("output: \(volume) dB, \(left.mute ? "muted" : "open"), as it was left")
    }
    self.memory?.kept = outputToRemember
  }
}
