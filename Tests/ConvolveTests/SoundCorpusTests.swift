import Foundation
import NumPy
import TestSupport
import Testing

@Suite("Sound files of every format, of many kinds, by short and long kernels")
struct SoundCorpusTests {
  @Test("They hold np.convolve's float64, rounded half to even and clipped", arguments: Profile.reproducible)
  func sample(profile: Profile) throws {
    // Every third case, each by one profile.
    var portion = Portion(seed: 50, formats: Self.formats, taps: [64, 1_024, 16_384], frames: 20_000)
    portion.choose(profile, of: 3)
    // Those in double are summed directly, and tell no share.
    #expect(try compare(portion, profile) > 0)
    portion = Portion(seed: 51, formats: ["s16", "s24"], taps: [131_072], frames: 9_000)
    portion.choose(profile, of: 3)
    #expect(try compare(portion, profile) > 0)
  }

  @Test(
    "So do long ones: a million frames, or fewer by 131,072 taps", .enabled(if: Soak.cases > 0, "set CONVOLVED_SOAK"),
    arguments: Profile.reproducible)
  func soak(profile: Profile) throws {
    var outputs = 0
    for (number, taps) in [64, 1_024, 16_384, 131_072].enumerated() {
      // np.convolve takes a product a frame and tap: this keeps it to seconds.
      let frames = min(1_000_000, 40_000_000_000 / taps)
      for (index, format) in (taps > 16_384 ? ["s16", "s24"] : Self.formats).enumerated() {
        var portion = Portion(seed: 1_000 + 10 * number + index, formats: [format], taps: [taps], frames: frames)
        portion.choose(profile, of: 1)
        outputs += try compare(portion, profile)
      }
    }
    #expect(outputs > 0)
  }

  private static let formats = ["s16", "s24", "s32", "float", "double"]

  /// Returns the outputs of which `--verbose` told how many were summed again.
  private func compare(_ portion: Portion, _ profile: Profile) throws -> Int {
    let folder = try ScratchFolder()
    try Reference.run("sound_corpus.py", ["make", folder.path] + portion.arguments)
    var (repaired, outputs) = (0, 0)
    for line in try String(contentsOfFile: folder.file("cases.txt"), encoding: .utf8).split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      let files = [folder.file(words[0]), folder.file(words[1]), "-o", folder.file(words[4])]
      let completed = try convolve(files + ["--mode", words[2], "--method", words[3], "--profile", profile.rawValue, "--verbose"])
      #expect(completed.status == 0, "seed \(portion.seed), \(line): \(completed.error)")
      for match in completed.error.matches(of: /(\d+) of (\d+) outputs summed again/) {
        repaired += Int(match.1)!
        outputs += Int(match.2)!
      }
    }
    print("\(profile): seed \(portion.seed), \(portion.formats), \(portion.taps) taps: \(repaired) of \(outputs) outputs summed again")
    try Reference.run("sound_corpus.py", ["check", folder.path], coreType: profile.coreType)
    return outputs
  }
}

/// Some of the cases of Tests/Reference/sound_corpus.py.
private struct Portion {
  var seed: Int
  var formats: [String]
  var taps: [Int]
  var frames: Int
  var share = 0
  var of = 1

  /// Of every `count` cases for each profile that the machine can give, one; seeds take turns at which profile gets which case.
  mutating func choose(_ profile: Profile, of count: Int) {
    let profiles = Profile.reproducible
    of = count * profiles.count
    share = (profiles.firstIndex(of: profile)! * count + seed) % of
  }

  var arguments: [String] {
    let lists = [formats.joined(separator: ","), taps.map(String.init).joined(separator: ",")]
    return [String(seed)] + lists + [frames, share, of].map(String.init)
  }
}
