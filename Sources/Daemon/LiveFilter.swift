import AudioFile
import Configuration
import Convolution
import Glibc
import Vector

/// One route of the configuration with the kernel that it has now, ready to be convolved.
struct LiveFilter: Sendable {
  var name: String
  var from: Int
  var to: Int
  /// dB.
  var gain: Double
  /// Whether it follows the kernels.
  var isGainAuto: Bool
  /// Frames.
  var delay: Int
  /// What messages call the kernel, and what its file was found to be.
  var kernelName: String
  var layout: String
  var response: ImpulseResponse
  /// An impulse at the response's main peak: what a bypass puts in its place.
  var bypassed: ImpulseResponse
  /// Where that is, in frames.
  var peak: Int
  /// Its magnitude.
  var peakMagnitude: Double
  /// Whether a bypass silences the route instead.
  var isMutedByBypass: Bool
  /// Of the taps, without gain.
  var sumOfMagnitudes: Double

  /// dB.
  static let leastGain = -200.0

  /// - Parameters:
  ///   - taps: one channel of `kernel`, without gain and delay.
  init(_ filter: Configuration.Filter, _ kernel: Kernel, taps: [Double]) throws(ConvolutionError) {
    name = filter.name
    from = filter.from
    to = filter.to
    (gain, isGainAuto) = (filter.gain ?? 0, filter.gain == nil)
    delay = filter.delay
    kernelName = kernel.name
    layout = kernel.layout
    response = try ImpulseResponse(taps)
    sumOfMagnitudes = taps.reduce(0) { $0 + abs($1) }
    peak = taps.indices.max { abs(taps[$0]) < abs(taps[$1]) } ?? 0
    peakMagnitude = taps.isEmpty ? 0 : abs(taps[peak])
    isMutedByBypass = filter.bypass == .mute
    bypassed = try ImpulseResponse([Double](repeating: 0, count: peak) + [1])
  }

  /// What the gain multiplies by.
  var factor: Double { pow(10, gain / 20) }

  /// The gain of the signal that the kernel amplifies most.
  var worstFactor: Double { factor * sumOfMagnitudes }

  /// - Parameter bypass: whether kernels are bypassed; nil: then the route is silent.
  func route(bypass: Bool) -> Route? {
    if bypass && isMutedByBypass { return nil }
    return Route(from: from, to: to, response: bypass ? bypassed : response, gain: factor, delay: delay)
  }
}

/// Longest kernel that is taken: 43 seconds at 48 kHz. A longer one is rather a wrong file.
let mostTaps = 1 << 21

extension Kernel {
  /// The taps of one channel, if this kernel can serve a stream of `rate`.
  ///
  /// - Throws: a message that says what is wrong.
  func taps(channel: Int, rate: Int) throws(KernelFault) -> [Double] {
    if let sampleRate, sampleRate != rate {
      throw KernelFault("\(name) has \(sampleRate) Hz, the stream runs at \(rate) Hz: resample the file")
    }
    guard channels.indices.contains(channel) else {
      let there = channels.count == 1 ? "one channel, 0" : "\(channels.count) channels, 0 to \(channels.count - 1)"
      throw KernelFault("\(name) has \(there), and not channel \(channel): choose another `channel`")
    }
    guard channels[channel].count <= mostTaps else {
      throw KernelFault("\(name) has \(channels[channel].count) taps, more than \(mostTaps): cut it, or is it music?")
    }
    return channels[channel]
  }
}

/// What is wrong with a kernel.
struct KernelFault: Error, Equatable {
  var message: String

  init(_ message: String) { self.message = message }
}
