import AudioFile
import Design
import Platform

/// What names a kernel.
public enum KernelName: Sendable, Equatable {
  /// Of taps, told by what it holds.
  case file(String)
  /// `f64@48000:left.dbl`
  case raw(RawKernelFile)
  /// `taps:0.5,1`, `box:8`, `diff`, `dirac`.
  case specification(String)
  /// From which a kernel is made, for each rate another one.
  case words(KernelWords)

  /// - Throws: `specification`: words have no meaning, whatever a file holds.
  public init(_ text: String) throws(AudioFileError) {
    if Kernel.isSpecification(text) {
      try Kernel.check(specification: text)
      self = .specification(text)
    } else if let file = try RawKernelFile(words: text) {
      self = .raw(file)
    } else if KernelWords.areWords(text) {
      let words = try Self.words(text)
      for name in words.files.taps { _ = try KernelName(name) }
      self = .words(words)
    } else {
      self = .file(text)
    }
  }

  private static func words(_ text: String) throws(AudioFileError) -> KernelWords {
    do throws(DesignError) {
      return try KernelWords(text)
    } catch {
      throw AudioFileError(.specification, "\(shown(text)): \(error)")
    }
  }

  /// Whether a text names a file, with nothing before its name.
  public static func isFile(_ text: String) -> Bool {
    !Kernel.isSpecification(text) && !RawKernelFile.isNamed(text) && !KernelWords.areWords(text)
  }

  /// Whether a file's name, wherever it stands, is taken for nothing else.
  public static func isPlain(_ name: String) -> Bool {
    // Alone it is standard input.
    if name == "-" { return false }
    return if case .equaliserFile? = try? KernelWords("eq:" + name) { isFile(name) } else { false }
  }

  /// Lists all that is no file, for help texts.
  public static let help = "\(Kernel.specificationHelp), \(RawKernelFile.help), or words, from which it is made: \(KernelWords.help)"

  /// A text with another name in place of the file that it names.
  public static func renamed(_ text: String, _ rename: (String) -> String) -> String {
    KernelWords.renamed(text) { name in
      if Kernel.isSpecification(name) { return name }
      guard let file = (try? RawKernelFile(words: name)) ?? nil else { return rename(name) }
      return name.dropLast(file.path.count) + rename(file.path)
    }
  }

  /// The files that are read for it.
  public var files: [String] {
    switch self {
    case .file(let path): [path]
    case .raw(let file): [file.path]
    case .specification: []
    case .words(let words): words.files.texts + words.files.taps.flatMap { (try? KernelName($0))?.files ?? [] }
    }
  }

  /// Those of them that are taps without a header.
  public var rawFiles: [RawKernelFile] {
    switch self {
    case .file, .specification: []
    case .raw(let file): [file]
    case .words(let words): words.files.taps.flatMap { (try? KernelName($0))?.rawFiles ?? [] }
    }
  }

  /// Whether another rate may have another kernel, which no file says.
  public var dependsOnRate: Bool {
    if case .words(let words) = self { words.dependsOnRate } else { false }
  }

  /// Whether it is, or is made of, taps of a file, which may have a rate.
  public var mayHaveRate: Bool {
    switch self {
    case .file, .raw: true
    case .specification: false
    case .words(let words): words.files.taps.contains { (try? KernelName($0))?.mayHaveRate ?? false }
    }
  }

  /// What messages call it: lines of filters are cut off.
  static func shown(_ text: String) -> String { quotable(text, most: 80) }
}
