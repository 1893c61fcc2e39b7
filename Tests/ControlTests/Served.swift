import ControlAPI
import ControlCalling
import ControlServing
import Logging
import TestSupport

/// A server on a socket of its own, whose handlers write down what they were given.
struct Served {
  let folder: ScratchFolder
  let server: ControlServer
  let record: Record

  var path: String { folder.file("control.sock") }
  var client: ControlClient { ControlClient(path: path, timeout: 60) }

  /// - Parameters:
  ///   - delay: how long a kernel takes to be heard.
  ///   - status: what it answers.
  init(
    limits: ControlLimits = ControlLimits(), delay: Duration = .zero, status: @escaping @Sendable () async -> Status = { .sample }
  ) async throws {
    folder = try ScratchFolder()
    record = Record(delay: delay, status: status)
    server = try await ControlServer.start(
      path: folder.file("control.sock"), mode: 0o600, handler: record, limits: limits, logger: .silent)
  }

  /// Whether an ordinary request is served, whatever came before.
  func isWell() async -> Bool { (try? await client.status()) == .sample }
}

extension Logger {
  static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}

/// A handler that writes down what it was given.
actor Record: ControlHandler {
  struct Upload: Equatable {
    var filter: String
    var upload: KernelUpload
  }

  private(set) var uploads: [Upload] = []
  private(set) var changes: [OutputChange] = []
  private(set) var filterChanges: [[String: FilterChange]] = []
  /// Kernels and changes that were only checked.
  private(set) var checkedUploads: [Upload] = []
  private(set) var checkedChanges: [[String: FilterChange]] = []
  /// Configurations that were put in place, and those that were only checked.
  private(set) var configurations: [ConfigurationUpload] = []
  private(set) var checked: [ConfigurationUpload] = []
  private(set) var reloads = 0
  private(set) var verifications: [VerificationRequest] = []
  private(set) var responses: [ResponseRequest] = []
  /// Presets that were saved, with changes, and activated.
  private(set) var saved: [String: [String: FilterChange]] = [:]
  private(set) var activated: [(name: String, request: PresetActivation)] = []
  /// Kernels whose handler has begun, and those whose handler was cancelled.
  private(set) var begun = 0
  private(set) var cancelled = 0
  private var output = Status.Output(mute: false, bypass: false)

  var isEmpty: Bool {
    uploads.isEmpty && changes.isEmpty && filterChanges.isEmpty && configurations.isEmpty && checked.isEmpty && reloads == 0
  }

  private let delay: Duration
  /// Why no filter changes; nil: they do.
  private let refusal: String?
  private let report: ConfigurationReport
  private let readStatus: @Sendable () async -> Status

  /// - Parameters:
  ///   - delay: how long a kernel takes to be heard.
  ///   - status: what it answers.
  init(
    delay: Duration = .zero, refusingFilters refusal: String? = nil, report: ConfigurationReport = .sample,
    status: @escaping @Sendable () async -> Status = { .sample }
  ) {
    (self.delay, self.refusal, self.report, readStatus) = (delay, refusal, report, status)
  }

  func status(takingPeaks: Bool) async -> Status { await readStatus() }

  func replaceKernel(of filter: String, by upload: KernelUpload) async throws(Problem) -> KernelReport {
    begun += 1
    if delay > .zero, (try? await Task.sleep(for: delay)) == nil { cancelled += 1 }
    return try take(filter, upload)
  }

  func checkKernel(of filter: String, by upload: KernelUpload) -> KernelReport {
    checkedUploads.append(Upload(filter: filter, upload: upload))
    return KernelReport(filter: filter, taps: 3, layout: "raw", method: "direct", load: 0.125, worstCase: -2.5)
  }

  func checkFilters(_ changes: [String: FilterChange]) -> FilterList {
    checkedChanges.append(changes)
    return FilterList(filters: Status.sample.filters)
  }

  func configurationText() -> [UInt8] { Array("rate: 48000\n".utf8) }

  func replaceConfiguration(by upload: ConfigurationUpload) throws(Problem) -> ConfigurationReport { try take(upload, isCheck: false) }

  func checkConfiguration(_ upload: ConfigurationUpload) throws(Problem) -> ConfigurationReport { try take(upload, isCheck: true) }

  /// With an odd seed a sample differs, with 101 more than can be; the plan of 102 is no text for a terminal; with 100 one is under way.
  func verify(_ request: VerificationRequest) throws(Problem) -> VerificationReport {
    guard request.seed != 100 else { throw Problem(status: 409, title: "Busy", detail: "a verification is under way") }
    verifications.append(request)
    var report = VerificationReport.sample(seed: request.seed ?? 7)
    if request.seed == 101 { for index in 0...1 { (report.outputs[index].differing, report.outputs[index].atTies) = (.max, .min) } }
    if request.seed == 102 { report.plan = "\u{202E}" }
    return report
  }

  func reloadConfiguration() -> ConfigurationReport {
    reloads += 1
    return .sample
  }

  func changeFilters(_ changes: [String: FilterChange]) throws(Problem) -> FilterList {
    if let refusal { throw Problem(status: 422, detail: refusal) }
    guard changes["missing"] == nil else { throw Problem(status: 404, title: "No such filter", detail: "there is no filter missing") }
    filterChanges.append(changes)
    return FilterList(filters: Status.sample.filters)
  }

  /// An output, or a filter `missing`, has none.
  func response(_ request: ResponseRequest) throws(Problem) -> FilterResponse {
    if case .filter("missing") = request.subject { throw Problem(status: 404, detail: "there is no filter missing") }
    responses.append(request)
    return .sample
  }

  func listPresets() -> PresetList {
    let presets = saved.keys.sorted().map { name in
      PresetReport(
        name: name, saved: "2026-11-30T12:00:00.000Z", active: name == activated.last?.name, rate: 48_000, filters: 2, bytes: 4_096,
        level: name == "quiet" ? -12.25 : nil, peakFrames: name == "quiet" ? 480 : nil,
        outputs: name == "quiet" ? [.init(level: -12.25, peakFrames: 480), .init(level: nil, peakFrames: nil)] : [],
        refusal: name == "old" ? "it was saved at 44100 Hz" : nil)
    }
    return PresetList(presets: presets, most: 32, bytes: 4_096 * saved.count, mostBytes: 1 << 30)
  }

  func savePreset(_ name: String, _ changes: [String: FilterChange]) throws(Problem) -> PresetReport {
    saved[name] = changes
    return listPresets().presets.first { $0.name == name }!
  }

  func activatePreset(_ name: String, _ request: PresetActivation) throws(Problem) -> PresetUse {
    guard saved[name] != nil else { throw Problem(status: 404, title: "No such preset", detail: "there is no preset \(name)") }
    activated.append((name, request))
    return PresetUse(preset: name, trim: request.trim ?? 0, delayFrames: request.match == nil ? 0 : 7, filters: Status.sample.filters)
  }

  func deletePreset(_ name: String) throws(Problem) -> PresetList {
    guard saved.removeValue(forKey: name) != nil else { throw Problem(status: 404, detail: "there is no preset \(name)") }
    return listPresets()
  }

  /// A text that begins with an x is at fault.
  private func take(_ upload: ConfigurationUpload, isCheck: Bool) throws(Problem) -> ConfigurationReport {
    guard upload.bytes.first != UInt8(ascii: "x") else {
      let faults = [Problem.Fault(line: 1, message: "`rate` is missing"), Problem.Fault(line: 7, message: "`blok` is unknown")]
      throw Problem(status: 422, title: "Invalid configuration", detail: "line 1: ...\nline 7: ...", faults: faults)
    }
    if isCheck { checked.append(upload) } else { configurations.append(upload) }
    return report
  }

  private func take(_ filter: String, _ upload: KernelUpload) throws(Problem) -> KernelReport {
    guard filter != "missing" else { throw Problem(status: 404, title: "No such filter", detail: "there is no filter missing") }
    uploads.append(Upload(filter: filter, upload: upload))
    return KernelReport(filter: filter, taps: upload.bytes.count, layout: "raw", method: "direct", blocks: 5)
  }

  func changeOutput(_ change: OutputChange) -> Status.Output {
    changes.append(change)
    output.mute = change.mute ?? output.mute
    output.bypass = change.bypass ?? output.bypass
    output.volume = change.volume ?? output.volume
    output.dither = change.dither ?? output.dither
    if let ceiling = change.ceiling { output.ceiling = ceiling.decibels }
    return output
  }
}

