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

  /// - Parameter delay: how long a kernel takes to be heard.
  init(limits: ControlLimits = ControlLimits(), delay: Duration = .zero) async throws {
    folder = try ScratchFolder()
    record = Record(delay: delay)
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
  /// Configurations that were put in place, and those that were only checked.
  private(set) var configurations: [ConfigurationUpload] = []
  private(set) var checked: [ConfigurationUpload] = []
  private(set) var reloads = 0
  private(set) var verifications: [VerificationRequest] = []
  /// Kernels whose handler has begun, and those whose handler was cancelled.
  private(set) var begun = 0
  private(set) var cancelled = 0
  private var output = Status.Output(mute: false, bypass: false)

  var isEmpty: Bool {
    uploads.isEmpty && changes.isEmpty && filterChanges.isEmpty && configurations.isEmpty && checked.isEmpty && reloads == 0
  }

  private let delay: Duration
  private let readStatus: @Sendable () async -> Status

  /// - Parameters:
  ///   - delay: how long a kernel takes to be heard.
  ///   - status: what it answers.
  init(delay: Duration = .zero, status: @escaping @Sendable () async -> Status = { .sample }) {
    (self.delay, readStatus) = (delay, status)
  }

  func status(takingPeaks: Bool) async -> Status { await readStatus() }

  func replaceKernel(of filter: String, by upload: KernelUpload) async throws(Problem) -> KernelReport {
    begun += 1
    if delay > .zero, (try? await Task.sleep(for: delay)) == nil { cancelled += 1 }
    return try take(filter, upload)
  }

  func configurationText() -> [UInt8] { Array("rate: 48000\n".utf8) }

  func replaceConfiguration(by upload: ConfigurationUpload) throws(Problem) -> ConfigurationReport { try take(upload, isCheck: false) }

  func checkConfiguration(_ upload: ConfigurationUpload) throws(Problem) -> ConfigurationReport { try take(upload, isCheck: true) }

  /// With an odd seed a sample differs; with seed 100 one is under way.
  func verify(_ request: VerificationRequest) throws(Problem) -> VerificationReport {
    guard request.seed != 100 else { throw Problem(status: 409, title: "Busy", detail: "a verification is under way") }
    verifications.append(request)
    return .sample(seed: request.seed ?? 7)
  }

  func reloadConfiguration() -> ConfigurationReport {
    reloads += 1
    return .sample
  }

  func changeFilters(_ changes: [String: FilterChange]) throws(Problem) -> FilterList {
    guard changes["missing"] == nil else { throw Problem(status: 404, title: "No such filter", detail: "there is no filter missing") }
    filterChanges.append(changes)
    return FilterList(filters: Status.sample.filters)
  }

  /// A text that begins with an x is at fault.
  private func take(_ upload: ConfigurationUpload, isCheck: Bool) throws(Problem) -> ConfigurationReport {
    guard upload.bytes.first != UInt8(ascii: "x") else {
      let faults = [Problem.Fault(line: 1, message: "`rate` is missing"), Problem.Fault(line: 7, message: "`blok` is unknown")]
      throw Problem(status: 422, title: "Invalid configuration", detail: "line 1: ...\nline 7: ...", faults: faults)
    }
    if isCheck { checked.append(upload) } else { configurations.append(upload) }
    return .sample
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
    VerificationReport(
      seed: seed, frames: 480_000, capture: "S16_LE", playback: "S24_3LE", precision: "float64", plan: "64: direct", clipped: 0,
      outputs: [
        OutputReport(
          output: 0, differing: 0, atTies: 0, largestDifference: 0, largestDecibels: nil, largestSteps: 0, ties: 3750, undecided: 0,
          bound: 0, grid: -30),
        OutputReport(
          output: 1, differing: 2 + seed % 2, atTies: 2, largestDifference: 0x1p-23, largestDecibels: -138.47, largestSteps: 1, ties: nil,
          undecided: 0, bound: 0x1p-40, grid: nil),
      ])
  }
}

extension ConfigurationReport {
  static let sample = ConfigurationReport(filters: 2, plan: "64: direct 128", load: 0.125, restart: ["block"])
}

extension Status {
  /// Every member with a value, of each kind that there is.
  static let sample = Status(
    state: .waiting, cause: "hw:DAC: No such device", rate: 48000, block: 256, precision: "float64",
    devices: Devices(
      capture: Device(name: "hw:Loopback,1", format: "S32_LE", rate: 48000, channels: 2, periodFrames: 256, bufferFrames: 2048),
      playback: nil),
    latency: Latency(blockFrames: 256, queueFrames: 512, resamplerFrames: 303, measuredFrames: nil, kernelFrames: [nil, 480], rate: 48000),
    resampler: Resampler(state: .settling, ppm: -12.5), load: .sample,
    xruns: Xruns(capture: 1, playback: 2), changes: 3, clipped: 4, levels: Levels(inputs: [-12.25, nil], outputs: [nil, -0.5]),
    realtime: RealTime(
      policy: "SCHED_FIFO", priority: 70, lockedBytes: 36_909_875, neededBytes: 41_943_040, denormalsFlushed: true, governor: "ondemand",
      limits: RealTime.Limits(priority: 95, lockedBytes: 36_909_875, microseconds: nil), warnings: ["no lock: raise RLIMIT_MEMLOCK"]),
    filters: [
      Filter(
        name: "left", from: 0, to: 1, kernel: "/k/room.wav", layout: "WAV s24, 2 channels", taps: 65536, gain: -3, delay: 480,
        bypass: .mute)
    ],
    plan: "left: uniform", output: Output(mute: false, bypass: true, volume: -20.5, dither: .tpdf, ceiling: -1), differsFromFile: true,
    version: "0.1.0",
    guards: Guards([.unusableSamples: 7, .faultyBlocks: 2, .closures: 1]), worstCase: [6.02, nil],
    exactness: [Exactness(grid: -30), Exactness(cause: "the volume is -20.5 dB")])
}

extension Status.Load {
  static let sample = Status.Load(
    mean: 0.0312, p99: 0.05, max: 0.99, missed: 5, late: 6, predicted: 0.025,
    histogram: Histogram(bounds: [0.01, 0.1, 1], blocks: [0, 900, 90, 10]))
}
