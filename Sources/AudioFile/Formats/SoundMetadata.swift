import Numbers

/// What a sound file says besides its sound.
public struct SoundMetadata: Sendable, Equatable {
  /// A chunk of the WAV family whose bytes are the same in all its formats.
  struct Chunk: Equatable {
    var name: String
    var content: [UInt8]
  }

  /// A Vorbis comment.
  struct Comment: Equatable {
    var name: String
    var text: String
  }

  /// The speakers of the channels, one bit each. Source: dwChannelMask of WAVEFORMATEXTENSIBLE
  var channelMask: UInt32?
  var isAmbisonic = false
  var chunks: [Chunk] = []
  var comments: [Comment] = []
  /// Names of what is there and not kept.
  var others: [String] = []

  public init() {}

  /// For a result of other channels.
  public mutating func forgetSpeakers() { (channelMask, isAmbisonic) = (nil, false) }
}

extension SoundMetadata {
  /// Of all chunks that are kept: larger ones are rather not what they say.
  private static let mostBytes = 1 << 20
  /// Of comments, and of names of what is not kept.
  static let mostEntries = 1_000

  /// Reads a chunk, to keep it or its name.
  ///
  /// - Parameter isBefore: whether it stands before the sound.
  mutating func take(_ chunk: WaveChunks.Chunk, _ chunks: WaveChunks, isBefore: Bool = true) throws(AudioFileError) {
    let room = Self.mostBytes - self.chunks.reduce(0) { $0 + $1.content.count }
    let isKept =
      ["LIST", "bext"].contains(chunk.name) && chunk.size <= room && !chunks.container.isBigEndian && self.chunks.count < Self.mostEntries
    let content = try chunks.contents(chunk, first: isKept ? chunk.size : 0)
    if isKept && (chunk.name == "bext" || (content.starts(with: "INFO".utf8) && chunks.container != .w64)) {
      self.chunks.append(Chunk(name: chunk.name, content: content))
    } else if !Self.meaningless.contains(chunk.name), others.count < Self.mostEntries, !others.contains(chunk.name) {
      others.append(chunk.name)
    }
  }

  /// What fills space, or says of the sound what is no longer true after a change.
  private static let meaningless: Set<String> = ["JUNK", "junk", "FLLR", "PAD ", "filr", "fact", "PEAK", "ds64", "Fake", "levl"]
}

extension SoundMetadata {
  /// The part that a file of the WAV family holds.
  func kept(in container: WaveContainer, _ encoding: SampleEncoding) -> SoundMetadata {
    guard container == .w64 else { return self }
    var kept = self
    // Lists of a W64 are made in another way.
    kept.chunks.removeAll { $0.name == "LIST" }
    // libsndfile and SoX take floating point in an extensible header for integers.
    if encoding.bits == nil { kept.forgetSpeakers() }
    return kept
  }

  /// Names of what a file of a kind does not keep, each once.
  public func losses(in container: AudioContainer, _ encoding: SampleEncoding) -> [String] {
    let names: [String]
    switch container {
    case .wav, .rf64, .w64:
      let kept = kept(in: container == .w64 ? .w64 : .riff, encoding)
      let places = kept.channelMask == channelMask ? [] : speakers([0, 3, 4])
      names = chunks.filter { !kept.chunks.contains($0) }.map(\.name) + places + comments.map(\.name)
    case .flac: names = chunks.map(\.name) + speakers(Self.masksOfFLAC) + comments.map(\.name).filter { Self.libraryComments[$0] == nil }
    case .aiff: names = chunks.map(\.name) + speakers([0, 3, 4]) + comments.map(\.name)
    }
    // The name of the program that wrote the file says nothing of the sound.
    return (others + names).map { String($0.trimmed) }.filter { $0 != "ENCODER" }.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// Speakers that every reader assumes for one channel, two and so on. Source: RFC 9639
  private static let masksOfFLAC: [UInt32] = [0, 4, 3, 7, 0x33, 0x37, 0x3F, 0x70F, 0x63F]

  private func speakers(_ usual: [UInt32]) -> [String] {
    if isAmbisonic { return ["Ambisonic format"] }
    return channelMask.map { usual.contains($0) ? [] : ["speakers"] } ?? []
  }
}
