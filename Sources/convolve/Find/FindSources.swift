import NPY
import AudioFile
import NumPy

/// A sound, read once in memory that does not grow with its length, or an array, which counts as one channel.
struct FindRecording {
  private enum Contents {
    case sound(SoundSource)
    case array(NumPyArray)
  }

  private let contents: Contents
  let name: String

  /// - Parameter path: a sound file, `.npy`, or `-` for standard input.
  init(path: String) throws(AudioFileError) {
    if path != "-", try NumPyArray.isFile(path) {
      let array = try NumPyArray(path: path)
      if array.shape.count > 1 { throw AudioFileError(.badData, "\(path): object too deep for desired array: it is \(array.layout)") }
      (contents, name) = (.array(array), path)
    } else {
      let source = try SoundSource(path: path)
      (contents, name) = (.sound(source), source.name)
    }
  }

  /// Hz; nil for an array.
  var sampleRate: Int? {
    switch contents {
    case .sound(let source): source.sampleRate
    case .array: nil
    }
  }

  var channelCount: Int {
    switch contents {
    case .sound(let source): source.channelCount
    case .array: 1
    }
  }

  /// The values of an array of whole numbers by its type; nil for any other.
  var integers: [Int128]? {
    switch contents {
    case .sound: nil
    case .array(let array): array.elements.integers
    }
  }

  /// Calls `body` with the samples of each channel in turn, block by block.
  ///
  /// - Throws: the sound is truncated or damaged, the array is complex, or `body` throws.
  func forEachBlock(_ body: (_ channel: Int, _ samples: ArraySlice<Double>) throws(AudioFileError) -> Void) throws(AudioFileError) {
    switch contents {
    case .array(let array):
      try body(0, array.values(name: name)[...])
    case .sound(let source):
      let blockFrames = 16_384
      let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: blockFrames * source.frameBytes, alignment: 16)
      defer { bytes.deallocate() }
      var samples = [Double](repeating: 0, count: blockFrames)
      while case let frames = try source.read(into: bytes), frames > 0 {
        for channel in 0..<source.channelCount {
          source.stored.decode(bytes.baseAddress!, channel: channel, of: source.channelCount, frames: frames, into: &samples)
          try body(channel, samples[..<frames])
        }
      }
    }
  }
}

/// What is looked for.
struct FindPattern {
  var channels: [[Double]]
  /// Hz; nil where it does not say.
  var sampleRate: Int?
  var name: String
  /// The values if they are whole numbers by the array's type or as they were written; nil for sound.
  var integers: [Int128]?

  init(_ text: String) throws(AudioFileError) {
    let kernel = try Kernel.isSpecification(text) ? Kernel(specification: text) : Kernel(path: text)
    (channels, sampleRate, name) = (kernel.channels, kernel.sampleRate, kernel.name)
    if let whole = kernel.integers {
      integers = whole.map { Int128($0) }
    } else if !Kernel.isSpecification(text), text != "-", try NumPyArray.isFile(text) {
      integers = try NumPyArray(path: text).elements.integers
    } else if sampleRate == nil {
      // Text says no type: whole numbers that float64 holds exactly are taken for such.
      integers = channels[0].allSatisfy { $0 == $0.rounded() && abs($0) <= 0x1p53 } ? channels[0].map { Int128($0) } : nil
    }
  }
}

extension NumPyArray.Elements {
  /// nil unless they are integers or bool by their type.
  fileprivate var integers: [Int128]? {
    switch self {
    case .bool(let values): values.map { $0 ? 1 : 0 }
    case .int8(let values): values.map { Int128($0) }
    case .int16(let values): values.map { Int128($0) }
    case .int32(let values): values.map { Int128($0) }
    case .int64(let values): values.map { Int128($0) }
    case .uint8(let values): values.map { Int128($0) }
    case .uint16(let values): values.map { Int128($0) }
    case .uint32(let values): values.map { Int128($0) }
    case .uint64(let values): values.map { Int128($0) }
    case .float16, .float32, .float64, .complex64, .complex128: nil
    }
  }
}
