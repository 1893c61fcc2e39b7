import ControlAPI

// Schemas of presets and responses.
extension Schema {
  static let filterResponse: Schema = .object([
    .member("rate", .integer, "Hz"), .member("filters", .list(.string), "Those that are added up."),
    .member("taps", .integer, "Frames from the first tap to the last."), .member("delayFrames", .integer, "Before the first tap."),
    .optional("peakFrames", .integer, "Until the largest tap, the delay included."), .optional("peak", .number, "Its value."),
    .member("frequencies", .list(.number), "Hz"), .member("magnitudes", .list(.nullable(.number)), "dB"),
    .member("phases", .list(.nullable(.number)), "Degrees, without the delay of the peak."),
    .member("groupDelays", .list(.nullable(.number)), "Frames, the delay included."),
    .member("impulse", .named("Trace")), .member("stepResponse", .named("Trace")),
  ])

  static let trace: Schema = .object([
    .member("start", .integer, "The frame of the first point."), .member("step", .integer, "Frames of a point."),
    .member("minima", .list(.number)), .member("maxima", .list(.number)),
  ])

  static let preset: Schema = .object([.member("name", .string), .member("saved", .string, "ISO 8601, UTC")])

  private static let presetLevel: [Member] = [
    .optional("level", .number, "dB, of K-weighted pink noise."), .optional("peakFrames", .integer, "Until the main peak."),
  ]

  static let presetReport: Schema = .object(
    [
      .member("name", .string), .member("saved", .string, "ISO 8601, UTC"), .member("active", .boolean), .member("rate", .integer, "Hz"),
      .member("filters", .integer, "How many."), .member("bytes", .integer, "Of memory."),
    ] + presetLevel + [
      .member("outputs", .list(.object(presetLevel))), .optional("refusal", .string, "Why it cannot be activated now."),
    ])

  static let presetList: Schema = .object([
    .member("presets", .list(.named("PresetReport"))), .member("most", .integer, "How many there can be."),
    .member("bytes", .integer, "Of memory."), .member("mostBytes", .integer),
  ])

  static let presetUse: Schema = .object([
    .member("preset", .string), .member("trim", .number, "dB, by which gains are less than the preset's."),
    .member("delayFrames", .integer, "By which its main peaks are later."), .member("filters", .list(.named("Filter"))),
  ])
}
