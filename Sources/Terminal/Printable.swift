import Platform

extension String {
  /// The text with escapes in place of control characters, except line breaks and tabs, and of marks that change the direction
  /// of writing: a terminal shows what a server says, and does not obey it. Bytes of names that are no UTF-8 are shown as `\xFF`.
  public var printable: String { escaped { $0.isControl && $0 != "\n" && $0 != "\t" } }

  /// `printable` with line breaks and tabs escaped too: a file's name begins no line.
  public var printableLine: String { escaped(\.isControl) }

  /// `printableLine` in ASCII, for terminals that show nothing else.
  public var printableASCII: String { escaped { $0.isControl || !$0.isASCII } }

  /// What a terminal can show of it: a server may say anything, at any length.
  public var brief: String {
    let rest = unicodeScalars.dropFirst(4096)
    return rest.isEmpty ? self : String(unicodeScalars[..<rest.startIndex]) + "…"
  }

  private func escaped(_ isEscaped: (Unicode.Scalar) -> Bool) -> String {
    guard unicodeScalars.contains(where: { isEscaped($0) || $0.isSystemByte }) else { return self }
    return unicodeScalars.reduce(into: "") { text, scalar in
      if scalar.isSystemByte {
        text += "\\x" + String(scalar.value & 0xFF | 0x100, radix: 16, uppercase: true).dropFirst()
      } else if isEscaped(scalar) {
        text += scalar.escaped(asASCII: true)
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
  }
}

extension Unicode.Scalar {
  fileprivate var isControl: Bool {
    switch value {
    case 0x00...0x1F, 0x7F...0x9F, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
