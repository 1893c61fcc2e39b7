import Foundation

/// An SVG as the numbers in it and the text between them.
///
/// Sums differ in their last bits from one instruction set to another, and a coordinate in its last decimal where such a sum lies
/// between two.
struct Drawing {
  private let text: [String]
  private let numbers: [Double]

  /// What one decimal may be off.
  private static let tolerance = 0.1001

  init(_ path: String) throws {
    let content = try String(contentsOfFile: path, encoding: .utf8)
    var (text, numbers, end) = ([String](), [Double](), content.startIndex)
    for number in content.matches(of: /-?\d*\.?\d+/) {
      text.append(String(content[end..<number.range.lowerBound]))
      numbers.append(Double(number.output) ?? .nan)
      end = number.range.upperBound
    }
    (self.text, self.numbers) = (text + [String(content[end...])], numbers)
  }

  func isLike(_ other: Drawing) -> Bool {
    text == other.text && zip(numbers, other.numbers).allSatisfy { abs($0 - $1) <= Self.tolerance }
  }
}
