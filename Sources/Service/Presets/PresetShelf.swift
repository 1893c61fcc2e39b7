import ConfigurationFile
import ControlAPI
import FilterKernels
import Filters
import Platform

/// The presets that are held ready, within bounds of number and memory.
struct PresetShelf: Sendable {
  private(set) var presets: [String: HeldPreset] = [:]
  /// Bytes of those that are being saved.
  private(set) var reserved = 0
  /// Where they are kept over restarts.
  let folder: PresetFolder

  /// How many there can be.
  static let most = 32
  /// Of memory for all of them: half of what one configuration may take.
  static let mostBytes = MemoryBudget.bytes / 2

  subscript(name: String) -> HeldPreset? { presets[name] }

  /// By their names.
  var names: [String] { presets.keys.sorted() }

  /// What status says of them.
  var statuses: [Status.Preset] { names.compactMap { presets[$0] }.map { Status.Preset(name: $0.name, saved: $0.saved) } }

  var bytes: Int { presets.values.reduce(0) { $0 + $1.bytes } }

  /// Bytes that are left beside all others than that of a name.
  func bytesLeft(for name: String) -> Int { Self.mostBytes - bytes - reserved + (presets[name]?.bytes ?? 0) }

  /// Keeps memory for a preset that is being saved.
  mutating func reserve(_ bytes: Int) { reserved += bytes }

  mutating func release(_ bytes: Int) { reserved -= bytes }

  /// Why another preset is not taken; nil: it is.
  ///
  /// - Parameters:
  ///   - need: bytes.
  ///   - own: bytes that are reserved for it.
  func refusal(of name: String, need: Int, own: Int = 0) -> Problem? {
    guard presets[name] != nil || presets.count < Self.most else {
      return Problem(
        status: 422, title: "Too many presets", detail: "there are \(presets.count) presets, as many as can be: delete one of them")
    }
    let left = bytesLeft(for: name) + own
    guard need > left else { return nil }
    return Problem(
      status: 422, title: "Too much memory",
      detail: "the preset may take \((need + 999_999) / 1_000_000) MB of memory, and of the \(Self.mostBytes / 1_000_000) MB for all"
        + " presets \(max(0, left) / 1_000_000) MB are left: delete others, or save shorter kernels")
  }

  mutating func put(_ preset: HeldPreset) { presets[preset.name] = preset }

  mutating func remove(_ name: String) { presets[name] = nil }

  /// Notes what a preset is among the filters in force, unless another one has its name by now, or it has been prepared meanwhile and
  /// this is not.
  mutating func note(_ readiness: HeldPreset.Readiness, of preset: HeldPreset) {
    guard let present = presets[preset.name], present.saved == preset.saved else { return }
    guard readiness.prepared != nil || present.readiness?.prepared == nil else { return }
    presets[preset.name]?.readiness = readiness
  }

  // MARK: Among filters

  /// What it takes to go through all filters of all presets.
  var filterCount: Int { presets.values.reduce(0) { $0 + $1.filters.count } }

  /// - Parameter active: the one in force.
  /// - Complexity: O(filters of all presets)
  func list(active: String?, in configuration: Configuration) -> PresetList {
    PresetList(
      presets: names.compactMap { presets[$0] }.map { $0.report(isActive: $0.name == active, in: configuration) }, most: Self.most,
      bytes: bytes, mostBytes: Self.mostBytes)
  }

  /// Those that fit a configuration, by their names.
  ///
  /// - Complexity: O(filters of all presets)
  func fitting(_ configuration: Configuration) -> [String] { names.filter { presets[$0]?.refusal(for: configuration) == nil } }

  /// After another configuration: what was ready is not.
  mutating func forgetReadiness() { for name in names { presets[name]?.readiness = nil } }

  func missing(_ name: String) -> Problem {
    let there = names.isEmpty ? "there are none" : "there are \(names.joined(separator: ", "))"
    return Problem(status: 404, title: "No such preset", detail: "there is no preset \(quotable(name, most: 64)): \(there)")
  }
}
