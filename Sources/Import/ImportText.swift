import Glibc

/// A number for a configuration: without a needless ".0", rounded to 12 digits where that changes nothing that is heard.
func shown(_ value: Double) -> String {
  if value == value.rounded(), value.magnitude < 1e15 { return "\(Int(value))" }
  return "\(value)"
}

/// Decibels to nine decimals: 1e-10 of a factor.
func shownDecibels(_ value: Double) -> String { shown((value * 1e9).rounded() / 1e9) }

/// A frequency of a filter line. Three decimals would be read as thousands.
func shownFrequency(_ value: Double) -> String {
  let text = shown(value)
  guard let point = text.firstIndex(of: "."), !text.contains("e"), text[point...].count == 4 else { return text }
  return text + "0"
}

/// A text as YAML and JSON quote it.
func yamlQuoted(_ text: String) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"", "\\": result += "\\" + String(scalar)
    case "\n": result += "\\n"
    case "\t": result += "\\t"
    // Line breaks to YAML, and what no text of it holds.
    case "\u{2028}", "\u{2029}", "\u{FEFF}", "\u{FFFE}", "\u{FFFF}": result += "\\u" + String(scalar.value, radix: 16)
    default:
      if scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) {
        let digits = String(scalar.value, radix: 16)
        result += "\\x" + String(repeating: "0", count: 2 - digits.count) + digits
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
  }
  return result + "\""
}

/// What stands for the rate in a kernel's name.
let rateWord = "{rate}"

/// A name of ours that is taken for no other one, whatever the rate.
package func withoutRateWord(_ name: String) -> String { name.replacing(rateWord, with: "rate") }

/// A whole number without a sign.
func wholeNumber(_ text: some StringProtocol) -> Int? {
  !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
}

/// A file's name without its folder and its extension.
func stem(of path: String) -> String {
  let name = path.split(separator: "/").last.map(String.init) ?? path
  return name.lastIndex(of: ".").map { $0 == name.startIndex ? name : String(name[..<$0]) } ?? name
}
