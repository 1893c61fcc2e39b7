/// Marks that follow one another, as accents on one letter do.
///
/// Swift compares, hashes and searches text by what it looks like, and sorts such a run for it: in time with the square of its length,
/// seconds for 50 KB. No language writes more than a few, so that text of others is refused where it has more than 30.
/// Source: UAX #15, 13 (Stream-Safe Text Format)
package enum MarkRuns {
  /// Marks on one letter.
  package static let longest = 30

  /// What is said of a text that has more.
  package static let fault = "more than \(longest) marks follow each other on one letter: leave some out"

  /// Whether a text of JSON has longer ones, or would have without its escapes: each `\u` counts as a mark.
  ///
  /// - Complexity: O(bytes)
  package static func areLong(json bytes: some Collection<UInt8>) -> Bool {
    guard bytes.contains(where: { $0 >= 0xCC || $0 == UInt8(ascii: "\\") }) else { return false }
    var (marks, isEscape, digits) = (0, false, 0)
    for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
      if digits > 0 {
        digits -= 1
      } else if isEscape {
        isEscape = false
        (marks, digits) = scalar == "u" ? (marks + 1, 4) : (0, 0)
      } else if scalar == "\\" {
        isEscape = true
      } else {
        marks = scalar.isMark ? marks + 1 : 0
      }
      if marks > longest { return true }
    }
    return false
  }
}

extension StringProtocol {
  /// Whether more marks follow one another than `MarkRuns.longest`.
  ///
  /// - Complexity: O(utf8.count)
  package var hasLongMarkRuns: Bool {
    // The first mark is U+0300. Bytes in a row are looked at without generics: most text is ASCII, and there are thousands.
    if utf8.withContiguousStorageIfAvailable({ bytes in bytes.allSatisfy { $0 < 0xCC } }) == true { return false }
    var marks = 0
    for scalar in unicodeScalars {
      marks = scalar.isMark ? marks + 1 : 0
      if marks > MarkRuns.longest { return true }
    }
    return false
  }
}

extension Unicode.Scalar {
  /// Whether it is sorted with its neighbours, itself or what it is made of.
  fileprivate var isMark: Bool {
    guard value >= 0x300 else { return false }
    return properties.canonicalCombiningClass != .notReordered || [0xF73, 0xF75, 0xF81].contains(value)
  }
}
