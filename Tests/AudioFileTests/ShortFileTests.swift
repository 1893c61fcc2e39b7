import AudioFile
import Foundation
import TestSupport
import Testing

/// Files of few frames, down to none: headers that shrink, padding and counts show there.
@Suite struct ShortFileTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  /// Kinds of files with each format that they hold.
  private static let kinds: [(AudioContainer, SampleEncoding)] = AudioContainer.allCases.flatMap { container in
    SampleEncoding.allCases.filter { container != .flac || $0 == .s16 || $0 == .s24packed }.map { (container, $0) }
  }

  @Test("They come back whole from this reader, SoX and ffmpeg", arguments: kinds)
  func lengths(container: AudioContainer, encoding: SampleEncoding) throws {
    for channels in 1...3 {
      var (names, all): ([String], [Double]) = ([], [])
      for frames in 0...20 {
        // libsndfile writes the header of a FLAC with its first frame.
        if frames == 0 && container == .flac { continue }
        let sound = (0..<channels).map { channel in (0..<frames).map { Double(($0 * 7 + channel * 31 + frames) % 128 - 64) / 128 } }
        let path = folder.file("\(channels)-\(frames).\(container.rawValue)")
        try AudioWriter(container: container, encoding: encoding, sampleRate: 48_000).write(sound, path: path)
        let read = try AudioSignal(path: path)
        #expect(read.channels == sound && read.format.encoding == encoding, "\(path)")
        // SoX refuses an AIFF without sound.
        if frames > 0 { names.append(path) }
        for frame in 0..<frames { all += sound.map { $0[frame] } }
      }
      let joined = folder.file("sox-\(channels).f64")
      let sox = try run("/usr/bin/sox", names + ["-t", "f64", joined])
      // SoX scales floating point in a W64 to its peak.
      let isScaled = container == .w64 && encoding.bits == nil
      #expect(sox.status == 0 && samples(joined).count == all.count, "\(channels) channels: \(sox.error)")
      #expect(isScaled || samples(joined) == all, "\(channels) channels")
      let outputs = names.indices.flatMap { ["-map", "\($0)", "-f", "f64le", folder.file("\(channels)-\($0).f64")] }
      let ffmpeg = try run("/usr/bin/ffmpeg", ["-v", "error", "-nostdin"] + names.flatMap { ["-i", $0] } + outputs)
      let parts = names.indices.flatMap { samples(folder.file("\(channels)-\($0).f64")) }
      #expect(ffmpeg.status == 0 && parts == all, "\(channels) channels: \(ffmpeg.error)")
    }
  }

  private func samples(_ path: String) -> [Double] {
    (FileManager.default.contents(atPath: path) ?? Data()).withUnsafeBytes { Array($0.bindMemory(to: Double.self)) }
  }
}
