import ArgumentParser
import ControlAPI
import ControlCalling
import Numbers
import Terminal

struct ShowResponse: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "response", abstract: "Show how a filter responds, gain and delay in force: level, phase and group delay in octaves.",
    discussion: "Phases leave out the delay of the main peak; group delays are those of the whole filter.")

  @Argument(help: ArgumentHelp("A filter's name.", valueName: "filter"))
  var filter: String

  @Flag(help: "As the JSON document that the daemon sends, with impulse and step.")
  var json = false

  @OptionGroup var target: Target

  func run() async throws {
    // So many that one is within a hundredth of an octave of each frequency that is shown.
    let request = ResponseRequest(.filter(filter), points: json ? 512 : 2_048)
    let (bytes, response) = try await target.call { client throws(ControlError) in
      let answer = try await client.response(request)
      return (answer.body, try client.decoded(answer, as: FilterResponse.self))
    }
    let text = json ? String(decoding: bytes, as: UTF8.self) : response.text
    print(text.printable, terminator: text.hasSuffix("\n") ? "" : "\n")
  }
}

extension FilterResponse {
  fileprivate var text: String {
    let peak = peakFrames.map { "main peak after \(quantity($0, "frame")) (\(milliseconds(Double($0))))" } ?? "silent"
    let rows =
      [["Hz", "gain", "phase", "group delay"]]
      + stride(from: 0, through: 15, by: 1).compactMap { octave -> [String]? in
        let wanted = Double(sign: .plus, exponent: octave - 6, significand: 1_000)
        guard wanted <= Double(rate) / 2, let index = frequencies.firstIndex(where: { $0 >= wanted }),
          [magnitudes.count, phases.count, groupDelays.count].allSatisfy({ $0 > index })
        else { return nil }
        return [
          decimal(wanted, places: wanted < 100 ? 2 : 0), magnitudes[index].map { decimal($0, places: 1) + " dB" } ?? "silent",
          phases[index].map { decimal($0, places: 0) + "°" } ?? "", groupDelays[index].map(milliseconds) ?? "",
        ]
      }
    let length = quantity(taps, "tap")
    return (["\(filters.joined(separator: ", ")): \(length) at \(rate) Hz, \(peak)".brief] + aligned(rows)).joined(separator: "\n")
  }

  private func milliseconds(_ frames: Double) -> String { rate > 0 ? "\(decimal(frames * 1_000 / Double(rate), places: 2)) ms" : "" }
}
