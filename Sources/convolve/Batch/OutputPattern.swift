import Glibc
import Platform
import Terminal

/// What `-o` names: one file, or a file for each input.
enum OutputPattern {
  case file(String)
  /// Each input's name in this folder.
  case folder(String)
  case template([Piece])

  enum Piece {
    case text(String)
    /// Of the input's name: without its extension, whole, or the extension alone.
    case stem, name, ext
  }

  private static let words: [String: Piece] = ["stem": .stem, "name": .name, "ext": .ext]

  /// - Throws: several inputs have one output, or the template has a word that is none.
  init(_ text: String, inputs: ArraySlice<String>, kernel: String) throws(Failure) {
    var status = stat()
    if text.utf8.last == UInt8(ascii: "/") || withSystemPath(text, { stat($0, &status) }) == 0 && status.st_mode & S_IFMT == S_IFDIR {
      self = .folder(text)
    } else if Self.words.keys.contains(where: { text.contains("{\($0)}") }) {
      self = .template(try Self.pieces(text))
    } else if let word = Self.unknownWord(text), inputs.count > 1 || !Self.namesFile(text) {
      throw Self.unknown(word, in: text)
    } else if inputs.count == 1 {
      self = .file(text)
    } else if !Self.namesFile(text) {
      throw Failure(
        .usage, "\(text): there is no such folder, and \(inputs.count) inputs need one: write \(text)/, which is made")
    } else {
      let names = inputs.prefix(3).joined(separator: ", ") + (inputs.count > 3 ? " ..." : "")
      throw Failure(
        .usage,
        "\(text) is one file, for \(inputs.count) inputs (\(names)) and the kernel \(kernel): name a folder (out/), or a template"
          + " with {stem}, {name} or {ext} ('{stem}.wav')")
    }
  }

  /// Whether a name is one that a file could be written to: what has no such ending was meant as a folder.
  private static func namesFile(_ text: String) -> Bool { OutputOptions.isKindKnown(text) || !FileNameParts.isMissing(text) }

  /// The output for an input. What the input's name holds is not read again.
  ///
  /// - Throws: a part of the name would lead to another folder than the template names: `..`, `.`, or none.
  func path(for input: String) throws(Failure) -> String {
    let parts = FileNameParts(input)
    switch self {
    case .file(let path): return path
    case .folder(let folder): return folder.utf8.last == UInt8(ascii: "/") ? folder + parts.name : "\(folder)/\(parts.name)"
    case .template(let pieces): return try Self.path(pieces, parts, input)
    }
  }

  private static func path(_ pieces: [Piece], _ parts: FileNameParts, _ input: String) throws(Failure) -> String {
    var path = ""
    // Of what stands between two slashes: the words in it, and what it becomes.
    var (words, component): ([String], String) = ([], "")
    func check() throws(Failure) {
      guard !words.isEmpty, ["", ".", ".."].contains(component) else { return }
      let found = component.isEmpty ? "nothing" : "\"\(component)\""
      throw Failure(
        .usage, "\(input): \(words.joined()) is \(found) in its name, which leads to another folder: rename it, or name another -o")
    }
    for piece in pieces {
      switch piece {
      case .text(let text):
        // Of bytes: a mark that follows a slash would make one character of both.
        for (index, part) in text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).enumerated() {
          if index > 0 {
            try check()
            path += component + "/"
            (words, component) = ([], "")
          }
          component += Substring(part)
        }
      case .stem: (words, component) = (words + ["{stem}"], component + parts.stem)
      case .name: (words, component) = (words + ["{name}"], component + parts.name)
      case .ext: (words, component) = (words + ["{ext}"], component + parts.extension)
      }
    }
    try check()
    return path + component
  }

  private static func unknown(_ word: String, in text: String) -> Failure {
    Failure(.usage, "\(text): {\(word)} is unknown: a template has {stem}, {name} and {ext}, and {{ for a brace")
  }

  /// The first word in braces that is none of a template; nil: there is none. A single input may have them in its name.
  private static func unknownWord(_ text: String) -> String? {
    text.replacing("{{", with: "").matches(of: /\{([^{}]*)\}/).map { String($0.output.1) }.first { words[$0] == nil }
  }

  /// `{{` and `}}` are braces.
  private static func pieces(_ text: String) throws(Failure) -> [Piece] {
    var (pieces, literal): ([Piece], String) = ([], "")
    var rest = text.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      if scalar == "{" || scalar == "}", rest.first == scalar {
        literal.unicodeScalars.append(rest.removeFirst())
      } else if scalar == "{", let end = rest.firstIndex(of: "}") {
        let word = String(rest[..<end])
        guard let piece = words[word] else {
          throw unknown(word, in: text)
        }
        pieces += [.text(literal), piece]
        (literal, rest) = ("", rest[rest.index(after: end)...])
      } else {
        literal.unicodeScalars.append(scalar)
      }
    }
    return pieces + [.text(literal)]
  }
}
