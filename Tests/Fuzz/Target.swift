/// What takes bytes from outside.
enum Target: String, CaseIterable {
  /// Sound files of every container, from memory, from a file and from a pipe.
  case sound
  /// `.npy` files.
  case array
  /// Texts of taps and measurements, and taps without a header.
  case taps
  /// Kernel words: a name, and behind a zero byte the text of the file that it names.
  case words
  /// Texts of equalisers, graphic equalisers and responses.
  case equaliser
  /// The daemon's configuration.
  case configuration
  /// Configurations of other programs, texts and archives.
  case imported = "import"
  /// HTTP requests, byte for byte.
  case request
  /// Bodies of JSON: of each request that takes one, by the first byte.
  case document

  func run(_ bytes: [UInt8]) {
    switch self {
    case .sound: checkSound(bytes)
    case .array: checkArray(bytes)
    case .taps: checkTaps(bytes)
    case .words: checkWords(bytes)
    case .equaliser: checkEqualiser(bytes)
    case .configuration: checkConfiguration(bytes)
    case .imported: checkImport(bytes)
    case .request: FuzzedServer.shared.check(request: bytes)
    case .document: FuzzedServer.shared.check(document: bytes)
    }
  }
}
