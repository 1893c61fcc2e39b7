import ConfigurationFile
import FilterKernels
import Filters
import Logging

// Before there is a configuration: the socket answers, nothing is opened, and the cause says what to write.
extension Daemon {
  /// Waits for a configuration, which `reload` takes over from `path`, and the API from anywhere.
  public init(unconfigured path: String, logger: Logger) {
    let text = ConfigurationText(yaml: "", folder: ConfigurationText.folder(of: path), file: path)
    self.init(RatedFilters(text, only: .none), missing: Self.missingText(path), logger: logger)
  }

  /// The least that a configuration has, as it may be written.
  package static let example = """
    {rate: 48000, capture: {device: "hw:Loopback,1"}, playback: {device: "hw:0"}, filters: [{name: left, from: 0, to: 0, kernel: \
    left.wav}, {name: right, from: 1, to: 1, kernel: right.wav}]}
    """

  private static func missingText(_ path: String) -> String {
    "\(path) configures nothing: let `convolvectl setup` write it, or write it and call `convolvectl reload`. The least it needs is \(example)"
  }
}

extension FilterSet {
  /// Of no device and no filter.
  fileprivate static var none: FilterSet {
    let empty = Configuration(rate: 48000, capture: .init(device: ""), playback: .init(device: ""), filters: [])
    do throws(FilterFaults) {
      return try FilterSet(empty)
    } catch {
      preconditionFailure("there is nothing to be at fault: \(error)")
    }
  }
}
