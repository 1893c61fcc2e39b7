import ConfigurationFile

/// Volume, ceiling and dither before a configuration and after it, as they were set.
struct OutputTurn: Sendable {
  let before: Configuration.OutputSettings
  let after: Configuration.OutputSettings

  var wasQuieter: Bool { before.volume < after.volume }
}
