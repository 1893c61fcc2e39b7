import NPY

/// Taps of a finite impulse response filter, one list a channel, and what is known of them.
public struct Kernel: Sendable, Equatable {
  /// At least one, all of the same length, at least one tap; every tap is finite.
  public var channels: [[Double]]
  /// Hz; nil where the file does not say.
  public var sampleRate: Int?
  /// What messages call it.
  public var name: String
  /// What was detected: "WAV, 24-bit PCM, 2 channels, 65536 taps, 48000 Hz".
  public var layout: String
  /// The taps of the only channel if all of them were written as whole numbers, which NumPy then takes for int64.
  public var integers: [Int64]?
  /// Taps before time 0, which only resampling makes: drop as many frames of the result's beginning to keep its time.
  public var leadFrames = 0

  /// Taps made otherwise than from a file.
  ///
  /// - Throws: there are no taps, or one is no finite number.
  public init(channels: [[Double]], sampleRate: Int? = nil, name: String, layout: String) throws(AudioFileError) {
    if channels.isEmpty || channels.contains(where: \.isEmpty) {
      throw AudioFileError(.badData, "\(name): it holds no taps: a kernel has at least one")
    }
    for (index, taps) in channels.enumerated() {
      if let tap = taps.firstIndex(where: { !$0.isFinite }) {
        let place = channels.count == 1 ? "tap \(tap)" : "tap \(tap) of channel \(index)"
        throw AudioFileError(.badData, "\(name): \(place) is \(taps[tap]): every tap must be a finite number")
      }
    }
    (self.channels, self.sampleRate, self.name, self.layout) = (channels, sampleRate, name, layout)
  }
}

extension Kernel {
  /// The same with each tap multiplied by `factor`.
  ///
  /// - Throws: a tap is then beyond float64.
  public func amplified(by factor: Double) throws(AudioFileError) -> Kernel {
    if factor == 1 { return self }
    var result = try Kernel(
      channels: channels.map { $0.map { $0 * factor } }, sampleRate: sampleRate, name: name, layout: layout)
    result.leadFrames = leadFrames
    return result
  }

  /// A kernel file: text by its extension (.txt, .csv), `.npy` and sound files by their first bytes; `-` is standard input, WAV.
  ///
  /// - Throws: the file is missing, unreadable, empty, truncated, of more than one dimension, or a tap is no finite number.
  public init(path: String) throws(AudioFileError) {
    if path == "-" {
      try self.init(SoundSource(path: path))
      return
    }
    let descriptor = try FileDescriptor.reading(path)
    switch KernelKind(path: path, head: descriptor.head(6)) {
    case .text: try self.init(text: descriptor.contents(name: path), name: path)
    case .array: try self.init(npy: descriptor.contents(name: path), name: path)
    case .sound: try self.init(Self.source(descriptor, path))
    }
  }

  /// A kernel file that was sent: its kind by `contentType`, else by its first bytes; text only if every byte is text.
  public init(bytes: [UInt8], name: String, contentType: String? = nil) throws(AudioFileError) {
    if bytes.isEmpty { throw AudioFileError(.badData, "\(name): it is empty: send a kernel file") }
    switch KernelKind(contentType: contentType, bytes: bytes) {
    case .text: try self.init(text: bytes, name: name)
    case .array: try self.init(npy: bytes, name: name)
    case .sound: try self.init(SoundSource(bytes: bytes, name: name))
    }
  }

  private static func source(_ descriptor: borrowing FileDescriptor, _ path: String) throws(AudioFileError) -> SoundSource {
    do throws(AudioFileError) {
      return try SoundSource(descriptor, name: path)
    } catch {
      guard error.cause == .badData, rawExtensions.contains(fileExtension(path)) else { throw error }
      throw AudioFileError(.badData, "\(error.message): if it has no header, say what it holds (f32, f64, s16, s24 or s32)")
    }
  }

  private init(_ source: SoundSource) throws(AudioFileError) {
    let sound = try AudioSignal(source)
    let layout = describe(
      sound.format, channels: sound.channels.count, sound.channels[0].count, "tap", sound.sampleRate)
    try self.init(channels: sound.channels, sampleRate: sound.sampleRate, name: sound.name, layout: layout)
  }

  private init(npy bytes: [UInt8], name: String) throws(AudioFileError) {
    let array = try NumPyArray(file: bytes, name: name)
    if array.shape.count > 1 {
      throw AudioFileError(.badData, "\(name): object too deep for desired array: it is \(array.layout), a kernel has one dimension")
    }
    let taps = try array.values(name: name)
    let layout = "NumPy, \(array.elementType.rawValue), \(count(taps.count, "tap"))"
    try self.init(channels: [taps], name: name, layout: layout)
  }
}

/// What files without a header are often called.
private let rawExtensions: Set<String> = ["raw", "pcm", "bin", "dat", "dbl", "f32", "f64", "s16", "s24", "s32"]

/// What a kernel file is.
private enum KernelKind {
  case sound, array, text

  init(path: String, head: [UInt8]) {
    let name = fileExtension(path)
    if name == "txt" || name == "csv" {
      self = .text
    } else {
      self = name == "npy" || NumPyArray.isNPY(head) ? .array : .sound
    }
  }

  init(contentType: String?, bytes: [UInt8]) {
    let type = contentType?.split(separator: ";").first?.lowercased().filter { $0 != " " } ?? ""
    if type.hasPrefix("text/") {
      self = .text
    } else if type.hasPrefix("audio/") {
      self = .sound
    } else if NumPyArray.isNPY(bytes) {
      self = .array
    } else {
      self = isText(bytes) ? .text : .sound
    }
  }
}
