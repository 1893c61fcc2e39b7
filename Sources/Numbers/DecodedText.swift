/// A text of any origin: UTF-8, UTF-16 or Latin-1, with or without a byte order mark.
package struct DecodedText: Sendable {
  /// In UTF-8, without the mark. ASCII and UTF-8 are not copied.
  package let utf8: ArraySlice<UInt8>

  /// - Parameters:
  ///   - bytes: of the whole text, or the first of them.
  ///   - guessesUTF16: whether UTF-16 without a mark is known by its zeros. Samples of sound have such zeros too.
  /// - Returns: nil where it holds control characters, as no text does, or long runs of marks.
  package init?(_ bytes: [UInt8], guessesUTF16: Bool = false) {
    var text = Self.decoded(bytes, guessesUTF16)
    // Old programs end a text with Ctrl-Z.
    if text.last == 0x1A { text.removeLast() }
    guard text.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || (0x09...0x0D).contains($0) }) else { return nil }
    // The first mark is U+0300.
    if text.contains(where: { $0 >= 0xCC }), String(decoding: text, as: UTF8.self).hasLongMarkRuns { return nil }
    utf8 = text
  }

  /// The lines, without their ends.
  package var lines: TextLines { TextLines(utf8) }

  private static func decoded(_ bytes: [UInt8], _ guessesUTF16: Bool) -> ArraySlice<UInt8> {
    if bytes.starts(with: [0xFF, 0xFE]) { return utf16(bytes.dropFirst(2), isBigEndian: false) }
    if bytes.starts(with: [0xFE, 0xFF]) { return utf16(bytes.dropFirst(2), isBigEndian: true) }
    let head = bytes.prefix(64)
    if guessesUTF16, head.count > 3 {
      let zeros = (head.indices.count { $0 % 2 == 0 && head[$0] == 0 }, head.indices.count { $0 % 2 == 1 && head[$0] == 0 })
      if zeros.0 == 0, zeros.1 > head.count / 3 { return utf16(bytes[...], isBigEndian: false) }
      if zeros.1 == 0, zeros.0 > head.count / 3 { return utf16(bytes[...], isBigEndian: true) }
    }
    let unmarked = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    if unmarked.allSatisfy({ $0 < 0x80 }) || String(validating: unmarked, as: UTF8.self) != nil { return unmarked }
    return latin1(unmarked)
  }

  /// Latin-1, but for 0x85: it ends a line there, which nobody writes, and is the ellipsis of Windows' relative, which comments hold.
  private static func latin1(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var utf8: [UInt8] = []
    utf8.reserveCapacity(2 * bytes.count)
    for byte in bytes {
      if byte == 0x85 {
        utf8 += [0xE2, 0x80, 0xA6]
      } else {
        if byte >= 0x80 { utf8.append(0xC0 | byte >> 6) }
        utf8.append(byte < 0x80 ? byte : 0x80 | byte & 0x3F)
      }
    }
    return utf8[...]
  }

  private static func utf16(_ bytes: ArraySlice<UInt8>, isBigEndian: Bool) -> ArraySlice<UInt8> {
    let units = stride(from: bytes.startIndex, to: bytes.endIndex - 1, by: 2).map { index -> UInt16 in
      let (first, second) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
      return isBigEndian ? first << 8 | second : second << 8 | first
    }
    return Array(String(decoding: units, as: UTF16.self).utf8)[...]
  }
}
