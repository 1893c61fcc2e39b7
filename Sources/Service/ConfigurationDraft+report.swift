import ConfigurationFile
import ControlAPI
import Convolution
import FilterKernels
import Filters
import Platform

// What is said of a configuration on trial.
extension ConfigurationDraft {
  /// - Parameters:
  ///   - running: what it would replace.
  ///   - socket: the one that is served.
  func report(replacing running: Configuration, socket: ControlSocket?) -> ConfigurationReport {
    ConfigurationReport(
      filters: filters.filters.count, plan: plan.description, load: load.audioThread, workersLoad: load.workers.max(),
      restart: socket?.isInherited == true || filters.configuration.control.isSame(as: running.control) ? [] : ["control"],
      interrupts: filters.configuration.sessionKeys(running: running))
  }
}

extension Configuration {
  /// The keys that differ from those of the running one, and that only another session takes over.
  func sessionKeys(running: Configuration) -> [String] {
    [
      ("rate", rate == running.rate && followsSource == running.followsSource), ("block", block == running.block),
      ("precision", precision == running.precision),
      ("capture", capture == running.capture), ("playback", playback == running.playback),
    ].filter { !$0.1 }.map(\.0)
  }
}

extension Configuration.Control {
  /// However the socket's folder is written.
  fileprivate func isSame(as other: Configuration.Control) -> Bool {
    mode == other.mode && socket.map(pathInResolvedFolder) == other.socket.map(pathInResolvedFolder)
  }
}

extension Problem {
  /// Listed one by one.
  private static var mostFaults: Int { 100 }

  init(_ error: ConfigurationError) {
    var faults: [Fault]?
    if case .invalid(_, let found) = error {
      faults = found.prefix(Self.mostFaults).map { Fault(line: $0.line, message: $0.message) }
      if found.count > Self.mostFaults {
        faults?.append(Fault(line: found[Self.mostFaults].line, message: "and \(found.count - Self.mostFaults) more faults"))
      }
    }
    self.init(
      status: 422, title: error.isUnreadable ? "Unreadable configuration" : "Invalid configuration", detail: error.description,
      faults: faults)
  }
}
