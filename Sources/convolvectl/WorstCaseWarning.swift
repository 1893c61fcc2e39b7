import ControlAPI
import ControlCalling
import Numbers
import Terminal

extension Target {
  /// Warns on standard error where the worst case of an output that changed filters lead to is above 0 dB.
  ///
  /// - Parameter changed: names of filters. They have changed, whatever the daemon says afterwards.
  func warnOfWorstCase(of changed: some Collection<String>) async {
    let status = try? await call { client throws(ControlError) in try await client.status() }
    for warning in status?.worstCaseWarnings(of: changed, words) ?? [] {
      Failure(.success, "warning: \(warning)").print(command: Main.name)
    }
  }
}

extension Status {
  /// - Parameter target: the options that name the daemon.
  fileprivate func worstCaseWarnings(of changed: some Collection<String>, _ target: String) -> [String] {
    Set(filters.filter { changed.contains($0.name) }.map(\.to)).sorted().compactMap { output in
      guard worstCase.indices.contains(output), let decibels = worstCase[output], decibels > 0.05 else { return nil }
      let excess = (decibels * 10).rounded(.up) / 10
      let there = filters.filter { $0.to == output }
      let remedy =
        there.count == 1
        ? "convolvectl set \(there[0].name) gain=\(decimal(there[0].gain - excess, places: 1, rounded: .down))\(target) avoids it"
        : "\(decimal(excess, places: 1)) dB less on its filters' gain avoids it"
      let balance = worstCase.count == 1 ? "" : ", and as much less on all others keeps the balance"
      return "output \(output) amplifies by up to \(decimal(excess, places: 1)) dB, and can clip: \(remedy)\(balance)".brief
    }
  }
}
