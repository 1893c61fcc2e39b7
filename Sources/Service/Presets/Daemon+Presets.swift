import ConfigurationFile
import ControlAPI
import Convolution
import FilterKernels
import Filters
import FoundationEssentials
import Logging
import Platform

// Sets of filters that are held ready under names. A switch is a change as any other: see `Daemon+Changes`.
extension Daemon {
  package func listPresets() async -> PresetList {
    await recalledPresets?.value
    await rateAll()
    return await presetList()
  }

  /// Finds the levels of all presets once, however many ask for them. What cannot be told now is left out.
  private func rateAll() async {
    if let listing { return await listing.value }
    let task = Task {
      try? await rate(Set(presets.names))
      listing = nil
    }
    listing = task
    await task.value
  }

  private func presetList() async -> PresetList {
    let (shelf, active, configuration) = (presets, activePreset, filters.configuration)
    return await aside { shelf.list(active: active, in: configuration) }
  }

  /// Those that fit the filters in force, by their names.
  func fittingPresets() async -> [String] {
    let (shelf, configuration) = (presets, filters.configuration)
    return await aside { shelf.fitting(configuration) }
  }

  /// So many filters are gone through in less time than a thread takes.
  private static let fewFilters = 512

  /// Does what goes through the filters of all presets: of many on a thread of its own, while the daemon has other things to do.
  private func aside<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
    guard presets.filterCount > Self.fewFilters, let value = await inBackground(niceness: 5, work) else { return work() }
    return value
  }

  private func report(of preset: HeldPreset) -> PresetReport {
    preset.report(isActive: preset.name == activePreset, in: filters.configuration)
  }

  /// The preset that is in force, unchanged since; nil: none.
  var activePreset: String? {
    guard let mark = filters.preset, presets[mark.name]?.saved == mark.saved else { return nil }
    return mark.name
  }

  // MARK: Saving

  /// Saves what is in force, with changes that are not heard.
  package func savePreset(_ name: String, _ changes: [String: FilterChange]) async throws(Problem) -> PresetReport {
    guard PresetName.isValid(name) else {
      throw Problem(
        status: 400,
        detail: "\"\(quotable(name, most: 64))\" is no name of a preset: these are letters, digits, `_`, `.` and `-`, 64 at the most,"
          + " and begin with a letter or a digit")
    }
    let (set, need) = try await alone { () async throws(Problem) in
      var set = try await filters(with: changes)
      set.bypass = false
      guard !set.filters.isEmpty else { throw Problem(status: 409, detail: "there are no filters yet: there is nothing to be saved") }
      let need = set.memoryBytes
      if let problem = presets.refusal(of: name, need: need) { throw problem }
      presets.reserve(need)
      return (set, need)
    }
    // Others are saved meanwhile, as far as there is memory for them too.
    defer { presets.release(need) }
    let readiness = try await readiness(of: set)
    let saved = Date.now.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    var preset = HeldPreset(name: name, saved: saved, rate: set.configuration.rate, filters: set.filters)
    preset.readiness = readiness
    return try await presetLine.add { [preset] in await self.keep(preset, of: set, reserved: need) }.value.get()
  }

  /// Within `presetLine` only.
  ///
  /// - Parameter reserved: bytes that are kept for it.
  private func keep(_ preset: HeldPreset, of set: FilterSet, reserved: Int) async -> Result<PresetReport, Problem> {
    // Others may have been saved meanwhile.
    if let problem = presets.refusal(of: preset.name, need: preset.bytes, own: reserved) { return .failure(problem) }
    let folder = presets.folder
    let saving = await inBackground(niceness: 5) { Result { () throws(PresetFile.Fault) in try folder.save(preset) } }
    do throws(PresetFile.Fault) {
      let failure = if let saving { try saving.get() } else { "the system gives no thread" as String? }
      if let reason = failure {
        return .failure(Problem(status: 503, detail: "the preset cannot be kept: \(reason); nothing was changed"))
      }
    } catch {
      return .failure(
        Problem(status: 422, title: "Unprocessable preset", detail: "the preset cannot be kept: \(error.reason); nothing was changed"))
    }
    // Among the filters of another configuration it has another level, and other kernels are prepared.
    var held = preset
    if set.configuration != filters.configuration { held.readiness = nil }
    presets.put(held)
    if held.readiness == nil { Task { await readyPresets() } }
    if filters.areEqual(to: set) { filters.preset = PresetMark(name: preset.name, saved: preset.saved) }
    changeLog.add(.preset, "preset \(preset.name): saved", logger)
    stirring.raise()
    return .success(report(of: held))
  }

  package func deletePreset(_ name: String) async throws(Problem) -> PresetList {
    await recalledPresets?.value
    return try await presetLine.add { await self.discard(name) }.value.get()
  }

  /// Within `presetLine` only.
  private func discard(_ name: String) async -> Result<PresetList, Problem> {
    guard presets[name] != nil else { return .failure(presets.missing(name)) }
    let folder = presets.folder
    let failure = await inBackground(niceness: 5) { folder.remove(name) }
    if let reason = failure ?? "the system gives no thread" {
      return .failure(Problem(status: 503, detail: "the preset cannot be removed: \(reason); nothing was changed"))
    }
    presets.remove(name)
    changeLog.add(.preset, "preset \(name): deleted", logger)
    stirring.raise()
    return .success(await presetList())
  }

  // MARK: Switching

  /// Switches to a preset, and returns when it is heard.
  package func activatePreset(_ name: String, _ request: PresetActivation) async throws(Problem) -> PresetUse {
    await recalledPresets?.value
    guard let preset = presets[name] else { throw presets.missing(name) }
    if let refusal = preset.refusal(for: filters.configuration) { throw Self.unfit(name, refusal) }
    // Only where all are to be compared is it to be known which these are.
    let all = request.match == .all ? await fittingPresets() : []
    try await rate(compared(name, request, all))
    // Kernels that are still on their way were meant for the filters before.
    for filter in filters.filters { begin(Cancellation(), of: filter.name) }
    let cancellation = Cancellation()
    return try await enqueueChange(cancellation) { daemon in await daemon.switchTo(name, request, all, cancellation) }.get()
  }

  /// Within `enqueueChange` only.
  ///
  /// - Parameter all: the presets that fit.
  private func switchTo(
    _ name: String, _ request: PresetActivation, _ all: [String], _ cancellation: Cancellation
  ) async -> Result<PresetUse, Problem> {
    guard let preset = presets[name] else { return .failure(presets.missing(name)) }
    if let refusal = preset.refusal(for: filters.configuration) { return .failure(Self.unfit(name, refusal)) }
    let (level, delay) = match(name, request, all)
    let trim = level + (request.trim ?? 0)
    var next = filters
    if let refusal = next.take(preset, trim: trim, delay: delay) { return .failure(Problem(status: 422, detail: refusal)) }
    if next.preset != filters.preset {
      let prepared = preset.readiness?.prepared
      let outcome = await applyFilterChange(cancellation, reusing: prepared) { daemon in
        (daemon.filters, daemon.differsFromFile) = (next, true)
        return true
      }
      if case .refused(let problem) = outcome { return .failure(problem) }
      // With the same trim the next switch to it takes no transforms.
      if prepared != nil, var readiness = preset.readiness {
        readiness.prepared = session.prepared
        presets.note(readiness, of: preset)
      }
      changeLog.add(.preset, "preset \(name): in force\(trim == 0 ? "" : ", \((trim * 100).rounded() / 100) dB")", logger)
    }
    return .success(PresetUse(preset: name, trim: trim, delayFrames: delay, filters: filters.filters.map(Status.Filter.init)))
  }

  private static func unfit(_ name: String, _ reason: String) -> Problem {
    Problem(status: 409, title: "preset does not fit", detail: "preset \(name): \(reason)")
  }

  // MARK: Comparing

  /// The presets whose levels and delays count, the one itself among them; none where there is nothing to match.
  ///
  /// - Parameter all: the presets that fit.
  private func compared(_ name: String, _ request: PresetActivation, _ all: [String]) throws(Problem) -> Set<String> {
    switch request.match {
    case nil: return []
    case .all: return Set(all).union([name])
    case .presets(let names):
      for other in names {
        guard let preset = presets[other] else { throw presets.missing(other) }
        if let refusal = preset.refusal(for: filters.configuration) { throw Self.unfit(other, refusal) }
      }
      return Set(names).union([name])
    }
  }

  /// What makes a preset as loud as the quietest that it is compared with, and as late as the latest.
  ///
  /// - Returns: dB, 0 or below, and frames.
  private func match(_ name: String, _ request: PresetActivation, _ all: [String]) -> (level: Double, delay: Int) {
    guard let names = try? compared(name, request, all), let own = presets[name]?.readiness else { return (0, 0) }
    let others = names.compactMap { presets[$0]?.readiness }
    let quietest = others.compactMap(\.level).min()
    let latest = others.compactMap(\.peakFrames).max()
    return (
      own.level.flatMap { level in quietest.map { min(0, $0 - level) } } ?? 0,
      own.peakFrames.flatMap { peak in latest.map { max(0, $0 - peak) } } ?? 0
    )
  }

  /// Finds the levels and delays of presets, where they are not known.
  private func rate(_ names: Set<String>) async throws(Problem) {
    guard names.contains(where: { presets[$0].map { $0.readiness == nil } ?? false }) else { return }
    for name in await fittingPresets() where names.contains(name) {
      guard let preset = presets[name], preset.readiness == nil, preset.refusal(for: filters.configuration) == nil else { continue }
      var set = filters
      guard set.take(preset) == nil else { continue }
      let readiness = try await readiness(of: set, isPlanned: false)
      // Meanwhile the configuration may have become another one.
      if set.configuration == filters.configuration { presets.note(readiness, of: preset) }
    }
  }
}
