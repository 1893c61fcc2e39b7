/// The beginning of what somebody sent, as a message may quote it: on one line, with escapes in place of control characters and of what
/// turns the direction of text, and dots where it goes on. It counts scalars, since a Character has no limit.
package func quotable(_ text: some StringProtocol, most: Int = 60) -> String {
  var result = ""
  let scalars = text.unicodeScalars
  let end = scalars.index(scalars.startIndex, offsetBy: most, limitedBy: scalars.endIndex) ?? scalars.endIndex
  for scalar in scalars[..<end] {
    switch scalar.properties.generalCategory {
    case .control where scalar == "\t": result += " "
    case .control, .format, .lineSeparator, .paragraphSeparator: result += scalar.escaped(asASCII: true)
    default: result.unicodeScalars.append(scalar)
    }
  }
  return end == scalars.endIndex ? result : result + "…"
}

extension StringProtocol {
  /// Whether there are control characters: nobody means them in a name.
  package var holdsControls: Bool { unicodeScalars.contains { $0.properties.generalCategory == .control } }
}
