import AudioFile
import ConfigurationFile
import Convolution
import Numbers
import WordKernels

/// All filters as they are now. A value: a change makes another one, which is applied whole or not at all.
package struct FilterSet: Sendable {
  package let configuration: Configuration
  package var filters: [LiveFilter]
  package var bypass = false
  /// The preset that these filters are, unchanged; nil: none.
  package var preset: PresetMark?
  /// What is to be said of kernels that nobody can tell the rate of, where the source's may change.
  private var rateless: [String] = []

  /// Reads every kernel of the configuration.
  ///
  /// - Parameters:
  ///   - isTrial: whether it is only to be known if the kernels serve: none is resampled then.
  ///   - reader: holds what was read before.
  /// - Throws: all faults at once, each with its line.
  package init(_ configuration: Configuration, isTrial: Bool = false, reader: KernelReader = KernelReader()) throws(FilterFaults) {
    self.configuration = configuration
    filters = []
    var (faults, responses) = (FilterFaults(), Set<ImpulseResponse>())
    let excess = excess(isTrial: isTrial, reader)
    if let excess { faults.add(excess, isAbsent: false) }
    // What else is wrong is found without the products.
    let isTrial = isTrial || excess != nil
    for filter in configuration.filters where !faults.isFull && !(reader.isCancelled() && !faults.isEmpty) {
      do throws(KernelFault) {
        let kernel = try read(filter, isTrial: isTrial, reader)
        // A kernel of one channel serves any.
        var live = try Self.live(filter, kernel, channel: kernel.channels.count == 1 ? 0 : filter.channel)
        // Equal taps are kept once.
        live.response = responses.insert(live.response).memberAfterInsert
        filters.append(live)
      } catch {
        for fault in reader.faults(of: filter, rate: configuration.rate, isTrial: isTrial) ?? error.each {
          faults.add(fault.located(in: filter), isAbsent: fault.isAbsent)
        }
      }
    }
    if faults.isEmpty {
      for crowded in balanceGains() {
        let line = configuration.filters.first { $0.name == crowded.name }?.line ?? 1
        let rest = "`gain` is auto, but the other filters of output \(crowded.to) leave nothing of 0 dB: lower theirs"
        faults.add(ConfigurationFault(line: line, message: "filters: \(crowded.name): \(rest)"), isAbsent: false)
      }
    }
    if !faults.isEmpty { throw faults }
  }

  /// Gives the filters whose gain is `auto` what the others leave of 0 dB at worst, the same to all of an output.
  ///
  /// - Returns: those for which nothing is left. They get the least gain that there is.
  package mutating func balanceGains() -> [LiveFilter] {
    var crowded: [LiveFilter] = []
    for all in Dictionary(grouping: filters.indices, by: { filters[$0].to }).values {
      let sharing = all.filter { filters[$0].isGainAuto }
      if sharing.isEmpty { continue }
      let taken = all.reduce(0) { $0 + (filters[$1].isGainAuto ? 0 : filters[$1].worstFactor) }
      let wanted = sharing.reduce(0) { $0 + filters[$1].sumOfMagnitudes }
      let least = Configuration.Filter.gains.lowerBound
      let gain = taken < 1 ? max(least, wanted > 0 ? decibels((1 - taken) / wanted) : 0) : least
      for index in sharing { filters[index].gain = gain }
      if gain == least { crowded += sharing.map { filters[$0] } }
    }
    return crowded
  }

  /// The only kernel of a filter, or all of them, convolved with each other.
  private mutating func read(_ filter: Configuration.Filter, isTrial: Bool, _ reader: KernelReader) throws(KernelFault) -> Kernel {
    let kernels = try parts(filter, isTrial: isTrial, reader)
    for (kernel, name) in zip(kernels, filter.kernels) { note(kernel, name) }
    let stack = KernelStack(filter, rate: configuration.rate)
    return try reader.stacked(kernels, channel: filter.channel, isTrial: isTrial, as: stack)
  }

  private func parts(_ filter: Configuration.Filter, isTrial: Bool, _ reader: KernelReader) throws(KernelFault) -> [Kernel] {
    var kernels: [Kernel] = []
    for name in filter.kernels {
      kernels.append(try reader.kernel(name, filter.use(of: name, rate: configuration.rate, isTrial: isTrial)))
    }
    return kernels
  }

  /// Why the kernels that are to be convolved with each other are too many, counted before it is done; nil: they are not.
  private func excess(isTrial: Bool, _ reader: KernelReader) -> ConfigurationFault? {
    var (taps, stacks) = (0, Set<KernelStack>())
    for filter in configuration.filters where filter.kernels.count > 1 {
      // What is wrong with kernels is said where they are taken.
      guard stacks.insert(KernelStack(filter, rate: configuration.rate)).inserted,
        let kernels = try? parts(filter, isTrial: isTrial, reader)
      else { continue }
      taps += min(KernelStack.taps(kernels.map { $0.channels[0].count }), KernelStack.mostTaps)
      guard taps > KernelStack.mostTaps else { continue }
      let fault = KernelFault(
        "its kernels and those of the filters before it, convolved with each other, are more than \(KernelStack.mostTaps) taps: "
          + "join those that many filters share into one file (convolve A B -o AB)")
      return fault.located(in: filter)
    }
    return nil
  }

  /// What is to be said of kernels, each once.
  package var cautions: [String] {
    var known = Set(rateless)
    return rateless + filters.flatMap(\.cautions).filter { known.insert($0).inserted }
  }

  private mutating func note(_ kernel: Kernel, _ name: String) {
    guard configuration.followsSource, kernel.sampleRate == nil, !name.contains("\(configuration.rate)"),
      (try? KernelName(name))?.files.isEmpty == false
    else { return }
    let warning = "\(name) says no rate and is used at every one: put `{rate}` into its name if it was made for one"
    if !rateless.contains(warning) { rateless.append(warning) }
  }

  /// - Parameter channel: which channel of the kernel serves the route.
  package static func live(_ filter: Configuration.Filter, _ kernel: Kernel, channel: Int) throws(KernelFault) -> LiveFilter {
    let taps = try kernel.taps(channel: channel)
    do throws(ConvolutionError) {
      return try LiveFilter(filter, kernel, taps: taps)
    } catch {
      throw KernelFault("\(kernel.name): \(error)")
    }
  }

  /// Frames by which all filters are late, so that kernels can begin before their time 0; what stands in the
  /// configuration as delays is used for it.
  package var leadFrames: Int { max(0, filters.map { $0.leadFrames - $0.delay }.max() ?? 0) }

  /// For each output, the frames from the beginning of the filters until the largest of its filters' taps, delays and alignment
  /// included; nil where it is silent.
  package var mainPeaks: [Int?] { zip(unalignedPeaks, alignment).map { peak, frames in peak.map { $0 + frames } } }

  /// The same without alignment.
  package var unalignedPeaks: [Int?] { peaks(bypass: bypass) }

  /// Frames by which each output is delayed beside its filters' delays, so that the main peaks coincide (`align: peaks`). It follows
  /// from the filters as they are, and a bypass leaves it.
  package var alignment: [Int] {
    guard configuration.alignment == .peaks else { return [Int](repeating: 0, count: configuration.playback.channels) }
    let peaks = peaks(bypass: false)
    let latest = peaks.lazy.compactMap { $0 }.max() ?? 0
    return peaks.map { latest - ($0 ?? latest) }
  }

  /// - Parameter bypass: whether filters that a bypass mutes are left out.
  private func peaks(bypass: Bool) -> [Int?] {
    let (lead, outputs) = (leadFrames, configuration.playback.channels)
    var (peaks, largest) = ([Int?](repeating: nil, count: outputs), [Double](repeating: 0, count: outputs))
    // Once over all: there may be thousands, on dozens of outputs.
    for filter in filters where !(bypass && filter.isMutedByBypass) {
      let magnitude = filter.factor * filter.peakMagnitude
      guard magnitude > largest[filter.to] else { continue }
      (largest[filter.to], peaks[filter.to]) = (magnitude, filter.delay + lead - filter.leadFrames + filter.peak)
    }
    return peaks
  }

  package var routes: [Route] {
    let (lead, alignment) = (leadFrames, alignment)
    return filters.compactMap { $0.route(bypass: bypass, lead: lead + alignment[$0.to]) }
  }
}
