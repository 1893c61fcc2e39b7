import Glibc

/// What can be shown on standard output.
public struct TerminalKind: Sendable, Equatable {
  public var columns: Int
  public var rows: Int
  public var hasColours: Bool
  /// Whether it shows more than ASCII.
  public var isUnicode: Bool

  public init(columns: Int, rows: Int, hasColours: Bool, isUnicode: Bool) {
    (self.columns, self.rows) = (columns, rows)
    (self.hasColours, self.isUnicode) = (hasColours, isUnicode)
  }

  /// The terminal as it is now; 80 x 24 where it does not say.
  public static var current: TerminalKind {
    var size = winsize()
    let isKnown = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 && size.ws_row > 0
    return TerminalKind(
      columns: isKnown ? Int(size.ws_col) : 80, rows: isKnown ? Int(size.ws_row) : 24,
      // Source: no-color.org
      hasColours: variable("NO_COLOR") == nil && !isDumb, isUnicode: isUnicode)
  }

  /// Whether it can only print one line after another.
  public static var isDumb: Bool { ["dumb", "unknown"].contains(variable("TERM")) }

  /// Whether the locale is one of UTF-8. Source: locale(7), the order of variables
  public static var isUnicode: Bool {
    let locale = (variable("LC_ALL") ?? variable("LC_CTYPE") ?? variable("LANG") ?? "").lowercased()
    let codeset = locale.drop { $0 != "." }.dropFirst().prefix { $0 != "@" }
    return codeset == "utf-8" || codeset == "utf8"
  }

  /// Nil where it is empty, too.
  private static func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }
}

extension Unicode.Scalar {
  /// The columns that a terminal takes for it: 2 for those of East Asia and pictures, none for marks.
  public var columns: Int {
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    switch value {
    case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
      0x1F300...0x1FAFF, 0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }
}
