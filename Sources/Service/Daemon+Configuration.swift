import ALSA
import ConfigurationFile
import ControlAPI
import Convolution
import FilterKernels
import Filters
import Logging
import Platform

// Another configuration while sound runs: all or nothing.
extension Daemon {
  package func configurationText() -> [UInt8] { text.bytes }

  /// Reads the configuration file and every kernel again. Drops what the API changed, except the mute. Logs every fault.
  ///
  /// - Throws: every fault; nothing has changed then.
  public func reloadConfiguration() async throws(Problem) -> ConfigurationReport {
    do throws(Problem) {
      guard let path = fileText.file else {
        throw Problem(status: 409, detail: "the configuration was not read from a file: there is nothing to read again")
      }
      let report = try await alone { () async throws(Problem) in
        try await apply(try await draft(nil) { () throws(ConfigurationError) in try ConfigurationText(path: path) }, isFile: true)
      }
      logger.info("reloaded \(path)")
      return report
    } catch {
      for line in error.detail.split(separator: "\n") { logger.error("not reloaded: \(line)") }
      throw error
    }
  }

  package func replaceConfiguration(by upload: ConfigurationUpload) async throws(Problem) -> ConfigurationReport {
    let report = try await alone { () async throws(Problem) in
      try await apply(try await draft(rawRule(), sent(upload)), isFile: false)
    }
    changeLog.add(.configuration, "configuration replaced over the control socket", logger)
    return report
  }

  package func checkConfiguration(_ upload: ConfigurationUpload) async throws(Problem) -> ConfigurationReport {
    try await alone { () async throws(Problem) in
      let draft = try await draft(rawRule(), sent(upload))
      if let problem = DeadlineBudget.refusal(draft.load) { throw problem }
      return draft.report(replacing: filters.configuration, socket: socket)
    }
  }

  /// What a request sends. Its devices are the file's, those in force, or names that define nothing by themselves.
  private func sent(_ upload: ConfigurationUpload) -> @Sendable () throws(ConfigurationError) -> ConfigurationText {
    let known = [fileText, self.text]
    let text = ConfigurationText(bytes: upload.bytes, folder: upload.folder ?? fileText.folder)
    return { () throws(ConfigurationError) in
      let known = known.compactMap { try? $0.configuration() }
      _ = try text.configuration { name, isCapture in
        known.contains { name == (isCapture ? $0.capture : $0.playback).device } ? nil : DeviceName.refusal(of: name)
      }
      return text
    }
  }

  /// Which taps without a header a request may name.
  ///
  /// - Parameter rate: Hz, at which it is; nil: as now.
  func rawRule(at rate: Int? = nil) -> RawKernelRule {
    RawKernelRule(fileText, rates: [rate ?? filters.configuration.rate] + RatedFilters.common)
  }

  /// Reads and plans in the background.
  ///
  /// - Parameter rawRule: which taps without a header the text may name; nil: any.
  private func draft(
    _ rawRule: RawKernelRule?,
    _ text: @escaping @Sendable () throws(ConfigurationError) -> ConfigurationText
  ) async throws(Problem) -> ConfigurationDraft {
    let (known, configuration) = (session.costs, filters.configuration)
    return try await prepare { cancellation throws(Problem) in
      do throws(ConfigurationError) {
        return try ConfigurationDraft(text(), rate: configuration.rate, cancellation, rawRule: rawRule) {
          $0 == configuration.precision ? known : CostStore($0).load() ?? .shipped($0)
        }
      } catch {
        throw Problem(error)
      }
    }
  }

  /// - Parameter isFile: whether the draft is the configuration file as it is now.
  private func apply(_ draft: ConfigurationDraft, isFile: Bool) async throws(Problem) -> ConfigurationReport {
    try refuse(draft)
    let cancellation = Cancellation()
    let outcome = await enqueueChange(cancellation) { daemon in await daemon.take(draft, isFile: isFile, cancellation) }
    if let problem = outcome.problem { throw problem }
    var report = outcome.report
    report.cause = await session.keeper?.state.cause
    return report
  }

  private func refuse(_ draft: ConfigurationDraft) throws(Problem) {
    let report = draft.report(replacing: filters.configuration, socket: socket)
    let fixed = session.keeper == nil ? report.restart + report.interrupts : report.restart
    guard fixed.isEmpty else {
      let keys = fixed.map { "`\($0)`" }.joined(separator: ", ")
      throw Problem(
        status: 409, title: "restart needed",
        detail: "\(keys) cannot change while the daemon runs: restart it for that, or leave \(keys) as before; nothing was changed")
    }
    let present = report.interrupts.isEmpty ? session.predictedLoad : PredictedLoad()
    if let problem = DeadlineBudget.refusal(draft.load, present: present) { throw problem }
  }

  /// Makes the draft what is heard: by a fade, or by another session where it takes one. Within `enqueueChange` only.
  private func take(
    _ draft: ConfigurationDraft, isFile: Bool, _ cancellation: Cancellation
  ) async -> (problem: Problem?, report: ConfigurationReport) {
    let running = filters.configuration
    let report = draft.report(replacing: running, socket: socket)
    if report.interrupts.isEmpty {
      var former = outputSettings
      let output = draft.filters.configuration.output
      let outcome = await applyFilterChange(
        cancellation,
        ready: { daemon in
          former = daemon.outputSettings
          await daemon.takeQuieter(output, before: running.output)
        }
      ) { daemon in
        (daemon.filters, daemon.text) = (draft.filters, draft.text)
        // Kernels that are still on their way were meant for the filters before.
        daemon.newestUpload.removeAll()
        return true
      }
      if case .refused(let problem) = outcome {
        takeVolumeBack(OutputTurn(before: former, after: outputSettings))
        return (problem, report)
      }
      adopt(draft, isFile: isFile, before: running, former)
    } else {
      let before = snapshot
      logger.info("sound pauses, for another \(report.interrupts.joined(separator: ", "))")
      let problem = await replaceSession(by: draft.filters, costs: draft.costs, cancellation) { daemon in
        daemon.beginTrial(replacing: before)
        daemon.newestUpload.removeAll()
        daemon.adopt(draft, isFile: isFile, before: running, daemon.outputSettings)
      }
      if problem != nil { return (problem, report) }
      if draft.filters.configuration.precision != running.precision { Task { await measureCosts() } }
      await session.settle()
    }
    return (nil, report)
  }

  /// Takes over what belongs to the filters of another configuration.
  ///
  /// - Parameter former: the output as it was set before.
  private func adopt(_ draft: ConfigurationDraft, isFile: Bool, before: Configuration, _ former: Configuration.OutputSettings) {
    (text, rated) = (draft.text, draft.rated)
    if isFile { fileText = draft.text }
    differsFromFile = draft.text.bytes != fileText.bytes
    takeOutput(of: draft.filters.configuration.output, before: before.output)
    guard case .onTrial(var replaced, let end) = lastChange else { return }
    replaced.output = OutputTurn(before: former, after: outputSettings)
    lastChange = .onTrial(replaced: replaced, end: end)
  }
}
