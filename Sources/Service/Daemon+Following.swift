import ALSA
import ConfigurationFile
import FilterKernels
import Filters
import Logging
import Platform

// The source's rate, and the kernels that go with it.
extension Daemon {
  /// Lets the session open its devices and report a source that plays at another rate.
  func start(_ session: inout Session, source: SourceControl? = nil) {
    session.start(source, follow: { [weak self] rate in Task { await self?.follow(rate) } }, changed: { [stirring] in stirring.raise() })
  }

  /// Changes to the kernels of the source's rate, off the audio thread and in silence. Where they cannot be had, the devices stay
  /// closed and the state says why: no kernel is ever used at another rate than its own.
  private func follow(_ rate: Int) async {
    await enqueueChange { daemon in
      // Another change may have come first.
      guard daemon.filters.configuration.followsSource, daemon.filters.configuration.rate != rate else { return }
      do throws(ConfigurationError) {
        let (rated, present, text) = (daemon.rated, daemon.filters, daemon.text)
        let cancellation = Cancellation()
        // What a request named is bounded at every rate; what the file names is not.
        let rawRule = daemon.rawRule(at: rate)
        let read = await daemon.background.run(cancellation) {
          Result { () throws(ConfigurationError) in
            let reader = KernelReader(cancellation, rawRule: rawRule)
            let own = try rated.filters(at: rate, reader: reader)
            var next = own
            let refusals = next.take(editsOf: present, in: text, reader: reader)
            return (own: own, next: next, refusals: refusals)
          }
        }
        guard let (own, next, refusals) = try read?.get() else { return }
        daemon.rated.keep(own)
        for refusal in refusals { daemon.logger.warning("\(refusal)") }
        await daemon.replaceSession(by: next, costs: daemon.session.costs) { $0.newestUpload.removeAll() }
        daemon.logger.info("rate: \(rate) Hz, as the source plays")
        await daemon.warnOfFilters()
      } catch {
        await daemon.session.keeper?.refuse(rate, error.description)
      }
    }
  }
}
