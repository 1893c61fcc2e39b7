import ALSA
import ConfigurationFile
import ControlAPI
import Convolution
import Engine
import FilterKernels
import Filters
import Numbers
import PCM
import Platform
import Vector

/// Assembles the answer of `GET /v1/status`.
struct StatusReport: Sendable {
  var engine: EngineStatus
  var realtime: Status.RealTime
  var filters: FilterSet
  var plan: String
  var predictedLoad: PredictedLoad
  var output: Status.Output
  var devices: DeviceKeeper.State
  var overloads: [DeadlineWatch.Late: String]
  var rollback: String?
  /// The daemon's own.
  var counts: [Counter: Int]
  var differsFromFile: Bool
  var preset: String?
  var presets: [Status.Preset]

  var status: Status {
    let configuration = filters.configuration
    var status = Status()
    (status.state, status.cause) = (state, devices.cause ?? soundCause)
    (status.rate, status.block) = (configuration.rate, configuration.block)
    status.precision = configuration.precision.rawValue
    status.devices = Status.Devices(capture: engine.capture.map(device), playback: engine.playback.map(device))
    status.latency = Status.Latency(
      blockFrames: configuration.block, queueFrames: engine.queueFrames, resamplerFrames: engine.resampler?.latencyFrames,
      measuredFrames: engine.measuredFrames, leadFrames: filters.leadFrames > 0 ? filters.leadFrames : nil,
      kernelFrames: filters.mainPeaks, unalignedFrames: configuration.alignment == .peaks ? filters.unalignedPeaks : nil,
      rate: configuration.rate)
    if let resampler = engine.resampler {
      status.resampler = Status.Resampler(state: resampler.isSettled ? .settled : .settling, ppm: resampler.ppm)
    }
    (status.load, status.xruns, status.guards) = (load, xruns, guards)
    (status.changes, status.clipped) = (engine.changes, engine.clippedSamples)
    status.levels = Status.Levels(inputs: engine.inputPeaks.map(finiteDecibels), outputs: engine.outputPeaks.map(finiteDecibels))
    status.realtime = realtime
    status.filters = filters.filters.map(Status.Filter.init)
    (status.plan, status.output) = (plan, output)
    status.worstCase = filters.worstCases.map(\.decibels)
    let exactness = exactness
    (status.exact, status.exactness) = (exactness.exact, exactness.outputs)
    (status.rollback, status.differsFromFile) = (rollback, differsFromFile)
    (status.preset, status.presets, status.version) = (preset, presets, version)
    return status
  }

  /// The engine's counters, and the daemon's own.
  private var guards: Status.Guards {
    var counts = counts
    for counter in EngineStatus.Counter.allCases { counts[counter.shown] = engine.guards[counter] }
    return Status.Guards(counts)
  }

  private var load: Status.Load {
    var load = Status.Load()
    (load.mean, load.p99, load.max) = (engine.load.mean, engine.load.p99, engine.load.max)
    (load.missed, load.late, load.predicted) = (engine.load.missed, engine.load.late, predictedLoad.audioThread)
    load.predictedWorkers = predictedLoad.workers.max()
    load.histogram = Status.Load.Histogram(bounds: LoadHistogram.bounds, blocks: engine.load.histogram.blocks)
    return load
  }

  private var exactness: Exactness {
    Exactness(
      filters: filters, sums: engine.sums, format: engine.capture?.format ?? filters.configuration.capture.format,
      playback: engine.playback?.format ?? filters.configuration.playback.format, isResampled: engine.resampler != nil, output: output)
  }

  private var state: Status.State {
    if !devices.isRunning { return devices.cause == nil ? .starting : .waiting }
    return engine.guards.isFaulty || overloads[.blocks] != nil ? .failed : output.mute ? .muted : .running
  }

  /// Why nothing is heard though the devices run.
  private var soundCause: String? {
    if engine.guards.isFaulty { return SoundWatch.faultText }
    if let overload = overloads[.blocks] { return overload }
    guard output.mute, let excess = engine.guards.excess else { return overloads[.tails] }
    return SoundWatch.excessText(excess, ceiling: output.ceiling)
  }

  private var xruns: Status.Xruns {
    let causes = engine.xrunCauses.map { ($0.key.rawValue, $0.value) }
    return Status.Xruns(
      capture: engine.captureXruns, playback: engine.playbackXruns, causes: Dictionary(uniqueKeysWithValues: causes), last: devices.xruns)
  }

  private func device(_ device: Negotiated) -> Status.Device {
    var report = Status.Device()
    (report.name, report.format) = (device.name, device.format.rawValue)
    (report.rate, report.channels) = (device.rate, device.channels)
    (report.periodFrames, report.bufferFrames) = (device.periodFrames, device.bufferFrames)
    return report
  }
}

extension Status.Filter {
  init(_ filter: LiveFilter) {
    self.init()
    (name, from, to) = (filter.name, filter.from, filter.to)
    (kernel, layout, taps) = (filter.kernelName, filter.layout, filter.response.count)
    (gain, delay, bypass) = (filter.gain, filter.delay, filter.isMutedByBypass ? .mute : .impulse)
    equaliser = filter.equaliser
  }
}

extension EngineStatus.Counter {
  /// As the API has it.
  fileprivate var shown: Counter {
    switch self {
    case .unusableSamples: .unusableSamples
    case .faultyBlocks: .faultyBlocks
    case .closures: .closures
    }
  }
}
