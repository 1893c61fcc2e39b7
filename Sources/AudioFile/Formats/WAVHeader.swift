import CSndfile

/// What stands before the samples of a WAV or RF64 file, as far as a pipe needs it. libsndfile takes no WAV from pipes.
///
/// Source: Multimedia Programming Interface and Data Specifications 1.0 (1991); EBU Tech 3306 (RF64)
struct WAVHeader: Equatable {
  var encoding: SampleEncoding
  var channelCount: Int
  /// Hz.
  var sampleRate: Int
  /// nil where the writer could not know.
  var dataBytes: Int?
  var isRF64 = false

  var frameBytes: Int { channelCount * StoredEncoding(encoding).bytes }

  var properties: SoundProperties {
    SoundProperties(
      format: AudioFormat((isRF64 ? AudioContainer.rf64 : .wav).major | encoding.subtype), sampleRate: sampleRate,
      channelCount: channelCount, frameCount: dataBytes.map { $0 / frameBytes }, stored: StoredEncoding(encoding))
  }

  /// Whether a size is what programs write that cannot seek back: none, or about the largest, signed or not.
  static func isUnknown(_ size: Int) -> Bool {
    size == 0 || (0x7FFF_0000...0x8000_0000).contains(size) || (0xFFFF_0000...0xFFFF_FFFF).contains(size)
  }
}

/// WAVE_FORMAT_...
enum WAVFormatTag {
  static let pcm = 1
  static let float = 3
  static let extensible = 0xFFFE

  /// What follows the tag in an extensible header's GUID.
  static let guidTail: [UInt8] = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71]
}
