import AudioFile
import Import
import TestSupport

/// Texts that somebody has broken.
enum Mutation {
  private static let parts = [
    "0", "-1", "9999999999999999999", "1e308", ".", ":", "{", "}", "\"", "\n", "/", ",", ";", "=", "+", "*", "\u{0}", "é", " ",
  ]

  /// Some bytes replaced, taken out, doubled or put in.
  static func mutated(_ bytes: [UInt8], using random: inout SeededGenerator) -> [UInt8] {
    var result = bytes
    for _ in 0..<Int.random(in: 1...4, using: &random) where result.count > 8 {
      let place = Int.random(in: 0..<result.count - 8, using: &random)
      let end = place + Int.random(in: 0...8, using: &random)
      switch Int.random(in: 0..<3, using: &random) {
      case 0: result.removeSubrange(place..<end)
      case 1: result.insert(contentsOf: Array(result[place..<end]), at: Int.random(in: 0..<result.count, using: &random))
      default: result.replaceSubrange(place..<end, with: parts.randomElement(using: &random)!.utf8)
      }
    }
    return result
  }

  static func read(_ path: String) {
    guard let configuration = try? ImportedConfiguration(path: path) else { return }
    _ = configuration.yaml(source: path, folder: nil, kernelFolder: "kernels")
  }
}
