import ControlAPI

/// What carries out the requests that the server receives. Calls run on Swift's cooperative threads, several at once; when
/// the server stops, their tasks are cancelled.
package protocol ControlHandler: Sendable {
  /// - Parameter takingPeaks: whether peaks start anew after this call. If not, this call returns none.
  func status(takingPeaks: Bool) async -> Status

  /// Returns when the new kernel is heard.
  func replaceKernel(of filter: String, by upload: KernelUpload) async throws(Problem) -> KernelReport

  /// Reads a kernel and plans the filters with it, and changes nothing.
  func checkKernel(of filter: String, by upload: KernelUpload) async throws(Problem) -> KernelReport

  /// Changes filters by their names, all in one step or none; returns all filters when that is heard.
  func changeFilters(_ changes: [String: FilterChange]) async throws(Problem) -> FilterList

  /// All filters as changes would make them; changes nothing.
  func checkFilters(_ changes: [String: FilterChange]) async throws(Problem) -> FilterList

  /// Returns the whole output as it is then.
  func changeOutput(_ change: OutputChange) async throws(Problem) -> Status.Output

  /// Compares a copy of what is heard with the offline result, and returns when that is done.
  func verify(_ request: VerificationRequest) async throws(Problem) -> VerificationReport

  /// The text of the configuration in force.
  func configurationText() async -> [UInt8]

  /// Puts another configuration in its place, all or nothing; returns when it is heard.
  func replaceConfiguration(by upload: ConfigurationUpload) async throws(Problem) -> ConfigurationReport

  /// Validates a configuration, kernels and plan included, and changes nothing.
  func checkConfiguration(_ upload: ConfigurationUpload) async throws(Problem) -> ConfigurationReport

  /// Reads the configuration file and its kernels again, all or nothing; returns when that is heard.
  func reloadConfiguration() async throws(Problem) -> ConfigurationReport

  /// How a filter, or an output, responds.
  func response(_ request: ResponseRequest) async throws(Problem) -> FilterResponse

  /// The filters that are held ready.
  func listPresets() async -> PresetList

  /// Saves what is in force, with changes by the filters' names that are not heard.
  func savePreset(_ name: String, _ changes: [String: FilterChange]) async throws(Problem) -> PresetReport

  /// Switches to a preset in one step; returns when that is heard.
  func activatePreset(_ name: String, _ request: PresetActivation) async throws(Problem) -> PresetUse

  /// Returns those that are left. What is heard stays.
  func deletePreset(_ name: String) async throws(Problem) -> PresetList
}
