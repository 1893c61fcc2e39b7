extension String {
  /// The text with escapes in place of control characters, except line breaks and tabs, and of marks that change the direction
  /// of writing: a terminal shows what a server says, and does not obey it.
  public var printable: String { escaped { $0.isControl && $0 != "\n" && $0 != "\t" } }

  /// `printable` with line breaks and tabs escaped too: a file's name begins no line.
  public var printableLine: String { escaped(\.isControl) }

  private func escaped(_ isEscaped: (Unicode.Scalar) -> Bool) -> String {
    guard unicodeScalars.contains(where: isEscaped) else { return self }
    return unicodeScalars.reduce(into: "") { $0 += isEscaped($1) ? $1.escaped(asASCII: true) : String($1) }
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
