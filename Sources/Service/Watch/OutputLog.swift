import Logging

/// What is said of the output's settings: each at once, but no more than once a second, with its last value. A client may set them
/// thousands of times a second.
struct OutputLog {
  enum Setting: CaseIterable {
    case mute, volume, dither, ceiling
  }

  private var told: [Setting: ContinuousClock.Instant] = [:]
  /// What waits to be said.
  private var untold: [Setting: String] = [:]

  static let interval = Duration.seconds(1)

  /// Whether something waits to be said.
  var isWaiting: Bool { !untold.isEmpty }

  /// Says it, or keeps it until the next `look`.
  mutating func add(_ setting: Setting, _ text: String, _ logger: Logger) {
    untold[setting] = text
    look(logger)
  }

  /// Says what has waited long enough; in the end all.
  mutating func look(_ logger: Logger, isEnd: Bool = false) {
    guard !untold.isEmpty else { return }
    let now = ContinuousClock.now
    for setting in Setting.allCases {
      guard let text = untold[setting], isEnd || told[setting].map({ now - $0 >= Self.interval }) ?? true else { continue }
      logger.info("\(text)")
      (told[setting], untold[setting]) = (now, nil)
    }
  }
}
