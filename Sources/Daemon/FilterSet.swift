import AudioFile
import Changeover
import Configuration
import Convolution
import NumPy

/// All filters as they are now. A value: a change makes another one, which is applied whole or not at all.
struct FilterSet: Sendable {
  let configuration: Configuration
  var filters: [LiveFilter]
  var bypass = false

  /// Reads every kernel of the configuration.
  ///
  /// - Parameter file: what messages call the configuration.
  /// - Throws: all faults at once, each with its line.
  init(_ configuration: Configuration, file: String?) throws(ConfigurationError) {
    self.configuration = configuration
    filters = []
    var faults: [Fault] = []
    for filter in configuration.filters {
      do throws(KernelFault) {
        let kernel = try Self.read(filter, rate: configuration.rate)
        filters.append(try Self.live(filter, kernel, channel: filter.kernels.count == 1 ? filter.channel : 0, configuration))
      } catch {
        faults.append(Fault(line: filter.kernelLine, message: "filters: \(filter.name): \(error.message)"))
      }
    }
    if faults.isEmpty {
      for crowded in balance() {
        let line = configuration.filters.first { $0.name == crowded.name }?.line ?? 1
        faults.append(
          Fault(
            line: line,
            message:
              "filters: \(crowded.name): `gain` is auto, but the other filters of output \(crowded.to) leave nothing of 0 dB: lower theirs")
        )
      }
    }
    if !faults.isEmpty { throw .invalid(file: file, faults: faults) }
  }

  /// The only kernel of a filter, or all of them, convolved with each other.
  private static func read(_ filter: Configuration.Filter, rate: Int) throws(KernelFault) -> Kernel {
    var kernels: [Kernel] = []
    for kernel in filter.kernels { kernels.append(try read(kernel)) }
    guard kernels.count > 1 else { return kernels[0] }
    var taps = [1.0]
    for kernel in kernels {
      let channel = kernel.channels.count == 1 ? 0 : filter.channel
      taps = convolved(taps, try kernel.taps(channel: channel, rate: rate))
    }
    do throws(AudioFileError) {
      return try Kernel(
        channels: [taps], name: kernels.map(\.name).joined(separator: ", "), layout: kernels.map(\.layout).joined(separator: "; "))
    } catch {
      throw KernelFault(error.message)
    }
  }

  /// As np.convolve has it.
  private static func convolved(_ a: [Double], _ b: [Double]) -> [Double] {
    do throws(NumPyError) {
      return try convolve(a, b)
    } catch {
      preconditionFailure("kernels have taps: \(error)")
    }
  }

  private static func read(_ specification: String) throws(KernelFault) -> Kernel {
    do throws(AudioFileError) {
      return Kernel.isSpecification(specification) ? try Kernel(specification: specification) : try Kernel(path: specification)
    } catch {
      throw KernelFault(error.message)
    }
  }

  /// - Parameter channel: which channel of the kernel serves the route.
  private static func live(
    _ filter: Configuration.Filter, _ kernel: Kernel, channel: Int, _ configuration: Configuration
  ) throws(KernelFault) -> LiveFilter {
    let taps = try kernel.taps(channel: channel, rate: configuration.rate)
    do throws(ConvolutionError) {
      return try LiveFilter(filter, kernel, taps: taps)
    } catch {
      throw KernelFault("\(kernel.name): \(error)")
    }
  }

  /// Another kernel for the filter of that name, ready to be put in its place; nil where there is none of that name.
  func replacement(for name: String, _ kernel: Kernel, channel: Int) throws(KernelFault) -> LiveFilter? {
    guard let filter = configuration.filters.first(where: { $0.name == name }) else { return nil }
    return try Self.live(filter, kernel, channel: channel, configuration)
  }

  /// The same with a kernel as a configuration names it.
  func replacement(for name: String, reading specification: String, channel: Int) throws(KernelFault) -> LiveFilter? {
    try replacement(for: name, Self.read(specification), channel: channel)
  }

  /// Puts the kernel of `filter` in the place of the present one; gain and delay stay. Gains that
  /// are auto follow.
  mutating func put(_ filter: LiveFilter) {
    guard let index = filters.firstIndex(where: { $0.name == filter.name }) else { return }
    let present = filters[index]
    filters[index] = filter
    (filters[index].gain, filters[index].delay, filters[index].isGainAuto) = (present.gain, present.delay, present.isGainAuto)
    _ = balance()
  }

  /// Changes gain (dB) and delay (frames) of the filter of that name; nil: it stays. A gain that is given is auto no more.
  mutating func set(_ name: String, gain: Double?, delay: Int?) {
    guard let index = filters.firstIndex(where: { $0.name == name }) else { return }
    if let gain { (filters[index].gain, filters[index].isGainAuto) = (gain, false) }
    filters[index].delay = delay ?? filters[index].delay
    _ = balance()
  }

  var routes: [Route] { filters.map { $0.route(bypass: bypass) } }

  /// The routes of the audio thread, and what other threads take.
  ///
  /// - Parameter costs: what plans are judged by.
  func parts(costs: CostTable) -> (head: [Route], tails: [TailPlan]) {
    TailPlan.split(
      routes, block: configuration.block, inputs: configuration.capture.channels, threads: configuration.workers,
      precision: configuration.precision, costs: costs)
  }

  /// What the audio thread convolves, for predictions.
  func shape(costs: CostTable) -> MatrixShape {
    MatrixShape(
      block: configuration.block, inputs: configuration.capture.channels, outputs: configuration.playback.channels,
      routes: parts(costs: costs).head)
  }

  /// - Parameters:
  ///   - plan: nil: the configuration's, else the cheapest.
  ///   - known: kernels of the convolver before: what has not changed is not computed again.
  func makeConvolver(
    _ routes: [Route], plan: Plan? = nil, costs: CostTable, reusing known: [PreparedKernel] = []
  ) -> Convolver {
    do {
      return try Convolver(
        block: configuration.block, inputs: configuration.capture.channels, outputs: configuration.playback.channels,
        routes: routes, plan: plan ?? configuration.plan, precision: configuration.precision, costs: costs, reusing: known)
    } catch {
      preconditionFailure("the configuration was validated: \(error)")
    }
  }
}
