import NPY
import Numbers

/// The taps of a finite impulse response, one list for each channel.
public struct Kernel: Sendable, Equatable {
  /// At least one list; all have equal lengths of at least one tap; every tap is finite.
  public var channels: [[Double]]
  /// Hz; nil if the file does not say.
  public var sampleRate: Int?
  /// What messages call it.
  public var name: String
  /// The detected format: "WAV, 24-bit PCM, 2 channels, 65536 taps, 48000 Hz".
  public var layout: String
  /// Of one that was made: where it ends, and what was cut off. Nil where nothing was.
  public var ending: String?
  /// The taps of the only channel if all were written as whole numbers, which NumPy takes for int64.
  public var integers: [Int64]?
  /// What is to be said about it, each in a sentence.
  public var cautions: [String] = []
  /// Taps before time 0. Only resampling makes them: drop as many frames at the start of the result to keep its time.
  public var leadFrames = 0

  /// A kernel of given taps.
  ///
  /// - Throws: there are no taps, or one is not finite.
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
  /// Multiplies each tap by `factor`.
  ///
  /// - Throws: a product is beyond float64.
  public func amplified(by factor: Double) throws(AudioFileError) -> Kernel {
    if factor == 1 { return self }
    var result = try Kernel(
      channels: channels.map { $0.map { $0 * factor } }, sampleRate: sampleRate, name: name, layout: layout)
    (result.leadFrames, result.cautions) = (leadFrames, cautions)
    return result
  }

  /// Reads a kernel file: sound, `.npy` or text, by its first bytes. `-` is sound on standard input.
  ///
  /// - Parameters:
  ///   - limit: checked before memory is taken.
  ///   - quotes: whether messages may quote what a text file holds.
  /// - Throws: the file is missing, unreadable, empty, truncated, beyond the limit or of more than one dimension, or a tap is not
  ///   finite.
  public init(path: String, limit: KernelLimit = .none, quotes: Bool = true) throws(AudioFileError) {
    if path == "-" {
      try self.init(SoundSource(path: path), limit)
      return
    }
    let descriptor = try FileDescriptor.reading(path)
    let kind = KernelKind(path: path, head: descriptor.head(KernelKind.headBytes))
    if kind != .sound { try limit.check(fileBytes: descriptor.size(name: path), name: path) }
    switch kind {
    case .text: try self.init(text: descriptor.contents(name: path, limit: limit), name: path, limit: limit, quotes: quotes)
    case .array: try self.init(npy: descriptor.contents(name: path, limit: limit), name: path, limit)
    case .sound: try self.init(Self.source(descriptor, path), limit)
    }
  }

  /// Reads a kernel file that was sent: its kind by `contentType`, or else by its bytes, of which text has printable ones only.
  public init(bytes: [UInt8], name: String, contentType: String? = nil, limit: KernelLimit = .none) throws(AudioFileError) {
    if bytes.isEmpty { throw AudioFileError(.badData, "\(name): it is empty") }
    switch KernelKind(contentType: contentType, bytes: bytes) {
    case .text: try self.init(text: bytes, name: name, limit: limit)
    case .array: try self.init(npy: bytes, name: name, limit)
    case .sound: try self.init(SoundSource(bytes: bytes, name: name), limit)
    }
  }

  /// Bytes that tell what kind of kernel begins with them.
  public static let headBytes = KernelKind.headBytes

  /// Why what begins with these bytes is no kernel, however it goes on; nil: it may be one.
  public static func refusal(head: [UInt8], name: String) -> AudioFileError? {
    guard !head.isEmpty, KernelKind.known(head) == nil else { return nil }
    do throws(AudioFileError) {
      _ = try Kernel(bytes: head, name: name)
      return nil
    } catch {
      return error
    }
  }

  private static func source(_ descriptor: borrowing FileDescriptor, _ path: String) throws(AudioFileError) -> SoundSource {
    do throws(AudioFileError) {
      return try SoundSource(descriptor, name: path)
    } catch {
      let head = descriptor.head(1 << 16)
      guard error.cause == .badData, rawExtensions.contains(fileExtension(path)), RawKernelFormat.header(head) == nil else { throw error }
      let format = RawKernelFormat.likeliest(path, head, bytes: try descriptor.size(name: path))
      throw AudioFileError(.badData, "\(path): it is no sound file: if it holds taps without a header, \(format.conversion(path))")
    }
  }

  private init(_ source: SoundSource, _ limit: KernelLimit) throws(AudioFileError) {
    let sound = try AudioSignal(source, limit: limit)
    let layout = sound.format.description(
      channels: sound.channels.count, length: sound.channels[0].count, unit: "tap", sampleRate: sound.sampleRate)
    try self.init(channels: sound.channels, sampleRate: sound.sampleRate, name: sound.name, layout: layout)
    if sound.format.isLossy {
      cautions = ["\(name) holds \(sound.format.encodingName), a lossy coding, which has changed its taps: give it as WAV or FLAC"]
    }
  }

  private init(npy bytes: [UInt8], name: String, _ limit: KernelLimit) throws(AudioFileError) {
    let array = try NumPyArray(file: bytes, name: name)
    if array.shape.count > 1 {
      throw AudioFileError(.badData, "\(name): object too deep for desired array: it is \(array.layout), a kernel has one dimension")
    }
    try limit.check(taps: array.shape.first ?? 1, channels: 1, name: name)
    let taps = try array.values(name: name)
    let layout = "NumPy, \(array.elementType.rawValue), \(quantity(taps.count, "tap"))"
    try self.init(channels: [taps], name: name, layout: layout)
  }
}

/// Frequent extensions of files without a header.
private let rawExtensions: Set<String> = ["raw", "pcm", "bin", "dat", "dbl", "f32", "f64", "s16", "s24", "s32"]

/// The kind of a kernel file.
private enum KernelKind {
  case sound, array, text

  /// Bytes that tell it.
  static let headBytes = 4_096

  /// By the first bytes; the name tells only what a file was meant to be that is none of these.
  init(path: String, head: [UInt8]) {
    let name = head.isEmpty ? "" : fileExtension(path)
    self = Self.known(head) ?? (name == "txt" || name == "csv" ? .text : name == "npy" ? .array : .sound)
  }

  init(contentType: String?, bytes: [UInt8]) {
    let type = contentType?.split(separator: ";").first?.lowercased().filter { $0 != " " } ?? ""
    if type.hasPrefix("text/") {
      self = .text
    } else if type.hasPrefix("audio/") {
      self = .sound
    } else {
      self = Self.known(Array(bytes.prefix(Self.headBytes))) ?? .sound
    }
  }

  static func known(_ head: [UInt8]) -> KernelKind? {
    if NumPyArray.isNPY(head) { return .array }
    // A text may begin as some sound does; bytes that are no text may not.
    if !head.isEmpty, isText(head) { return .text }
    return SoundKind(head) == .unknown ? nil : .sound
  }
}
