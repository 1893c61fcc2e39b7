/// A path as it stands in a file of `folder`; an empty folder leaves it relative. `-`, standard input, stays, and is refused later.
func resolved(_ path: String, in folder: String) -> String {
  guard !path.hasPrefix("/"), !folder.isEmpty, path != "-" else { return path }
  return folder.hasSuffix("/") ? folder + path : folder + "/" + path
}

extension String {
  /// The text with each `{rate}` replaced.
  package func filled(rate: Int) -> String {
    var result = ""
    var rest = self[...]
    while let brace = rest.firstIndex(of: "{") {
      result += rest[..<brace]
      rest = rest[brace...]
      if rest.hasPrefix("{rate}") {
        result += "\(rate)"
        rest = rest.dropFirst(6)
      } else {
        result += "{"
        rest = rest.dropFirst()
      }
    }
    return result + rest
  }
}
