import ALSA
import ConfigurationFile
import ControlAPI
import Convolution
import Engine
import Filters
import Glibc
import Numbers
import PCM
import Platform
import Vector

/// Assembles the answer of `GET /v1/status`.
struct StatusReport {
  var engine: EngineStatus
  var filters: FilterSet
  var plan: String
  var predictedLoad: Double
  var output: Status.Output
  var devices: DeviceKeeper.State
  var overload: String?
  var rollback: String?
  var rollbacks: Int
  var differsFromFile: Bool

  var status: Status {
    let configuration = filters.configuration
    return Status(
      state: state, cause: devices.cause ?? soundCause, rate: configuration.rate, block: configuration.block,
      precision: configuration.precision.rawValue,
      devices: Status.Devices(capture: engine.capture.map(device), playback: engine.playback.map(device)),
      latency: Status.Latency(
        blockFrames: configuration.block, queueFrames: engine.queueFrames, resamplerFrames: engine.resampler?.latencyFrames,
        measuredFrames: engine.measuredFrames, leadFrames: filters.leadFrames > 0 ? filters.leadFrames : nil,
        kernelFrames: filters.mainPeaks, rate: configuration.rate),
      resampler: resampler,
      load: load,
      xruns: xruns,
      changes: engine.changes, clipped: engine.clippedSamples,
      levels: Status.Levels(inputs: engine.inputPeaks.map(finiteDecibels), outputs: engine.outputPeaks.map(finiteDecibels)),
      realtime: SelfCheck(engine.realTime).report,
      filters: filters.filters.map(Status.Filter.init), plan: plan, output: output,
      differsFromFile: differsFromFile, version: version,
      guards: guards,
      worstCase: filters.worstCases.map(\.decibels), rollback: rollback, exactness: exactness)
  }

  /// The engine's counters that have a row of their name in `Counter`, and the daemon's own.
  private var guards: Status.Guards {
    var counts = [Counter.rollbacks: rollbacks]
    for counter in EngineStatus.Counter.allCases { Counter(rawValue: "\(counter)").map { counts[$0] = engine.guards[counter] } }
    return Status.Guards(counts)
  }

  private var load: Status.Load {
    Status.Load(
      mean: engine.load.mean, p99: engine.load.p99, max: engine.load.max, missed: engine.load.missed, late: engine.load.late,
      predicted: predictedLoad,
      histogram: Status.Load.Histogram(bounds: LoadHistogram.bounds, blocks: engine.load.histogram.blocks))
  }

  private var exactness: [Status.Exactness] {
    Exactness(
      filters: filters, sums: engine.sums, format: engine.capture?.format ?? filters.configuration.capture.format,
      isResampled: engine.resampler != nil, output: output
    ).outputs
  }

  private var state: Status.State {
    if !devices.isRunning { return devices.cause == nil ? .starting : .waiting }
    return engine.guards.isFaulty || overload != nil ? .failed : output.mute ? .muted : .running
  }

  /// Why nothing is heard though the devices run.
  private var soundCause: String? {
    if engine.guards.isFaulty { return SoundWatch.faultText }
    if let overload { return overload }
    guard output.mute, let excess = engine.guards.excess else { return nil }
    return SoundWatch.excessText(excess, ceiling: output.ceiling)
  }

  private var xruns: Status.Xruns {
    let causes = engine.xrunCauses.map { ($0.key.rawValue, $0.value) }
    return Status.Xruns(
      capture: engine.captureXruns, playback: engine.playbackXruns, causes: Dictionary(uniqueKeysWithValues: causes), last: devices.xruns)
  }

  private var resampler: Status.Resampler {
    guard let resampler = engine.resampler else { return Status.Resampler(state: .off, ppm: nil) }
    return Status.Resampler(state: resampler.isSettled ? .settled : .settling, ppm: resampler.ppm)
  }

  private func device(_ device: Negotiated) -> Status.Device {
    Status.Device(
      name: device.name, format: device.format.rawValue, rate: device.rate, channels: device.channels,
      periodFrames: device.periodFrames, bufferFrames: device.bufferFrames)
  }
}

extension Status.Filter {
  init(_ filter: LiveFilter) {
    self.init(
      name: filter.name, from: filter.from, to: filter.to, kernel: filter.kernelName, layout: filter.layout,
      taps: filter.response.taps.count, gain: filter.gain, delay: filter.delay,
      bypass: filter.isMutedByBypass ? .mute : .impulse)
  }
}
