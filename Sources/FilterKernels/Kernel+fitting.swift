import AudioFile

// What a kernel must be to serve a route: of the stream's rate, with the route's channel, and not too long.

/// Longest kernel that is taken: 43 seconds at 48 kHz. A longer one is rather a wrong file.
package let mostTaps = 1 << 21

extension Kernel {
  /// What a configuration says for a file of another rate than the stream.
  package static let resampling = "set `resample: true`"

  /// The same kernel for a stream of `rate`: where it is resampled, of the wanted channel alone.
  ///
  /// - Parameters:
  ///   - channel: the wanted one.
  ///   - resample: whether a kernel of another rate may be resampled.
  ///   - isRated: whether the rate stands in its name.
  ///   - remedy: how it could be.
  ///   - isCancelled: asked some hundred times a second.
  /// - Throws: a message that says what is wrong.
  package func fitted(
    to rate: Int, resample: Bool, channel: Int, isRated: Bool = false, remedy: String = resampling,
    isCancelled: () -> Bool = { false }
  ) throws(KernelFault) -> Kernel {
    guard let sampleRate, sampleRate != rate else { return self }
    guard resample else {
      if isRated {
        throw KernelFault(
          "\(name) has \(sampleRate) Hz, and its name is that of the kernel for \(rate) Hz (`{rate}`): name it by its rate, or resample it")
      }
      throw KernelFault(
        "\(name) has \(sampleRate) Hz, the stream runs at \(rate) Hz: resample the file, or \(remedy)", isAbsent: true)
    }
    try checkLength(Int(Double(channels[0].count) * Double(rate) / Double(sampleRate)))
    var wanted = self
    wanted.channels = [try taps(channel: channel)]
    do throws(AudioFileError) {
      return try wanted.resampled(to: rate, isCancelled: isCancelled)
    } catch {
      throw KernelFault(error.message)
    }
  }

  /// The taps of one channel.
  ///
  /// - Throws: a message that says what is wrong.
  package func taps(channel: Int) throws(KernelFault) -> [Double] {
    guard channels.indices.contains(channel) else {
      let there = channels.count == 1 ? "one channel, 0" : "\(channels.count) channels, 0 to \(channels.count - 1)"
      throw KernelFault("\(name) has \(there), and not channel \(channel): choose another `channel`")
    }
    try checkLength(channels[channel].count)
    return channels[channel]
  }

  private func checkLength(_ count: Int) throws(KernelFault) {
    guard count <= mostTaps else {
      throw KernelFault("\(name) has \(count) taps, more than \(mostTaps): cut it, or is it music?")
    }
  }
}
