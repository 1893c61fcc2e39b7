import AudioFile
import Foundation
import TestSupport
import Testing

/// Files against Python's own bytes.
@Suite struct SoundBytesTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    try Reference.run("sound_files.py", ["make", folder.path, "40"])
  }

  @Test("Every kind of file is read to the bit, by path and from a pipe")
  func reading() throws {
    for encoding in SampleEncoding.allCases {
      for channels in 1...3 {
        let expected = try planes("\(encoding.rawValue)-\(channels).f64", channels)
        for kind in ["wav", "extensible", "rf64", "w64", "aiff"] {
          let path = folder.file("\(encoding.rawValue)-\(channels).\(kind)")
          let sound = try AudioSignal(path: path)
          #expect(sound.channels == expected && sound.sampleRate == 48_000 && sound.format.encoding == encoding, "\(path)")
          let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
          let piped = try withInput(bytes) { try $0.channels() }
          #expect(piped == expected, "\(path)")
        }
      }
    }
  }

  @Test("Every kind of file is written to the bit, by path and to a pipe")
  func writing() throws {
    for encoding in SampleEncoding.allCases {
      for channels in 1...3 {
        let sound = try planes("\(encoding.rawValue)-\(channels).input", channels)
        let name = "out-\(encoding.rawValue)-\(channels)"
        for container in [AudioContainer.wav, .rf64, .w64, .aiff] {
          try AudioWriter(container: container, encoding: encoding, sampleRate: 48_000)
            .write(sound, path: folder.file("\(name).\(container.rawValue)"))
        }
        for (suffix, frames) in [("known", 501), ("open", nil)] {
          let bytes = try piped { descriptor in
            let sink = try SoundSink(
              standardOutput: descriptor, encoding: encoding, channelCount: channels, sampleRate: 48_000, expectedFrames: frames)
            _ = try sink.write(sound)
            try sink.commit()
          }
          try Data(bytes).write(to: URL(fileURLWithPath: folder.file("\(name)-\(suffix).wav")))
        }
      }
    }
    try Reference.run("sound_files.py", ["check", folder.path])
  }

  /// The channels of interleaved float64.
  private func planes(_ name: String, _ channels: Int) throws -> [[Double]] {
    let interleaved = try Kernel(raw: folder.file(name), format: .f64).channels[0]
    return (0..<channels).map { channel in stride(from: channel, to: interleaved.count, by: channels).map { interleaved[$0] } }
  }
}
