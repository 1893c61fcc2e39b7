import ControlAPI
import Platform

/// Keeps sessions from one run of the program to the next.
///
/// Lines of four words: the secret, what it allows, the seconds since 1970 of its begin and its last use. The first line tells from which
/// tokens they came.
struct SessionFile: Sendable {
  private let file: KeptFile
  private let fingerprint: UInt64

  init(_ file: KeptFile, fingerprint: UInt64) { (self.file, self.fingerprint) = (file, fingerprint) }

  /// None where the tokens are others by now, or the file is not whole.
  func read() -> [Sessions.Session] {
    let lines = (file.read() ?? "").utf8.split(separator: UInt8(ascii: "\n"))
    guard let first = lines.first, first.elementsEqual(head.utf8) else { return [] }
    return lines.dropFirst().compactMap { line in
      let words = line.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
      guard words.count == 4, let secret = Secret(words[0].utf8), let begin = Int(words[2]), let lastUse = Int(words[3]) else { return nil }
      guard let access = [Access.readOnly, .full].first(where: { $0.text == words[1] }) else { return nil }
      return Sessions.Session(secret: secret, access: access, begin: begin, lastUse: lastUse)
    }
  }

  func write(_ sessions: [Sessions.Session]) {
    let lines = sessions.map { "\($0.secret.text) \($0.access.text) \($0.begin) \($0.lastUse)\n" }
    file.save(head + "\n" + lines.joined())
  }

  private var head: String { "sessions \(String(fingerprint, radix: 16))" }
}
