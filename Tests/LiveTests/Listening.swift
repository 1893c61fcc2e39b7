import Foundation
import TestSupport

/// What came out of a daemon whose filters change nothing, compared with what went in, frame by frame.
struct Listening {
  /// The left samples of S32_LE frames, played and heard.
  let played: [Int32]
  let heard: [Int32]
  /// Index in `heard` at which the first played frame is due.
  let due: Int
  private let firstSlot: Int
  var dueSlot: Int { due + firstSlot }
  var endSlot: Int { heard.count + firstSlot }

  /// - Parameters:
  ///   - latency: frames between capture and playback.
  ///   - factor: what the output's volume makes of a sample.
  init(_ recording: Rig.Recording, played: [Int32], latency: Int, factor: Double = 1) {
    self.played = factor == 1 ? played : played.map { Int32((Double($0) * factor).rounded(.toNearestOrEven)) }
    heard = recording.bytes.withUnsafeBytes { bytes in
      (0..<bytes.count / 8).map { Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * $0, as: Int32.self)) }
    }
    due = recording.playedAt + latency
    firstSlot = recording.firstSlot
  }

  /// The first frame that is not what was played `latency` frames before, or that less loud: another delay, another sound, a peak.
  /// A fade may round a sample away from zero by one.
  var firstWrong: Int? {
    heard.indices.first { n in
      let wanted = played.indices.contains(n - due) ? Int(played[n - due]) : 0
      let sample = Int(heard[n])
      return wanted >= 0 ? sample < 0 || sample > wanted : sample > 0 || sample < wanted
    }
  }

  /// What is near a frame, for people.
  func around(_ n: Int) -> String {
    let near = max(0, n - 3)..<min(heard.count, n + 5)
    let wanted = near.map { played.indices.contains($0 - due) ? "\(played[$0 - due])" : "-" }
    return "slot \(n + firstSlot), heard \(heard[near]), played \(wanted)"
  }

  /// Whether a frame is what was played, to the bit.
  func isWhole(atSlot slot: Int, frames: Int) -> Bool {
    let first = slot - firstSlot
    guard first >= due, first + frames <= min(heard.count, due + played.count) else { return false }
    return heard[first..<first + frames].elementsEqual(played[first - due..<first - due + frames])
  }

  /// Whether nothing is heard from a slot on.
  func isSilent(fromSlot slot: Int, frames: Int) -> Bool {
    let first = slot - firstSlot
    guard first >= 0, first + frames <= heard.count else { return false }
    return heard[first..<first + frames].allSatisfy { $0 == 0 }
  }

  /// From the first silence at or after a slot: its length until sound comes again; nil: there is none within `seconds`, or no sound
  /// after it.
  func silence(from slot: Int, seconds: Double = 1) -> Range<Int>? {
    let first = slot - firstSlot
    let last = min(first + Int(seconds * 48000), heard.count - Self.leastSilence)
    guard first >= 0, first < last else { return nil }
    guard let begin = (first..<last).first(where: { n in heard[n..<n + Self.leastSilence].allSatisfy { $0 == 0 } }) else { return nil }
    guard let end = heard[begin...].firstIndex(where: { $0 != 0 }) else { return nil }
    return begin + firstSlot..<end + firstSlot
  }

  /// Frames of zero in a row that are no part of the sound.
  private static let leastSilence = 16
}

/// Noise that says where it is, at most half of full scale: its left samples, and S32_LE frames of two channels.
func programme(frames: Int, seed: UInt64) -> (left: [Int32], bytes: Data) {
  var random = SeededGenerator(seed: seed)
  let left = (0..<frames).map { _ in Int32(truncatingIfNeeded: random.next()) >> 1 }
  var stereo = [Int32](repeating: 0, count: 2 * frames)
  for n in 0..<frames { (stereo[2 * n], stereo[2 * n + 1]) = (left[n], left[n]) }
  return (left, stereo.withUnsafeBytes { Data($0) })
}
