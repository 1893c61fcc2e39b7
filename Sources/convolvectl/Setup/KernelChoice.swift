import Analysis
import AudioFile
import Numbers
import Terminal

/// The kernel of each channel.
struct KernelChoice {
  /// One for all channels, or one for each.
  var kernels: [ChosenKernel]
  /// Channels that are filtered.
  let channels: Int

  init(given: [String], channels wanted: Int?, _ questions: Questions) throws(Failure) {
    if let wanted, !(1...64).contains(wanted) { throw Failure(.usage, "--channels \(wanted): give 1 to 64") }
    var kernels: [ChosenKernel] = []
    for text in given { kernels.append(try ChosenKernel(text)) }
    if kernels.isEmpty { kernels = try Self.ask(channels: wanted ?? 2, isFixed: wanted != nil, questions) }
    channels = wanted ?? (kernels.count > 1 ? kernels.count : max(kernels[0].channels, kernels[0].channels == 1 ? 2 : 1))
    self.kernels = kernels
    guard kernels.count == 1 || kernels.count == channels else {
      let times = channels == 1 ? "once" : "once, or \(channels) times"
      throw Failure(.usage, "\(kernels.count) kernels for \(quantity(channels, "channel")): give --kernel \(times)")
    }
    for kernel in kernels where kernel.channels != 1 && kernel.channels != channels {
      throw Failure(.badData, Self.mismatch(kernel, channels))
    }
  }

  /// One for all channels if it has as many or if nothing else is wanted, else one for each.
  private static func ask(channels: Int, isFixed: Bool, _ questions: Questions) throws(Failure) -> [ChosenKernel] {
    let first = try questions.ask(
      "kernel file (of one channel for all, or of all; dirac lets sound pass)", option: "--kernel", default: "dirac"
    ) { (answer) throws(Failure) in
      let kernel = try ChosenKernel(answer)
      guard !isFixed || kernel.channels == 1 || kernel.channels == channels else { throw Failure(.badData, mismatch(kernel, channels)) }
      return kernel
    }
    guard !first.files.isEmpty, first.channels == 1 else { return [first] }
    var kernels = [first]
    for channel in 1..<max(channels, 1) {
      let next = try questions.ask("kernel file of channel \(channel) (nothing: the same for all)", option: "--kernel", default: "") {
        (answer) throws(Failure) -> ChosenKernel? in
        guard !answer.isEmpty else { return nil }
        let kernel = try ChosenKernel(answer)
        guard kernel.channels == 1 else { throw Failure(.badData, "\(answer) has \(kernel.channels) channels: one is wanted here") }
        return kernel
      }
      guard let next else { break }
      kernels.append(next)
    }
    return kernels.count == channels ? kernels : [first]
  }

  private static func mismatch(_ kernel: ChosenKernel, _ channels: Int) -> String {
    let remedy = "give a file of 1" + (channels == 1 ? "" : " or \(channels), or a file for each channel")
    return "\(kernel.text) has \(quantity(kernel.channels, "channel")), for \(channels): \(remedy)"
  }

  /// The kernel of a channel, as an index, and which channel of its file.
  func source(of channel: Int) -> (kernel: Int, fileChannel: Int) {
    let index = kernels.count == 1 ? 0 : channel
    return (index, kernels[index].channels == 1 ? 0 : channel)
  }

  /// The highest gain at which no signal clips on any channel, the same for all so that their balance stays; at most 0 dB, rounded
  /// down to tenths.
  var safeGain: Double { Self.gain(against: taps.map { $0.reduce(0) { $0 + abs($1) } }) }

  /// The highest gain at which no sine clips, likewise; nil for kernels so long that finding it takes a while.
  var sineGain: Double? {
    let taps = taps
    guard taps.allSatisfy({ $0.count <= Self.mostTaps }) else { return nil }
    return Self.gain(against: taps.map { FrequencyResponse(taps: $0).largestGain().magnitude })
  }

  private static let mostTaps = 1 << 18

  /// Of each channel, at each rate.
  private var taps: [[Double]] {
    Set((0..<channels).map { Source(source(of: $0)) }).flatMap { source in
      kernels[source.kernel].kernels.map { $0.channels[source.channel] }
    }
  }

  private struct Source: Hashable {
    var kernel: Int
    var channel: Int

    init(_ source: (kernel: Int, fileChannel: Int)) { (kernel, channel) = source }
  }

  private static func gain(against factors: [Double]) -> Double {
    let loudest = factors.max() ?? 0
    return loudest > 1 ? (-10 * decibels(loudest)).rounded(.down) / 10 : 0
  }
}
