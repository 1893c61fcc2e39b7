import AudioFile
import ControlAPI
import ControlServing

/// Reads what requests hold, as the daemon does, and has no engine to change.
struct FuzzedHandler: ControlHandler {
  func status(takingPeaks: Bool) async -> Status { Status() }

  func replaceKernel(of filter: String, by upload: KernelUpload) async throws(Problem) -> KernelReport {
    guard let kernel = kernel(upload.bytes, contentType: upload.contentType) else { throw refusal }
    return KernelReport(filter: filter, taps: kernel.channels[0].count, layout: kernel.layout, method: "direct")
  }

  func checkKernel(of filter: String, by upload: KernelUpload) async throws(Problem) -> KernelReport {
    try await replaceKernel(of: filter, by: upload)
  }

  func checkFilters(_ changes: [String: FilterChange]) async throws(Problem) -> FilterList { try await changeFilters(changes) }

  func changeFilters(_ changes: [String: FilterChange]) async throws(Problem) -> FilterList {
    for name in changes.compactMap(\.value.kernel) { checkWords(Array(name.utf8)) }
    return FilterList(filters: [])
  }

  func changeOutput(_ change: OutputChange) async throws(Problem) -> Status.Output { Status.Output(mute: false, bypass: false) }

  func verify(_ request: VerificationRequest) async throws(Problem) -> VerificationReport { VerificationReport() }

  func configurationText() async -> [UInt8] { [] }

  func replaceConfiguration(by upload: ConfigurationUpload) async throws(Problem) -> ConfigurationReport {
    Fuzz.checkConfiguration(upload.bytes)
    return ConfigurationReport(filters: 0, plan: "", load: 0, restart: [])
  }

  func checkConfiguration(_ upload: ConfigurationUpload) async throws(Problem) -> ConfigurationReport {
    try await replaceConfiguration(by: upload)
  }

  func reloadConfiguration() async throws(Problem) -> ConfigurationReport {
    ConfigurationReport(filters: 0, plan: "", load: 0, restart: [])
  }

  func response(_ request: ResponseRequest) async throws(Problem) -> FilterResponse {
    let none = FilterResponse.Trace(start: 0, step: 1)
    return FilterResponse(
      rate: 48_000, filters: [], taps: 0, delayFrames: 0, frequencies: [], magnitudes: [], phases: [], groupDelays: [], impulse: none,
      stepResponse: none)
  }

  func listPresets() async -> PresetList { PresetList(presets: [], most: 0, bytes: 0, mostBytes: 0) }

  func savePreset(_ name: String, _ changes: [String: FilterChange]) async throws(Problem) -> PresetReport {
    for name in changes.compactMap(\.value.kernel) { checkWords(Array(name.utf8)) }
    return PresetReport(name: name, saved: "", rate: 48_000, filters: changes.count, bytes: 0)
  }

  func activatePreset(_ name: String, _ request: PresetActivation) async throws(Problem) -> PresetUse {
    PresetUse(preset: name, trim: request.trim ?? 0, delayFrames: 0, filters: [])
  }

  func deletePreset(_ name: String) async throws(Problem) -> PresetList { await listPresets() }

  private var refusal: Problem { Problem(status: 422, detail: "the body is no kernel") }
}
