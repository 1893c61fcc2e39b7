import ALSA
import Control
import Engine
import Glibc

/// What `GET /v1/status` answers, put together.
struct StatusReport {
  var engine: EngineStatus
  var filters: FilterSet
  var plan: String
  var isMuted: Bool
  var isRunning: Bool
  var cause: String?
  var differsFromFile: Bool

  var status: Status {
    let configuration = filters.configuration
    return Status(
      state: state, cause: cause, rate: configuration.rate, block: configuration.block, precision: configuration.precision.rawValue,
      devices: Status.Devices(capture: engine.capture.map(device), playback: engine.playback.map(device)),
      latency: Status.Latency(
        blockFrames: configuration.block, queueFrames: engine.queueFrames, measuredFrames: engine.measuredFrames),
      load: Status.Load(mean: engine.load.mean, p99: engine.load.p99, max: engine.load.max, late: engine.load.late),
      xruns: Status.Xruns(capture: engine.captureXruns, playback: engine.playbackXruns),
      changes: engine.changes, clipped: engine.clippedSamples,
      levels: Status.Levels(inputs: engine.inputPeaks.map(decibels), outputs: engine.outputPeaks.map(decibels)),
      realtime: Status.RealTime(
        policy: engine.realTime.policy, priority: engine.realTime.priority, lockedBytes: engine.realTime.lockedBytes,
        denormalsFlushed: engine.realTime.denormalsFlushed, warnings: engine.realTime.warnings),
      filters: filters.filters.map(Status.Filter.init), plan: plan, output: Status.Output(mute: isMuted, bypass: filters.bypass),
      differsFromFile: differsFromFile, version: Daemon.version)
  }

  private var state: Status.State { !isRunning ? (cause == nil ? .starting : .waiting) : isMuted ? .muted : .running }

  private func device(_ device: Negotiated) -> Status.Device {
    Status.Device(
      name: device.name, format: device.format.rawValue, rate: device.rate, channels: device.channels,
      periodFrames: device.periodFrames, bufferFrames: device.bufferFrames)
  }

  /// dB below full scale; nil for silence.
  private func decibels(_ peak: Double) -> Double? { peak > 0 ? 20 * log10(peak) : nil }
}

extension Status.Filter {
  init(_ filter: LiveFilter) {
    self.init(
      name: filter.name, from: filter.from, to: filter.to, kernel: filter.kernelName, layout: filter.layout,
      taps: filter.response.taps.count, gain: filter.gain, delay: filter.delay)
  }
}
