import AudioFile
import NumPy

/// What is filtered: the channels of a sound file, or an array, which counts as one.
struct Signal {
  var channels: [[Double]]
  /// Hz; nil for an array.
  var sampleRate: Int?
  /// How the output holds its samples unless told otherwise; nil if we do not write such.
  var encoding: SampleEncoding?
  var encodingName: String
  var name: String
  var layout: String

  init(path: String) throws(AudioFileError) {
    name = path
    if path != "-", try NumPyArray.isFile(path) {
      let array = try NumPyArray(path: path)
      if array.shape.count > 1 { throw AudioFileError(.badData, "\(path): object too deep for desired array: it is \(array.layout)") }
      channels = [try array.values(name: path)]
      encoding = array.elementType == .float32 || array.elementType == .float16 ? .float : .double
      (encodingName, layout) = (array.elementType.rawValue, array.layout)
    } else {
      let sound = try AudioSignal(path: path)
      (channels, sampleRate, encoding) = (sound.channels, sound.sampleRate, sound.format.encoding)
      (encodingName, layout) = (sound.format.encodingName, sound.layout)
    }
    if channels[0].isEmpty { throw AudioFileError(.badData, "\(path): it holds no samples: a cannot be empty") }
  }
}
