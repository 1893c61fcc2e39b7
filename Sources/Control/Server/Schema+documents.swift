import ControlAPI

extension Schema {
  /// What the documents of `ControlAPI` look like in JSON, by the names that the description gives them. Tests compare both.
  static let documents: [(name: String, schema: Schema)] = [
    ("ConfigurationReport", configurationReport),
    ("Device", device),
    ("Exact", exact),
    ("Exactness", exactness),
    ("Filter", filter),
    ("FilterList", filterList),
    ("FilterResponse", filterResponse),
    ("Guards", guards),
    ("KernelReport", kernelReport),
    ("Latency", latency),
    ("Levels", levels),
    ("Load", load),
    ("Output", output),
    ("OutputLatency", outputLatency),
    ("OutputVerification", outputVerification),
    ("Preset", preset),
    ("PresetList", presetList),
    ("PresetReport", presetReport),
    ("PresetUse", presetUse),
    ("Problem", problem),
    ("RealTime", realTime),
    ("Status", status),
    ("Trace", trace),
    ("VerificationReport", verificationReport),
    ("Xruns", xruns),
  ]

  private static let configurationReport: Schema = .object([
    .member("filters", .integer), .member("plan", .string),
    .member("load", .number, "Predicted share of its time that a block takes."),
    .optional("workersLoad", .number, "That of the busiest worker."),
    .member("restart", .list(.string), "Keys whose change takes a restart."),
    .member("interrupts", .list(.string), "Keys whose change makes the sound pause."),
    .optional("cause", .string, "Why nothing is heard though it has been taken over."),
  ])

  private static let device: Schema = .object([
    .member("name", .string), .member("format", .string), .member("rate", .integer), .member("channels", .integer),
    .member("periodFrames", .integer), .member("bufferFrames", .integer),
  ])

  private static let exact: Schema = .object([
    .optional("signalBits", .integer, "The most bits of a signal whose output is exact."),
    .member("always", .boolean, "Whether the capture format holds no more."),
    .optional("grid", .integer, "Sums are multiples of 2^grid."), .optional("cause", .string, "Why it is exact for no signal."),
    .optional("bound", .number, "Of the errors of other signals; full scale is 1."),
    .optional("steps", .integer, "Of the playback format, by which other signals differ at most."),
  ])

  private static let exactness: Schema = .object([.member("exact", .boolean), .optional("grid", .integer), .optional("cause", .string)])

  private static let filter: Schema = .object([
    .member("name", .string), .member("from", .integer), .member("to", .integer), .member("kernel", .string), .member("layout", .string),
    .member("taps", .integer), .member("gain", .number, "dB"), .member("delay", .integer, "Frames"),
    .optional("equaliser", .string, "Filter lines of which the kernel is made."), .member("bypass", .texts(["impulse", "mute"])),
  ])

  private static let filterList: Schema = .object([.member("filters", .list(.named("Filter")))])

  private static let guards: Schema = .object(Counter.guards.map { Member.member($0.rawValue, .integer, $0.row.help) })

  private static let kernelReport: Schema = .object([
    .member("filter", .string), .member("taps", .integer), .member("layout", .string), .member("method", .string),
    .optional("blocks", .integer, "From the request to the end of the fade."),
    .optional("load", .number, "Of a check: the share of the deadline that all filters would take, predicted."),
    .optional("worstCase", .number, "Of a check: dB by which the filter's output would amplify some signal."),
  ])

  private static let latency: Schema = .object([
    .member("blockFrames", .integer), .optional("queueFrames", .integer), .optional("resamplerFrames", .integer),
    .optional("measuredFrames", .integer), .optional("leadFrames", .integer), .member("outputs", .list(.named("OutputLatency"))),
  ])

  private static let levels: Schema = .object([
    .member("inputs", .list(.nullable(.number)), "dBFS"), .member("outputs", .list(.nullable(.number)), "dBFS"),
  ])

