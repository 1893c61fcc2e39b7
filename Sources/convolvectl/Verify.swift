import ArgumentParser
import ControlAPI
import ControlCalling
import Numbers
import Terminal

struct Verify: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare a copy of what runs with np.convolve, sample by sample.",
    discussion:
      "A random signal goes through it in random portions, beside the sound. Exits with 65 if a sample differs that does not lie at a tie."
  )

  @Option(help: ArgumentHelp("Of sound, at most 600.", valueName: "seconds"), transform: decimalArgument)
  var seconds = 10.0

  @Option(help: ArgumentHelp("Of the signal, to have the same again.", valueName: "number"), transform: wholeArgument)
  var seed: Int?

  @Flag(help: "As the JSON document that the daemon sends.")
  var json = false

  @OptionGroup var target: Target

  /// Seconds that it may take on a machine with little time left.
  private static let timeout = 3600.0

  func run() async throws {
    let request = VerificationRequest(seconds: seconds, seed: seed)
    let (bytes, report) = try await target.call(timeout: Self.timeout) { client throws(ControlError) in
      let response = try await client.verify(request)
      let report: VerificationReport = try client.decoded(response)
      return (response.body, report)
    }
    print((json ? String(decoding: bytes, as: UTF8.self) : report.text).printable)
    guard report.passes else {
      let count = report.outputs.map { $0.differing.saturatingSubtract($0.atTies) }.saturatedSum
      let hint = report.precision == "float64" ? "" : ": `precision` is \(report.precision.brief)"
      throw Failure(.badData, "\(quantity(count, "sample")) \(count == 1 ? "differs, and does" : "differ that do") not lie at a tie\(hint)")
    }
  }
}

extension VerificationReport {
  fileprivate var text: String {
    let head = "\(frames) random frames, seed \(seed), \(capture.brief) to \(playback.brief), \(precision.brief)\nplan: \(plan.brief)"
    let rows =
      [["output", "differing", "at ties", "largest difference", "sums"]]
      + outputs.map { output in
        let steps = output.largestSteps == 0 ? "0" : decimal(output.largestSteps, places: output.largestSteps < 100 ? 1 : 0) + " steps"
        let level = output.largestDecibels.map { ", \(decimal($0, places: 1)) dBFS" } ?? ""
        let ties = output.ties.map { ", \(quantity($0, "tie"))" } ?? ""
        let sums = output.grid.map { "exact, grid 2^\($0)" } ?? "within 2^\(output.bound > 0 ? Int(output.bound.exponent) + 1 : 0)"
        let undecided = output.undecided == 0 ? "" : ", \(output.undecided) undecided"
        return ["\(output.output)", "\(output.differing) of \(frames)", "\(output.atTies)", steps + level, sums + ties + undecided]
      }
    return ([head] + aligned(rows)).joined(separator: "\n")
  }
}
