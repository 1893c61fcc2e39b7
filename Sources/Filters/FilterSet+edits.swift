import AudioFile
import ConfigurationFile

/// What the control socket changed of a filter; what is nil is the configuration's.
package struct FilterEdit: Sendable {
  package var kernel: SentKernel?
  /// dB.
  package var gain: Double?
  /// Frames.
  package var delay: Int?
}

/// A kernel that came over the control socket, as it came: another rate may need it again.
package struct SentKernel: Sendable {
  package enum Source: Sendable {
    case file(Kernel)
    /// As a configuration names it.
    case named(String)
  }

  package var source: Source
  /// Of the kernel, from 0.
  package var channel: Int
  /// Nil: as the configuration says of the filter.
  package var resample: Bool?

  package init(source: Source, channel: Int, resample: Bool? = nil) {
    (self.source, self.channel, self.resample) = (source, channel, resample)
  }
}

extension FilterSet {
  /// Another kernel for the filter of that name, ready to be put in its place; nil where there is none of that name.
  ///
  /// - Parameters:
  ///   - text: where names of kernels come from.
  ///   - reader: holds what was read before.
  package func replacement(
    for name: String, _ sent: SentKernel, in text: ConfigurationText, reader: KernelReader
  ) throws(KernelFault) -> LiveFilter? {
    guard let filter = configuration.filters.first(where: { $0.name == name }) else { return nil }
    let (rate, resample) = (configuration.rate, sent.resample ?? filter.resample)
    let fitted =
      switch sent.source {
      case .file(let kernel): try kernel.fitted(to: rate, resample: resample)
      case .named(let reference): try reader.kernel(text.kernel(reference, rate: rate), rate: rate, resample: resample)
      }
    var live = try Self.live(filter, fitted, channel: sent.channel)
    live.edit.kernel = sent
    return live
  }

  /// Puts the kernel of `filter` in the place of the present one; gain and delay stay. Gains that
  /// are auto follow.
  package mutating func put(_ filter: LiveFilter) {
    guard let index = filters.firstIndex(where: { $0.name == filter.name }) else { return }
    let present = filters[index]
    filters[index] = filter
    (filters[index].gain, filters[index].delay, filters[index].isGainAuto) = (present.gain, present.delay, present.isGainAuto)
    (filters[index].edit.gain, filters[index].edit.delay) = (present.edit.gain, present.edit.delay)
    _ = balanceGains()
  }

  /// Changes gain (dB) and delay (frames) of the filter of that name; nil: it stays. A gain that is given is auto no more.
  package mutating func set(_ name: String, gain: Double?, delay: Int?) {
    guard let index = filters.firstIndex(where: { $0.name == name }) else { return }
    if let gain { (filters[index].gain, filters[index].isGainAuto, filters[index].edit.gain) = (gain, false, gain) }
    if let delay { (filters[index].delay, filters[index].edit.delay) = (delay, delay) }
    _ = balanceGains()
  }

  /// Takes along what the control socket changed of the same configuration's filters at another rate.
  ///
  /// - Returns: why kernels that were sent cannot be used at this rate, where the configuration's are in their place.
  package mutating func take(editsOf others: FilterSet, in text: ConfigurationText) -> [String] {
    let reader = KernelReader()
    var refusals: [String] = []
    for other in others.filters {
      guard let index = filters.firstIndex(where: { $0.name == other.name }) else { continue }
      set(other.name, gain: other.edit.gain, delay: other.edit.delay)
      guard let sent = other.edit.kernel else { continue }
      do throws(KernelFault) {
        if let filter = try replacement(for: other.name, sent, in: text, reader: reader) { put(filter) }
      } catch {
        refusals.append("\(other.name): \(error.message): until the rate changes the configuration's kernel is used")
        filters[index].edit.kernel = sent
      }
    }
    bypass = others.bypass
    return refusals
  }
}
