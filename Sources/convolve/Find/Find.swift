import Analysis
import ArgumentParser
import AudioFile
import Platform
import Terminal
import WordKernels

/// The command `find`: finds a pattern in a recording by a matched filter.
struct Find: FileCommand {
  static let configuration = CommandConfiguration(
    commandName: "find", _superCommandName: Convolve.name,
    abstract: "Find where a pattern occurs in a recording: a matched filter.",
    discussion: """
      Each match is printed with the frame at which the pattern's first sample lies, counted from 0 at the recording's first: \
      the index that it has in np.convolve(recording, pattern[::-1], "valid"). The score is the normalised cross-correlation, 1 for \
      the pattern itself at any level and -1 for its inverse; the level is that of the pattern in the recording, by its own. \
      Of matches that overlap the best one counts.

      An array of integers is compared with a pattern of whole numbers instead: printed is where the one equals the other. With \
      --threshold it has scores too.
      """,
    version: version)

  static let words = OptionWords(flags: ["--equal", "--json"], values: ["--threshold", "--limit"])

  @Argument(help: "A sound file, .npy array, or - for WAV on standard input.", completion: .file())
  var recording: String

  @Argument(
    help: "A sound file, .npy array, text of a number a line (.txt, .csv), or taps:0,1,1: of one channel, or as many as RECORDING.",
    completion: .file())
  var pattern: String

  @Option(
    help: "The least score of a match, above 0 and up to 1; the sign is disregarded. Default: \(Self.usualThreshold).",
    transform: decimalArgument)
  var threshold: Double?

  @Flag(help: "Print where the samples equal the pattern instead.")
  var equal = false

  @Option(help: "The most matches to print: the best ones, or with --equal the first.")
  var limit: Int?

  @Flag(help: "Print a JSON document (docs/inspect.md).")
  var json = false

  private static let usualThreshold = 0.8

  func validate() throws {
    if equal && threshold != nil { throw ValidationError("--equal and --threshold exclude each other: what is equal has no score") }
    if let threshold, !(threshold > 0 && threshold <= 1) {
      throw ValidationError("--threshold is \(threshold), and must be above 0 and up to 1")
    }
    if let limit, limit < 1 { throw ValidationError("--limit is \(limit), and must be 1 or more") }
    try checkStandardInput([recording] + ((try? KernelName(pattern))?.files ?? []))
  }

  func run() throws {
    let messages = Messages()
    var result = try FindOperands.open(recording: recording, pattern: pattern) { operands throws(Failure) in
      if threshold == nil, let result = try operands.integerEqualities() { return result }
      return try equal ? operands.equalities(messages) : operands.correlations(threshold: threshold ?? Self.usualThreshold, messages)
    }
    messages.progress.hide()
    if let limit { result.keepBest(limit) }
    print(json ? result.json.text : result.text, terminator: json || !result.text.isEmpty ? "\n" : "")
    if result.matches.isEmpty && !json { messages.warn(result.nothingFound) }
  }
}
