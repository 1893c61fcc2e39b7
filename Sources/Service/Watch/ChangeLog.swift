import Logging

/// What is said of changes: each at once, but of a kind no more than once a second, with the last one and how many there were. A client
/// may make them thousands of times a second.
package struct ChangeLog {
  package enum Kind: CaseIterable, Sendable {
    case mute, volume, dither, ceiling, bypass, fade, kernel, filters, preset, configuration
  }

  private var told: [Kind: ContinuousClock.Instant] = [:]
  /// What waits to be said, and how much of its kind there was before it.
  private var untold: [Kind: (text: String, before: Int)] = [:]

  static let interval = Duration.seconds(1)

  package init() {}

  /// Whether something waits to be said.
  package var isWaiting: Bool { !untold.isEmpty }

  /// Says it, or keeps it until the next `look`.
  package mutating func add(_ kind: Kind, _ text: String, _ logger: Logger) {
    untold[kind] = (text, untold[kind].map { $0.before + 1 } ?? 0)
    look(logger)
  }

  /// Says what has waited long enough; in the end all.
  package mutating func look(_ logger: Logger, isEnd: Bool = false, now: ContinuousClock.Instant = .now) {
    guard !untold.isEmpty else { return }
    for kind in Kind.allCases {
      guard let (text, before) = untold[kind], isEnd || told[kind].map({ now - $0 >= Self.interval }) ?? true else { continue }
      logger.info("\(text)\(before > 0 ? " (after \(before) more)" : "")")
      (told[kind], untold[kind]) = (now, nil)
    }
  }
}
