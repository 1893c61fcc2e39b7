import Design
import Numbers
import TestSupport
import Testing

@Suite("A text with very many marks on a letter")
struct MarkTests {
  /// Texts around it.
  private static let texts: [@Sendable (String) -> String] = [
    { "GraphicEQ: 20 1; 30\($0) 1\n" }, { "GraphicEQ\($0): 20 1\n" }, { "Filter 1: ON PK Fc 100\($0) Hz Gain 1 dB Q 1\n" },
    { "Filter 1: ON PK\($0) Fc 100 Hz Gain 1 dB Q 1\n" }, { "20 1\($0)\n30 1\n" }, { "\($0) 1\n30 1\n" }, { "20,1,5\($0)\n30;1\n" }, { $0 },
  ]

  @Test("is read about as fast as one of plain text", arguments: texts.indices)
  func speed(text: Int) throws {
    for bytes in [64 << 10, 1 << 20] {
      func seconds(_ part: String) -> Double {
        let utf8 = Array(Self.texts[text](part).utf8)
        return processorSeconds {
          _ = try? GraphicText(utf8)
          _ = try? EqualiserText(utf8)
          _ = try? ResponseText(utf8)
        }
      }
      let marked = marks(bytes: bytes)
      let (plain, slow) = (seconds(String(repeating: "a", count: marked.utf8.count)), seconds(marked))
      #expect(slow < 20 * plain + 0.01, "\(bytes) bytes: \(slow) s, and \(plain) s of plain text")
    }
  }

  @Test("is told by its marks, raw or as JSON writes them")
  func runs() {
    let letters = ["a", "\u{1100}\u{1161}", "\u{1F468}\u{200D}\u{1F469}", "क्ष", "ệ"]
    for letter in letters { #expect(!String(repeating: letter, count: 1_000).hasLongMarkRuns, "\(letter)") }
    for mark in ["\u{301}", "\u{345}", "\u{344}", "\u{F73}", "\u{1D165}", "\u{3099}"] {
      for count in [1, 30, 31, 1_000] {
        let text = "a" + String(repeating: mark, count: count) + "b"
        #expect(text.hasLongMarkRuns == (count > 30), "\(count) of \(mark.unicodeScalars.map(\.value))")
        #expect(MarkRuns.areLong(json: Array("{\"\(text)\":1}".utf8)) == (count > 30))
        #expect((DecodedText(Array(text.utf8)) == nil) == (count > 30))
      }
    }
    let escape = #"\u0301"#
    #expect(MarkRuns.areLong(json: Array(String(repeating: escape + "\u{301}", count: 16).utf8)))
    #expect(!MarkRuns.areLong(json: Array(String(repeating: escape + "a", count: 100).utf8)))
    #expect(!MarkRuns.areLong(json: Array(String(repeating: #"\\u0301"#, count: 100).utf8)))
  }
}