extension VerificationReport {
  static func sample(seed: Int) -> VerificationReport {
    var (exact, rounded) = (OutputReport(), OutputReport())
    (exact.ties, exact.grid) = (3750, -30)
    (rounded.output, rounded.differing, rounded.atTies) = (1, 2 + seed % 2, 2)
    (rounded.largestDifference, rounded.largestDecibels, rounded.largestSteps) = (0x1p-23, -138.47, 1)
    rounded.bound = 0x1p-40
    var report = VerificationReport()
    (report.seed, report.frames, report.outputs) = (seed, 480_000, [exact, rounded])
    (report.capture, report.playback, report.precision) = ("S16_LE", "S24_3LE", "float64")
    report.plan = "64: direct"
    return report
  }
}

extension FilterResponse {
  static let sample = FilterResponse(
    rate: 48_000, filters: ["left"], taps: 3, delayFrames: 480, peakFrames: 481, peak: -0.5, frequencies: [10, 1_000, 24_000],
    magnitudes: [-6.0206, -70, nil], phases: [0.5, nil, nil], groupDelays: [481, nil, nil],
    impulse: Trace(start: 480, step: 1, minima: [0, -0.5, 0.25], maxima: [0, -0.5, 0.25]),
    stepResponse: Trace(start: 480, step: 2, minima: [-0.5, -0.25], maxima: [0, -0.25]))
}

