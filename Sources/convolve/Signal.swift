import NPY
import AudioFile
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

  init(path: String) throws(AudioFileError) {
    if path != "-", try NumPyArray.isFile(path) {
      let array = try NumPyArray(path: path)
      if array.shape.count > 1 { throw AudioFileError(.badData, "\(path): object too deep for desired array: it is \(array.layout)") }
      let values = try array.values(name: path)
      if values.isEmpty { throw .noSamples(path) }
      source = HeldFrames([values])
      (channelCount, sampleRate, name) = (1, nil, path)
      encoding = array.elementType == .float32 || array.elementType == .float16 ? .float : .double
      (encodingName, layout) = (array.elementType.rawValue, array.layout)
    } else {
      let source = try SoundSource(path: path)
      self.source = source
      (channelCount, sampleRate, name) = (source.channelCount, source.sampleRate, source.name)
      (encoding, encodingName, layout) = (source.format.encoding, source.format.encodingName, source.layout)
    }
  }
}

extension Signal {
  /// An array that is read as needed.
  init(_ array: ArraySource) {
    (source, channelCount, sampleRate) = (array, 1, nil)
    (encoding, encodingName, name) = (.double, ElementType.float64.rawValue, array.name)
    layout = "NumPy, float64, \(array.count) values"
  }
}

extension AudioFileError {
  static func noSamples(_ name: String) -> AudioFileError {
    AudioFileError(.badData, "\(name): it holds no samples: a cannot be empty")
  }
}
