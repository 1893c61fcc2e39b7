import ControlServing
import Engine
import Logging
import Platform

// What nobody asks for: looked at when there is a cause, not at intervals.
extension Daemon {
  /// The pause after a look.
  private static let pause = Duration.milliseconds(50)

  /// Has the engine's news looked at, and what the system grants its thread.
  nonisolated func observe(_ engine: AudioEngine) {
    engine.observe { [weak self, weak engine] isNew in
      guard let self, let engine else { return }
      if isNew { stirring.raise() }
      lookAtRights(of: engine)
    }
  }

  /// Logs what was kept from the output, remembers that the ceiling muted the output, and relieves a thread that is too late.
  func watch() async {
    var (sound, deadlines) = (SoundWatch(), DeadlineWatch.Late.allCases.map(DeadlineWatch.init))
    var (watched, stirred) = (engine, 0)
    while !Task.isCancelled {
      if watched !== engine { (watched, deadlines) = (engine, DeadlineWatch.Late.allCases.map(DeadlineWatch.init)) }
      seenNews = watched.news
      let status = watched.status(takingPeaks: false)
      if sound.look(status.guards, ceiling: ceiling, logger) { rememberOutput() }
      changeLog.look(logger)
      let seconds = Double(watched.block) / Double(watched.rate)
      for index in deadlines.indices {
        let late = deadlines[index].late
        switch deadlines[index].look(
          status.load, blocks: status.blocks, block: seconds, isChanging: lastChange.isUnderWay, isOnTrial: lastChange.trial != nil)
        {
        case .kept: break
        case .overload(let load): if await relieve(late, load: load) { deadlines[index].forget() }
        case .recovered: resume(late)
        }
      }
      looked.yield()
      let raised = stirring.count
      if stirred != raised, case .serving(_, let server?, _) = phase { server.tellSoon() }
      stirred = raised
      if lastChange.isOver {
        lastChange = .proven
        _ = await inBackground(niceness: 0) { FreedMemory.giveBack() }
      }
      let isRestless = deadlines.contains(where: \.isRestless) || lastChange.isWatched || changeLog.isWaiting
      try? await Task.sleep(for: Self.pause)
      if !isRestless { await stirring.rest() }
    }
  }
}
