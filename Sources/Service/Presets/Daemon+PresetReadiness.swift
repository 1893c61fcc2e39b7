import ControlAPI
import FilterKernels
import Filters
import Logging
import Platform

// What is known of presets before they are heard: their levels, and their kernels as they will be convolved.
extension Daemon {
  /// Reads the presets that were kept, then makes them ready. Nothing waits for it but what asks for presets.
  func recallPresets(_ folder: PresetFolder) {
    presets = PresetShelf(folder: folder)
    let recalling = presetLine.add { await self.readPresets() }
    recalledPresets = recalling
    Task {
      await recalling.value
      await readyPresets()
    }
  }

  private func readPresets() async {
    let folder = presets.folder
    let names = await inBackground(niceness: 5) { folder.names() } ?? []
    for name in names {
      guard presets.names.count < PresetShelf.most else {
        logger.warning("there are \(names.count) presets in \(folder.path ?? ""): \(name) and those after it are left out")
        return
      }
      let most = presets.bytesLeft(for: name)
      let read = await inBackground(niceness: 5) { Result { () throws(PresetFile.Fault) in try folder.read(name, most: most) } }
      switch read {
      case .success(let preset): presets.put(preset)
      case .failure(let fault): logger.warning("preset \(name) is left out: \(fault.reason)")
      case nil: logger.warning("preset \(name) is left out: the system gives no thread to read it on")
      }
    }
    if !presets.names.isEmpty { logger.info("presets: \(presets.names.joined(separator: ", "))") }
    stirring.raise()
  }

  /// Prepares the presets that fit the filters in force, one after the other, as long as there is memory for presets.
  func readyPresets() async {
    for name in await fittingPresets() {
      // Each takes a moment, which others need not wait for.
      await Task.yield()
      guard !phase.isStopping, let preset = presets[name], preset.readiness?.prepared == nil else { continue }
      guard preset.refusal(for: filters.configuration) == nil else { continue }
      var set = filters
      guard set.take(preset) == nil else { continue }
      let isPlanned = presets.refusal(of: name, need: set.memoryBytes) == nil
      guard preset.readiness == nil || isPlanned, let readiness = try? await readiness(of: set, isPlanned: isPlanned) else { continue }
      // Meanwhile the configuration may have become another one.
      if preset.refusal(for: filters.configuration) == nil, set.configuration == filters.configuration {
        presets.note(readiness, of: preset)
      }
    }
    stirring.raise()
  }

  /// - Parameter isPlanned: whether the kernels are prepared too.
  /// - Throws: it is too much work, or was broken off.
  func readiness(of set: FilterSet, isPlanned: Bool = true) async throws(Problem) -> HeldPreset.Readiness {
    let heard = session.heard
    return try await prepare { cancellation throws(Problem) in
      if let problem = Self.refusal(set.ratingBytes, free: ProcessMemory.freeBytes, of: "the level of the preset", remedy: "") {
        throw problem
      }
      let isCancelled = { cancellation.isRequested }
      let planned = try isPlanned ? set.planned(changing: heard, isCancelled: isCancelled) : nil
      guard !isPlanned || planned != nil, let readiness = set.readiness(prepared: planned?.prepared, isCancelled: isCancelled) else {
        throw Self.brokenOff
      }
      return readiness
    }
  }
}
