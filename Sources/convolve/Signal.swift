import AudioFile
import NPY
import Numbers
import NumPy

/// The first operand: the channels of a sound, or an array, which is one channel.
struct Signal {
  /// The frames of the sound, or the array's values.
  let source: any FrameSource
  let channelCount: Int
  /// Hz; nil for an array.
  let sampleRate: Int?
  /// The output's default encoding; nil if the input's cannot be written.
  let encoding: SampleEncoding?
  let encodingName: String
  let name: String
  let layout: String
  /// What the sound's file says besides.
  var metadata = SoundMetadata()
  /// Whether it has no header, and is taken as it comes.
  var isRaw = false

  init(_ contents: InputContents) throws(AudioFileError) {
    switch contents {
    case .array(let named):
      let array = named.array
      name = named.name
      if array.shape.count > 1 { throw AudioFileError(.badData, "\(name): object too deep for desired array: it is \(array.layout)") }
      let values = try array.values(name: name)
      if values.isEmpty { throw .noSamples(name) }
      source = HeldFrames([values])
      (channelCount, sampleRate) = (1, nil)
      encoding = array.elementType == .float32 || array.elementType == .float16 ? .float : .double
      (encodingName, layout) = (array.elementType.rawValue, array.layout)
    case .sound(let source):
      self.source = source
      (name, channelCount, sampleRate) = (source.name, source.channelCount, source.sampleRate)
      (encoding, encodingName, layout) = (source.format.encoding, source.format.encodingName, source.layout)
      metadata = source.metadata
    }
  }
}

extension Signal {
  /// Standard input without a header.
  init(_ format: RawSoundFormat) throws(AudioFileError) {
    let raw = try RawSource(format)
    (source, channelCount, sampleRate) = (raw, format.channelCount, format.sampleRate)
    encoding = [.s16: .s16, .s24packed: .s24packed, .s24in32: .s24packed, .s32: .s32, .f32: .float, .f64: .double][format.sample]
    (encodingName, name, layout, isRaw) = (format.sample.rawValue, raw.name, format.layout, true)
  }

  /// An array that is read as needed.
  init(_ array: ArraySource) {
    (source, channelCount, sampleRate) = (array, 1, nil)
    (encoding, encodingName, name) = (.double, ElementType.float64.rawValue, array.name)
    layout = "NumPy, float64, \(quantity(array.count, "value"))"
  }
}

extension AudioFileError {
  static func noSamples(_ name: String) -> AudioFileError {
    AudioFileError(.badData, "\(name): it holds no samples: a cannot be empty")
  }
}