extension ConfigurationReport {
  static let sample = ConfigurationReport(filters: 2, plan: "64: direct 128", load: 0.125, restart: ["block"])
}

extension Status {
  /// Every member with a value, of each kind that there is.
  static let sample: Status = {
    var status = Status()
    (status.state, status.cause) = (.waiting, "hw:DAC: No such device")
    (status.rate, status.block, status.precision) = (48000, 256, "float64")
    var device = Device()
    (device.name, device.format, device.rate) = ("hw:Loopback,1", "S32_LE", 48000)
    (device.channels, device.periodFrames, device.bufferFrames) = (2, 256, 2048)
    status.devices.capture = device
    status.latency = Latency(
      blockFrames: 256, queueFrames: 512, resamplerFrames: 303, measuredFrames: nil, kernelFrames: [nil, 480], unalignedFrames: [nil, 400],
      rate: 48000)
    (status.resampler, status.load) = (Resampler(state: .settling, ppm: -12.5), .sample)
    (status.xruns, status.changes, status.clipped) = (Xruns(capture: 1, playback: 2), 3, 4)
    status.levels = Levels(inputs: [-12.25, nil], outputs: [nil, -0.5])
    (status.realtime.policy, status.realtime.priority, status.realtime.governor) = ("SCHED_FIFO", 70, "ondemand")
    (status.realtime.lockedBytes, status.realtime.neededBytes, status.realtime.denormalsFlushed) = (36_909_875, 41_943_040, true)
    status.realtime.limits = RealTime.Limits(priority: 95, lockedBytes: 36_909_875, microseconds: nil)
    status.realtime.warnings = ["no lock: raise RLIMIT_MEMLOCK"]
    var filter = Filter()
    (filter.name, filter.to, filter.kernel, filter.layout) = ("left", 1, "/k/room.wav", "WAV s24, 2 channels")
    (filter.taps, filter.gain, filter.delay, filter.bypass) = (65536, -3, 480, .mute)
    status.filters = [filter]
    (status.plan, status.output) = ("left: uniform", Output(mute: false, bypass: true, volume: -20.5, dither: .tpdf, ceiling: -1))
    (status.differsFromFile, status.version) = (true, "0.1.0")
    (status.preset, status.presets) = ("room", [Preset(name: "room", saved: "2026-11-30T12:00:00.000Z")])
    status.guards = Guards([.unusableSamples: 7, .faultyBlocks: 2, .closures: 1])
    status.worstCase = [6.02, nil]
    var (exact, inexact) = (Exact(), Exact())
    (exact.signalBits, exact.grid, exact.bound, exact.steps) = (20, -42, 0x1p-42, 1)
    inexact.cause = "the volume is -20.5 dB"
    status.exact = [exact, inexact]
    status.exactness = [Exactness(grid: -30), Exactness(cause: "the volume is -20.5 dB")]
    return status
  }()
}

extension Status.Load {
  static let sample: Status.Load = {
    var load = Status.Load()
    (load.mean, load.p99, load.max, load.missed, load.late, load.predicted) = (0.0312, 0.05, 0.99, 5, 6, 0.025)
    load.predictedWorkers = 0.375
    load.histogram = Histogram(bounds: [0.01, 0.1, 1], blocks: [0, 900, 90, 10])
    return load
  }()
}
