import Foundation
import TestSupport
import Testing

@Suite("convolve find")
struct FindTests {
  private struct Expected: Decodable {
    /// Frame, channel, score, gain.
    var matches: [[Double]]
    var equal: [Int]
    var loudest: Int
  }

  private struct Document: Decodable {
    struct Match: Decodable {
      var startFrame: Int
      var startSeconds: Double?
      var channel: Int
      var score: Double?
      var gainDB: Double?
    }

    var recording: String
    var pattern: String
    var sampleRateHz: Int?
    var patternFrames: Int
    var method: String
    var threshold: Double?
    var matches: [Match]
  }

  private let folder: ScratchFolder
  private let expected: Expected
  private let recording: String
  private let pattern: String

  init() throws {
    folder = try ScratchFolder()
    try Reference.run("find_files.py", [folder.path, "60"])
    expected = try JSONDecoder().decode(Expected.self, from: Data(contents(folder.file("expected.json"))))
    (recording, pattern) = (folder.file("recording.wav"), folder.file("pattern.wav"))
  }

  @Test("Matches are those of the normalised cross-correlation by definition")
  func correlation() throws {
    let document = try find([recording, pattern, "--threshold", "0.5"])
    #expect(document.recording == recording && document.pattern == pattern && document.method == "correlation")
    #expect(document.sampleRateHz == 48_000 && document.patternFrames == 700 && document.threshold == 0.5)
    #expect(expected.matches.count == 6)
    try #require(document.matches.map { [$0.startFrame, $0.channel] } == expected.matches.map { [Int($0[0]), Int($0[1])] })
    for (match, wanted) in zip(document.matches, expected.matches) {
      #expect(abs(try #require(match.startSeconds) - wanted[0] / 48_000) < 1e-9)
      #expect(abs(try #require(match.score) - wanted[2]) < 1e-9, "\(match), \(wanted)")
      #expect(abs(try #require(match.gainDB) - 20 * log10(abs(wanted[3]))) < 1e-6, "\(match), \(wanted)")
    }
    // By the score's sign: the inverted ones.
    #expect(document.matches.filter { $0.score! < 0 }.map(\.startFrame) == [5_000, 39_300])
  }

  @Test("The table has a line for each match, with the time cut off after the millisecond")
  func table() throws {
    let lines = try lines([recording, pattern, "--threshold", "0.5"])
    #expect(lines[0] == ["time", "starts", "at", "frame", "channel", "score", "level"])
    #expect(lines.count == 1 + expected.matches.count)
    #expect(lines[1].prefix(3) == ["0:00:00.000", "0", "0"])
    #expect(lines.last!.prefix(3) == ["0:00:00.818", "39300", "1"])
    for (line, wanted) in zip(lines.dropFirst(), expected.matches) {
      #expect(abs(Double(line[3])! - wanted[2]) <= 0.00051 && abs(Double(line[4])! - 20 * log10(abs(wanted[3]))) <= 0.051)
    }
  }

  @Test("The frame is the index in np.convolve(recording, pattern[::-1], \"valid\"), and --limit leaves the best matches")
  func limit() throws {
    let one = folder.file("one.wav")
    #expect(try find([one, pattern, "--limit", "1"]).matches.map(\.startFrame) == [expected.loudest])
    let ranked = expected.matches.sorted { abs($0[2]) > abs($1[2]) }
    let best = ranked.prefix(3).map { Int($0[0]) }.sorted()
    #expect(try find([recording, pattern, "--threshold", "0.5", "--limit", "3"]).matches.map(\.startFrame) == best)
  }

  @Test("Standard input may be either of the two")
  func standardInput() throws {
    let file = try convolve(["find", recording, pattern])
    let program = Location.program("convolve")
    for line in ["'\(program)' find - '\(pattern)' < '\(recording)'", "cat '\(pattern)' | '\(program)' find '\(recording)' -"] {
      let piped = try run("/bin/sh", ["-c", line])
      #expect(piped.status == 0 && piped.output == file.output && !file.output.isEmpty, "\(piped.error)")
    }
  }

  @Test("Whole numbers are found where they are equal, overlapping places too")
  func integers() throws {
    let bits = folder.file("bits.npy")
    for arguments in [[], ["--equal"]] {
      let document = try find([bits, "taps:1,0,1"] + arguments)
      #expect(document.method == "equality" && document.threshold == nil && document.sampleRateHz == nil)
      #expect(document.matches.map(\.startFrame) == expected.equal && expected.equal.count > 10)
      #expect(document.matches.allSatisfy { $0.score == nil && $0.gainDB == nil && $0.startSeconds == nil && $0.channel == 0 })
    }
    #expect(try find([bits, "taps:1,0,1", "--limit", "2"]).matches.map(\.startFrame) == Array(expected.equal.prefix(2)))
    #expect(try lines([bits, "taps:1,0,1"]).dropFirst().map { Int($0[0]) } == expected.equal)
    let scored = try find([bits, "taps:1,0,1", "--threshold", "0.3"])
    #expect(scored.method == "correlation" && scored.threshold == 0.3 && scored.matches.allSatisfy { abs($0.score ?? 0) >= 0.3 })
    #expect(!scored.matches.isEmpty)
    let none = try convolve(["find", bits, "taps:7,7"])
    #expect(none.error.contains("bits.npy: it does not equal taps:7,7 anywhere: --threshold 0.8 finds what is alike"), "\(none)")
    // Not all are whole numbers: scores.
    #expect(try find([bits, "taps:1,0.5"]).method == "correlation")
  }

  @Test("--equal compares samples")
  func equal() throws {
    let cut = folder.file("cut.wav")
    let script = """
      import sys, wave
      with wave.open(sys.argv[1]) as a, wave.open(sys.argv[2], 'wb') as b:
          b.setparams(a.getparams()), a.setpos(12_345), b.writeframes(a.readframes(50))
      """
    #expect(try run(Location.python, ["-c", script, recording, cut]).status == 0)
    let document = try find([recording, cut, "--equal"])
    #expect(document.matches.map { [$0.startFrame, $0.channel] } == [[12_345, 0], [12_345, 1]])
    #expect(try find([recording, pattern, "--equal"]).matches.isEmpty)
  }

  @Test("Nothing found is no error: the document is empty, a line on standard error tells the best")
  func nothing() throws {
    let none = try convolve(["find", recording, pattern, "--threshold", "1"])
    #expect(none.status == 0 && none.output.isEmpty, "\(none.output)")
    #expect(none.error.contains("with a score of 1.0 or more: the best is -0.9") && none.error.contains("at frame 5000 (0:00:00.104)"))
    let json = try convolve(["find", recording, pattern, "--threshold", "1", "--json"])
    #expect(json.status == 0 && json.error.isEmpty && json.output.contains("\"matches\": []"))
  }

  private func find(_ arguments: [String]) throws -> Document {
    let completed = try convolve(["find"] + arguments + ["--json"])
    try #require(completed.status == 0 && completed.error.isEmpty, "\(completed.error)")
    return try JSONDecoder().decode(Document.self, from: Data(completed.output.utf8))
  }

  /// The words of each line.
  private func lines(_ arguments: [String]) throws -> [[String]] {
    let completed = try convolve(["find"] + arguments)
    try #require(completed.status == 0 && completed.error.isEmpty, "\(completed.error)")
    return completed.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
  }
}
