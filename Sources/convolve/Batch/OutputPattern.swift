import AudioFile
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
          + " ('{stem}.wav')")
    }
  }

  /// Whether a name is one that a file could be written to: what has no such ending was meant as a folder.
  private static func namesFile(_ text: String) -> Bool {
    let ending = FileNameParts(text).extension
    return text == "-" || ending == "npy" || AudioContainer(path: "_.\(ending)") != nil || !FileNameParts.isMissing(text)
  }

  /// The output for an input. What the input's name holds is not read again.
  func path(for input: String) -> String {
    let parts = FileNameParts(input)
    switch self {
    case .file(let path): return path
    case .folder(let folder): return folder.utf8.last == UInt8(ascii: "/") ? folder + parts.name : "\(folder)/\(parts.name)"
    case .template(let pieces):
      return pieces.map { piece in
        switch piece {
        case .text(let text): text
        case .stem: parts.stem
        case .name: parts.name
        case .ext: parts.extension
        }
      }.joined()
    }
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
          throw Failure(.usage, "\(text): {\(word)} is unknown: a template has {stem}, {name} and {ext}, and {{ for a brace")
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
