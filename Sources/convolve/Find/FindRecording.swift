import NPY
import AudioFile
import Platform

/// A sound, read once in constant memory, or an array, which is one channel.
struct FindRecording {
  private enum Contents {
    case sound(SoundSource)
    case array(NumPyArray)
  }

  private let contents: Contents
  let name: String

  init(_ file: InputFile) throws(AudioFileError) {
    switch try InputContents(file) {
    case .array(let named):
      let array = named.array
      name = named.name
      if array.shape.count > 1 { throw AudioFileError(.badData, "\(name): object too deep for desired array: it is \(array.layout)") }
      // Integers are compared as 128 bits.
      if array.elementType.kind != .float { try AudioFileError.checkMemory(saturatedProduct(array.elements.count, 32), for: name) }
      contents = .array(array)
    case .sound(let source): (contents, name) = (.sound(source), source.name)
    }
  }

  /// Of a channel; nil if unknown.
  var frameCount: Int? {
    switch contents {
    case .sound(let source): source.frameCount
    case .array(let array): array.elements.count
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

  /// The values of an array of integers or bool; nil for other recordings.
  var integers: [Int128]? {
    switch contents {
    case .sound: nil
    case .array(let array): array.elements.integers
    }
  }

  /// Calls `body` with each block of each channel, all channels of a block in turn.
  ///
  /// - Throws: the sound is truncated or damaged, the array is complex, or `body` throws.
  func forEachBlock(_ body: (_ channel: Int, _ samples: ArraySlice<Double>) throws(AudioFileError) -> Void) throws(AudioFileError) {
    switch contents {
    case .array(let array):
      let values = try array.values(name: name)
      for start in stride(from: 0, to: values.count, by: 1 << 16) { try body(0, values[start..<min(start + 1 << 16, values.count)]) }
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

extension NumPyArray.Elements {
  /// nil unless the type is an integer or bool.
  var integers: [Int128]? {
    switch self {
    case .float16, .float32, .float64, .complex64, .complex128: nil
    default: integers(Int128.self)
    }
  }
}
