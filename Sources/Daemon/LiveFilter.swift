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
  /// Frames.
  var delay: Int
  /// What messages call the kernel, and what its file was found to be.
  var kernelName: String
  var layout: String
  var prepared: PreparedKernel
  /// An impulse at the kernel's main peak: what a bypass puts in its place.
  var bypassed: PreparedKernel

  /// - Parameters:
  ///   - taps: one channel of `kernel`, without gain and delay.
  init(_ filter: Configuration.Filter, _ kernel: Kernel, taps: [Double], block: Int, precision: Precision) throws(ConvolutionError) {
    name = filter.name
    from = filter.from
    to = filter.to
    gain = filter.gain
    delay = filter.delay
    kernelName = kernel.name
    layout = kernel.layout
    let factor = pow(10, filter.gain / 20)
    let silence = [Double](repeating: 0, count: filter.delay)
    prepared = try PreparedKernel(taps: silence + taps.map { $0 * factor }, block: block, precision: precision)
    let peak = taps.indices.max { abs(taps[$0]) < abs(taps[$1]) } ?? 0
    let impulse = silence + [Double](repeating: 0, count: peak) + [factor]
    bypassed = try PreparedKernel(taps: impulse, block: block, precision: precision)
  }

  func route(bypass: Bool) -> Route { Route(from: from, to: to, kernel: bypass ? bypassed : prepared) }
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
