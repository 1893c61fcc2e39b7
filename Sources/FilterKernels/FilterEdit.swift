import AudioFile

/// What the control socket changed of a filter; what is nil is the configuration's.
package struct FilterEdit: Sendable {
  package var kernel: SentKernel?
  /// dB.
  package var gain: Double?
  /// Frames.
  package var delay: Int?

  /// Of nothing.
  package init() {}
}

/// A kernel that came over the control socket, as it came: another rate may need it again.
package struct SentKernel: Sendable {
  package enum Source: Sendable {
    case file(Kernel)
    /// As a configuration names it.
    case named(String)
    /// Made from words, which name the file that holds these bytes.
    case made(words: String, from: [UInt8])
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
