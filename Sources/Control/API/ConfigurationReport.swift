/// The answer to a configuration that is in order.
public struct ConfigurationReport: Codable, Sendable, Equatable {
  /// How many there are.
  public var filters: Int
  /// How the kernels would be, or are, computed.
  public var plan: String
  /// Predicted time of a block on the audio thread, as a share of the time that it lasts.
  public var load: Double
  /// That of the busiest worker, as a share of the time that its work lasts; nil: there is none.
  public var workersLoad: Double?
  /// Keys whose change takes a restart of the daemon; empty where it can be taken over while it runs.
  public var restart: [String]
  /// Keys whose change takes another engine or other devices: sound fades out, pauses and comes in again.
  public var interrupts: [String]
  /// Why nothing is heard though the configuration has been taken over: a device that is missing, say.
  public var cause: String?

  public init(
    filters: Int, plan: String, load: Double, workersLoad: Double? = nil, restart: [String], interrupts: [String] = [],
    cause: String? = nil
  ) {
    self.filters = filters
    self.plan = plan
    (self.load, self.workersLoad) = (load, workersLoad)
    self.restart = restart
    self.interrupts = interrupts
    self.cause = cause
  }
}

/// A configuration that was sent.
public struct ConfigurationUpload: Sendable, Equatable {
  /// YAML.
  public var bytes: [UInt8]
  /// What relative paths in it start from; nil: the folder of the running configuration.
  public var folder: String?

  public init(bytes: [UInt8], folder: String? = nil) { (self.bytes, self.folder) = (bytes, folder) }
}