  private static let load: Schema = .object([
    .member("mean", .number), .member("p99", .number), .member("max", .number), .member("missed", .integer), .member("late", .integer),
    .member("predicted", .number), .optional("predictedWorkers", .number, "That of the busiest worker."),
    .member("histogram", .object([.member("bounds", .list(.number)), .member("blocks", .list(.integer))])),
  ])

  private static let output: Schema = .object([
    .member("mute", .boolean), .member("bypass", .boolean), .member("volume", .number, "dB"),
    .member("dither", .texts(Status.Dither.allCases.map(\.rawValue))), .optional("ceiling", .number, "dB of full scale"),
  ])

  private static let outputLatency: Schema = .object([
    .optional("kernelFrames", .integer), .optional("unalignedFrames", .integer, "What kernelFrames was before `align: peaks`."),
    .optional("promisedFrames", .integer), .optional("promisedMilliseconds", .number),
    .optional("measuredFrames", .integer), .optional("measuredMilliseconds", .number),
  ])

  private static let outputVerification: Schema = .object([
    .member("output", .integer), .member("differing", .integer), .member("atTies", .integer), .member("largestDifference", .number),
    .optional("largestDecibels", .number), .member("largestSteps", .number), .optional("ties", .integer),
    .member("undecided", .integer), .member("bound", .number), .optional("grid", .integer),
  ])

  private static let problem: Schema = .object([
    .member("type", .string), .member("title", .string), .member("status", .integer),
    .member("detail", .string, "The text that the commands print."),
    .optional(
      "faults", .list(.object([.member("line", .integer), .member("message", .string)])), "All that is wrong with a configuration."),
  ])

  private static let realTime: Schema = .object([
    .member("policy", .string), .member("priority", .integer), .member("lockedBytes", .integer), .member("neededBytes", .integer),
    .member("denormalsFlushed", .boolean), .optional("governor", .string),
    .member(
      "limits",
      .object([.optional("priority", .integer), .optional("lockedBytes", .integer), .optional("microseconds", .integer)])),
    .member("warnings", .list(.string)),
  ])

  private static let status: Schema = .object([
    .member("state", .texts(Status.State.allCases.map(\.rawValue))), .optional("cause", .string), .member("rate", .integer, "Hz"),
    .member("block", .integer), .member("precision", .string),
    .member("devices", .object([.optional("capture", .named("Device")), .optional("playback", .named("Device"))])),
    .member("latency", .named("Latency")),
    .member("resampler", .object([.member("state", .texts(["off", "settling", "settled"])), .optional("ppm", .number)])),
    .member("load", .named("Load")), .member("xruns", .named("Xruns")), .member("changes", .integer), .member("clipped", .integer),
    .member("levels", .named("Levels")), .member("realtime", .named("RealTime")), .member("filters", .list(.named("Filter"))),
    .member("plan", .string), .member("output", .named("Output")), .member("guards", .named("Guards")),
    .member("worstCase", .list(.nullable(.number)), "dB"), .optional("rollback", .string), .member("exact", .list(.named("Exact"))),
    .member("exactness", .list(.named("Exactness"))), .optional("preset", .string, "The one in force, unchanged."),
    .optional("presets", .list(.named("Preset"))), .member("differsFromFile", .boolean), .member("version", .string),
  ])

  private static let verificationReport: Schema = .object([
    .member("seed", .integer), .member("frames", .integer), .member("capture", .string), .member("playback", .string),
    .member("precision", .string), .member("plan", .string), .member("clipped", .integer),
    .member("outputs", .list(.named("OutputVerification"))),
  ])

  private static let xruns: Schema = .object([
    .member("capture", .integer), .member("playback", .integer), .member("causes", .map(.integer)),
    .member(
      "last",
      .list(.object([.member("time", .string), .member("direction", .string), .member("cause", .string), .member("text", .string)]))),
  ])
}
