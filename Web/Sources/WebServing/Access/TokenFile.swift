import ControlAPI
import Platform

/// The tokens of a file: a line for each, `full` or `read-only` and 64 hexadecimal digits. Lines that begin with # say nothing.
package struct TokenFile: Sendable {
  private let tokens: [(access: Access, secret: Secret)]

  /// What is wrong with the file.
  package struct Fault: Error, Equatable { package let message: String }

  package init(text: String) throws(Fault) {
    var tokens: [(access: Access, secret: Secret)] = []
    for (index, line) in text.utf8.split(whereSeparator: { $0 == 10 || $0 == 13 }).enumerated() {
      let words = line.split(whereSeparator: { $0 == 32 || $0 == 9 })
      guard let kind = words.first, kind.first != UInt8(ascii: "#") else { continue }
      let access: Access? =
        kind.elementsEqual("full".utf8) ? .full : kind.elementsEqual("read-only".utf8) ? .readOnly : nil
      // What stands there may be a token: it is not quoted.
      guard let access, words.count == 2, let secret = Secret(words[1]) else {
        throw Fault(
          message: "line \(index + 1) is not `full` or `read-only` and 64 hexadecimal digits: let convolvectl web-token make the file")
      }
      tokens.append((access, secret))
    }
    guard !tokens.isEmpty else { throw Fault(message: "it holds no token: let convolvectl web-token make one") }
    guard tokens.count <= Self.most else { throw Fault(message: "it holds more than \(Self.most) tokens: leave some out") }
    self.tokens = tokens
  }

  private static let most = 16

  /// What a token allows; nil: it is none of these. The time does not tell which one came close.
  func access(_ given: Secret) -> Access? {
    var found: Access?
    for (access, secret) in tokens where secret.matches(given) { found = max(access, found ?? access) }
    return found
  }

  /// Tells these tokens from others: sessions end with the tokens that began them.
  var fingerprint: UInt64 { tokens.reduce(0) { ($0 &* 31) ^ $1.secret.fingerprint } }
}
