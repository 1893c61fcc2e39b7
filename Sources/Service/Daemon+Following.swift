import ALSA
import ConfigurationFile
import Filters
import Logging

// The source's rate, and the kernels that go with it.
extension Daemon {
  /// Lets the session open its devices and report a source that plays at another rate.
  func start(_ session: inout Session, source: SourceControl? = nil) {
    session.start(source) { [weak self] rate in Task { await self?.follow(rate) } }
  }

  /// Changes to the kernels of the source's rate, off the audio thread and in silence. Where they cannot be had, the devices stay
  /// closed and the state says why: no kernel is ever used at another rate than its own.
  private func follow(_ rate: Int) async {
    await enqueueChange { daemon in
      // Another change may have come first.
      guard daemon.filters.configuration.followsSource, daemon.filters.configuration.rate != rate else { return }
      do throws(ConfigurationError) {
        let own = try await Self.filters(daemon.rated, at: rate)
        daemon.rated.keep(own)
        var next = own
        for refusal in next.take(editsOf: daemon.filters, in: daemon.text) { daemon.logger.warning("\(refusal)") }
        await daemon.replaceSession(by: next, costs: daemon.session.costs) { $0.newestUpload.removeAll() }
        daemon.logger.info("rate: \(rate) Hz, as the source plays")
        daemon.warnOfFilters()
      } catch {
        await daemon.session.keeper?.refuse(rate, error.description)
      }
    }
  }

  /// Off the actor: kernels are read, and perhaps resampled.
  private nonisolated static func filters(_ rated: RatedFilters, at rate: Int) async throws(ConfigurationError) -> FilterSet {
    try rated.filters(at: rate)
  }
}
