import ALSA
import ConfigurationFile
import ControlAPI
import Convolution
import Engine
import FilterKernels
import Filters
import Logging
import Numbers
import PCM
import Platform
import Vector
import Verification

// What is heard, compared with the offline result.
extension Daemon {
  /// Runs a copy of the engine beside it, at a low priority. One at a time.
  package func verify(_ request: VerificationRequest) async throws(Problem) -> VerificationReport {
    guard !isVerifying else {
      throw Problem(status: 409, title: "Busy", detail: "a verification is under way: try again when it has ended")
    }
    isVerifying = true
    defer { isVerifying = false }
    let heard = await enqueueChange { daemon in daemon.heard }
    let seed = request.seed ?? Int.random(in: 0...VerificationRequest.largestSeed)
    let configuration = heard.filters.configuration
    let frames = Int((request.seconds * Double(configuration.rate)).rounded())
    guard frames >= configuration.block else {
      let least = Double(configuration.block) / Double(configuration.rate)
      throw Problem(
        status: 422,
        detail: "`seconds` is \(request.seconds), which is less than a block: give at least \(decimal(least, places: 6, rounded: .up))")
    }
    try Self.checkLoudness(heard.filters)
    let shape = (configuration.capture.channels, configuration.playback.channels)
    try checkMemory(frames, shape.0 + 2 * shape.1, rate: configuration.rate)
    let need = Verifier.bytes(frames: frames, inputs: shape.0, outputs: shape.1, playback: heard.playback)
    // What a copy of the convolver does not share, and taps twice as wide.
    if let problem = Self.refusal(need + 2 * heard.filters.memoryBytes, free: ProcessMemory.freeBytes) { throw problem }
    logger.info("verifying \(request.seconds) s of sound, seed \(seed)")
    let clock = ContinuousClock()
    let start = clock.now
    let verifier = Verifier(
      routes: heard.filters.routes, capture: heard.capture, playback: heard.playback, frames: frames, seed: UInt64(seed))
    let cancelled = Cancellation()
    let result = await withTaskCancellationHandler {
      await inBackground(niceness: 5) { () -> Verifier.Result? in
        let isCancelled = { cancelled.isRequested }
        let parts = heard.filters.parts(costs: heard.session.costs, isCancelled: isCancelled)
        guard
          let convolver = heard.filters.makeConvolver(
            parts.head, plan: heard.session.plan, costs: heard.session.costs, reusing: heard.session.prepared, isCancelled: isCancelled)
        else { return nil }
        return verifier.run(convolver, tails: parts.tails, isCancelled: isCancelled)
      }
    } onCancel: {
      cancelled.request()
    }
    guard let result = result ?? nil else { throw Problem(status: 503, detail: "the verification was broken off") }
    let seconds = (clock.now - start) / .seconds(1)
    let differing = result.outputs.reduce(0) { $0 + $1.differing }
    let found = "\(quantity(differing, "sample")) \(differing == 1 ? "differs" : "differ")"
    logger.info("verified \(request.seconds) s of sound in \(seconds) s: \(found)")
    return VerificationReport(result, heard, seed: seed, frames: frames)
  }

  /// What a verification is of.
  struct Heard: Sendable {
    var session: Session
    var filters: FilterSet
    /// Of samples as the engine gets and gives them.
    var capture: SampleFormat
    var playback: SampleFormat
  }

  /// Where a device's format is not known yet, that of 24 bits. A resampler gives numbers of any width.
  private var heard: Heard {
    let status = engine.status(takingPeaks: false)
    let configuration = filters.configuration
    let capture = status.resampler == nil ? status.capture?.format ?? configuration.capture.format : .float
    let playback = status.playback?.format ?? configuration.playback.format
    return Heard(session: session, filters: filters, capture: capture ?? .s24packed, playback: playback ?? .s24packed)
  }

  /// What an output may amplify by at most: exact sums are integers of 128 bits.
  private static let mostLoudness = 0x1p60

  private static func checkLoudness(_ filters: FilterSet) throws(Problem) {
    guard let loud = filters.worstCases.first(where: { $0.factor > mostLoudness }), let gain = loud.decibels else { return }
    let (found, most) = (decimal(gain, places: 1), decimal(decibels(mostLoudness), places: 1))
    throw Problem(
      status: 422,
      detail: "output \(loud.output) amplifies by up to \(found) dB, beyond the \(most) dB that can be compared: lower its taps")
  }

  /// Why so many bytes are not taken; nil: they are free.
  ///
  /// - Parameters:
  ///   - work: what takes them.
  ///   - remedy: what helps beside waiting.
  package static func refusal(
    _ need: Int, free: Int, of work: String = "the verification", remedy: String = ", or with less `seconds`"
  ) -> Problem? {
    guard need > free else { return nil }
    let (wanted, left) = (decimal(Double(need) / 1e6, places: 0, rounded: .up), decimal(Double(free) / 1e6, places: 0, rounded: .down))
    return Problem(
      status: 503, detail: "\(work) may take \(wanted) MB of memory, and \(left) MB are free: try again later\(remedy)")
  }

  /// Samples that are held at once, at most: a quarter of a gigabyte.
  private static let mostSamples = 1 << 25

  private func checkMemory(_ frames: Int, _ channels: Int, rate: Int) throws(Problem) {
    guard frames * channels > Self.mostSamples else { return }
    let most = Self.mostSamples / channels / rate
    throw Problem(status: 422, detail: "`seconds` is too much for so many channels: \(most) at the most")
  }
}

extension VerificationReport {
  fileprivate init(_ result: Verifier.Result, _ heard: Daemon.Heard, seed: Int, frames: Int) {
    self.init()
    (self.seed, self.frames, clipped) = (seed, frames, result.clippedSamples)
    (capture, playback) = (heard.capture.rawValue, heard.playback.rawValue)
    (precision, plan) = (heard.filters.configuration.precision.rawValue, heard.session.plan.description)
    outputs = result.outputs.enumerated().map { index, output in
      var report = OutputReport()
      (report.output, report.differing, report.atTies) = (index, output.differing, output.atTies)
      (report.largestDifference, report.largestSteps) = (output.largestDifference, output.largestSteps)
      report.largestDecibels = finiteDecibels(output.largestDifference)
      (report.ties, report.undecided) = (output.ties, output.undecided)
      (report.bound, report.grid) = (output.bound, output.grid.map { Int($0.exponent) })
      return report
    }
  }
}
