import ALSA
import BlockProcessing
import ConfigurationFile
import ControlAPI
import Convolution
import FilterKernels
import Numbers
import PCM
import Vector

/// What `convolved --check` finds: kernels, plan, load and devices.
public struct Check {
  /// For standard output.
  public private(set) var lines: [String] = []
  /// What may change until the daemon starts.
  public private(set) var warnings: [String] = []
  /// As measured on this machine.
  private let load: PredictedLoad

  /// - Throws: every fault of the configuration and its kernels.
  public init(_ text: ConfigurationText) throws(ConfigurationError) {
    let rated = try RatedFilters(text)
    // The highest rate has the least time.
    let filters = try rated.filters(at: rated.rates.max() ?? 0)
    let configuration = filters.configuration
    let store = CostStore(configuration.precision)
    let costs = store.load() ?? .measured(configuration.precision)
    store.save(costs)
    let parts = filters.parts(costs: costs)
    var convolver = filters.makeConvolver(parts.head, costs: costs)
    let plan = convolver.plan
    var sums = convolver.sums
    let deadline = Double(configuration.block) * 1e9 / Double(configuration.rate)
    load = PredictedLoad(
      audioThread: (convolver.measuredNanoseconds(rounds: 4, blocks: 200) + DeadlineBudget.blockNanoseconds) / deadline,
      workers: parts.tails.map { $0.measuredNanosecondsPerFrame(addingTo: &sums) * Double(configuration.rate) / 1e9 })
    warnings = filters.worstCases.compactMap(\.warning)
    if fits, !DeadlineBudget.isEnoughForFade(load, load) {
      warnings.append(
        "a block takes \(percent(load.audioThread)) of its time\(load.workers.isEmpty ? "" : ", and its workers theirs"): changes fade out"
          + " and in, as a cross-fade would take twice that")
    }
    for filter in filters.filters {
      lines.append("\(filter.name): input \(filter.from) to output \(filter.to), \(filter.layout)")
    }
    if configuration.followsSource {
      lines.append("rate: the source's; there are kernels for \(rated.rates.sorted().map(String.init).joined(separator: ", ")) Hz")
    }
    if configuration.alignment == .peaks {
      lines.append("delays before `align`: " + Self.delays(filters.unalignedPeaks, rate: configuration.rate))
    }
    lines.append("delays: " + Self.delays(filters.mainPeaks, rate: configuration.rate))
    if filters.leadFrames > 0 {
      lines.append(
        "delay: \(quantity(filters.leadFrames, "frame")) of every filter, since resampled kernels and those of linear phase begin before"
          + " their time 0")
    }
    let predicted = filters.load(of: plan, parts, costs: costs)
    let threads = parts.tails.count == 1 ? "another thread" : "\(parts.tails.count) other threads"
    let others = parts.tails.isEmpty ? "" : ", the taps after it on \(threads)"
    lines.append("plan: \(plan)\(others)")
    lines.append(
      "load: \(percent(load.audioThread)) of \((deadline / 1e4).rounded() / 100) ms, measured in \(configuration.precision.rawValue); "
        + "\(percent(predicted.audioThread)) predicted")
    if !parts.tails.isEmpty {
      let (measured, predicted) = (load.workers, predicted.workers)
      lines.append(
        "workers: \(measured.map { percent($0) }.joined(separator: ", ")) of their time, measured;"
          + " \(predicted.map { percent($0) }.joined(separator: ", ")) predicted")
    }
    lines.append(MemoryBudget.line(filters.memoryBytes))
    warnings += filters.cautions
    let devices = probe(configuration)
    let output = Status.Output(
      mute: false, bypass: false, volume: configuration.output.volume, dither: configuration.output.isDithered ? .tpdf : .off)
    let clock = configuration.capture.clock
    let isResampled =
      devices.contains { $0 == nil }
      ? clock == .resampled : DevicePair.isResampled(clock, captureCard: devices[0]?.card, playbackCard: devices[1]?.card)
    let exactness = Exactness(
      filters: filters, sums: sums, format: devices[0]?.negotiated.format ?? configuration.capture.format,
      playback: devices[1]?.negotiated.format ?? configuration.playback.format, isResampled: isResampled, output: output)
    lines += Status.Exact.lines(exactness.exact).map { "exact: \($0)" }
  }

  /// When each output's largest tap is heard.
  private static func delays(_ peaks: [Int?], rate: Int) -> String {
    let texts = peaks.map { peak in
      peak.map { quantity($0, "frame") + ($0 == 0 ? "" : " (\(decimal(Double($0) / Double(rate) * 1000, places: 2)) ms)") } ?? "silent"
    }
    if texts.count > 1, Set(texts).count == 1 { return "every output \(texts[0])" }
    return texts.enumerated().map { "output \($0) \($1)" }.joined(separator: ", ")
  }

  public var fits: Bool { DeadlineBudget.excess(load) == nil }

  /// Why it does not fit.
  public var excess: String {
    "\(DeadlineBudget.excess(load) ?? "") on this machine, more than \(percent(DeadlineBudget.most))"
  }

  /// - Returns: capture and playback, where they could be opened.
  private mutating func probe(_ configuration: Configuration) -> [Device?] {
    let requests = [
      DevicePair.request(configuration.capture, .capture, configuration, periods: DevicePair.capturePeriods(configuration)),
      DevicePair.request(configuration.playback, .playback, configuration, periods: configuration.playback.periods + 1),
    ]
    return requests.map { request in
      do throws(DeviceError) {
        let device = try Device(request)
        let granted = device.negotiated
        lines.append("\(request.direction): \(granted.name), \(granted.format.rawValue), periods of \(granted.periodFrames) frames")
        return device
      } catch {
        warnings.append(error.description)
        return nil
      }
    }
  }
}
