import AudioFile
import ConfigurationFile
import Convolution
import Numbers
import Vector

/// One route of the configuration with the kernel that it has now, ready to be convolved.
package struct LiveFilter: Sendable {
  package var name: String
  package var from: Int
  package var to: Int
  /// dB.
  package var gain: Double
  /// Whether it follows the kernels.
  package var isGainAuto: Bool
  /// Frames.
  package var delay: Int
  /// What messages call the kernel, and what its file was found to be.
  package var kernelName: String
  package var layout: String
  /// What is to be said about the kernel.
  package var cautions: [String]
  package var response: ImpulseResponse
  /// Where its main peak is, in frames: there a bypass puts an impulse in its place.
  package var peak: Int
  /// Its magnitude.
  package var peakMagnitude: Double
  /// Whether a bypass silences the route instead.
  package var isMutedByBypass: Bool
  /// Of the taps, without gain.
  package var sumOfMagnitudes: Double
  /// Taps before time 0: see `Kernel.leadFrames`.
  package var leadFrames: Int
  private let impulse: ImpulseResponse
  /// What the control socket changed of it.
  package var edit = FilterEdit()
  /// The filter lines of an equaliser that came with the configuration or a request, and not as a file's name.
  package var equaliser: String?

  /// - Parameters:
  ///   - taps: one channel of `kernel`, without gain and delay.
  package init(_ filter: Configuration.Filter, _ kernel: Kernel, taps: [Double]) throws(ConvolutionError) {
    name = filter.name
    from = filter.from
    to = filter.to
    (gain, isGainAuto) = (filter.gain ?? 0, filter.gain == nil)
    delay = filter.delay
    leadFrames = kernel.leadFrames
    kernelName = kernel.name
    (layout, cautions) = (kernel.layout, kernel.cautions)
    response = try ImpulseResponse(taps)
    // In order: gains that are auto follow from it, to the last bit.
    sumOfMagnitudes = taps.reduce(0) { $0 + abs($1) }
    peak = taps.indices.max { abs(taps[$0]) < abs(taps[$1]) } ?? 0
    peakMagnitude = taps.isEmpty ? 0 : abs(taps[peak])
    isMutedByBypass = filter.bypass == .mute
    impulse = try ImpulseResponse([1])
    equaliser = filter.kernels.count == 1 ? Self.equaliser(filter.kernels[0]) : nil
  }

  /// What the gain multiplies by.
  package var factor: Double { magnitude(decibels: gain) }

  /// The gain of the signal that the kernel amplifies most.
  package var worstFactor: Double { factor * sumOfMagnitudes }

  /// - Parameters:
  ///   - bypass: whether kernels are bypassed.
  ///   - lead: frames by which time 0 of all filters is late, so that no kernel has to begin before it.
  /// - Returns: nil where the bypass silences it.
  package func route(bypass: Bool, lead: Int) -> Route? {
    if bypass && isMutedByBypass { return nil }
    let start = delay + lead - leadFrames
    return bypass
      ? Route(from: from, to: to, response: impulse, gain: factor, delay: start + peak)
      : Route(from: from, to: to, response: response, gain: factor, delay: start)
  }
}
