import NIOHTTP1
import Platform

/// The path and query of a request, in the one form that is passed on: no step that another program might read as a way elsewhere.
///
/// Source: RFC 9112, 3.2.1 (origin form); RFC 3986, 3.3
struct RequestTarget: Sendable, Equatable {
  /// As it was sent, for the daemon.
  let text: String
  /// As they were sent, after the first slash.
  let steps: [Substring]

  private static let mostPathBytes = 2_048
  private static let mostBytes = 8_192
  private static let mostSteps = 16

  /// - Throws: it is too long, or of another form.
  init(_ text: String) throws(Refusal) {
    let bytes = text.utf8
    guard bytes.count <= Self.mostBytes else {
      throw Refusal(.uriTooLong, "the target has \(bytes.count) bytes: \(Self.mostBytes) are the most")
    }
    let end = bytes.firstIndex(of: UInt8(ascii: "?")) ?? bytes.endIndex
    let path = bytes[..<end]
    guard path.count <= Self.mostPathBytes else {
      throw Refusal(.uriTooLong, "the path has \(path.count) bytes: \(Self.mostPathBytes) are the most")
    }
    guard bytes.first == UInt8(ascii: "/"), bytes.allSatisfy(Self.isPlain), Self.areEscapesPlain(path) else { throw Self.refusal(text) }
    let steps = path.dropFirst().split(separator: UInt8(ascii: "/"), maxSplits: Self.mostSteps, omittingEmptySubsequences: false)
    guard steps.count <= Self.mostSteps, steps.count == 1 || steps.allSatisfy({ !$0.isEmpty }),
      !steps.contains(where: { $0.elementsEqual(".".utf8) || $0.elementsEqual("..".utf8) })
    else { throw Self.refusal(text) }
    self.text = text
    self.steps = steps.map { Substring($0) }
  }

  private static func refusal(_ text: String) -> Refusal {
    let form = "it begins with one slash, and has no empty step, no dots alone, no %2e"
    return Refusal(.badRequest, "\(quotable(text, most: 200)) is no plain path: \(form)")
  }

  /// What a target is made of. RFC 3986, 2 and 3.4
  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    default: "-._~!$&'()*+,;=:@/?%".utf8.contains(byte)
    }
  }

  /// Whether escapes of a path stand for what has to be escaped: a dot has not, and no name holds a control character or a backslash.
  private static func areEscapesPlain(_ path: Substring.UTF8View) -> Bool {
    var rest = path[...]
    while let sign = rest.firstIndex(of: UInt8(ascii: "%")) {
      let digits = rest[sign...].dropFirst().prefix(2)
      guard digits.count == 2, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
        let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16), value >= 0x20, value != 0x7F,
        value != UInt8(ascii: "."), value != UInt8(ascii: "\\")
      else { return false }
      rest = rest[digits.endIndex...]
    }
    return true
  }
}
