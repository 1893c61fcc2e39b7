import ConfigurationFile
import TestSupport
import Testing

@Suite("A configuration with very many marks on a letter")
struct MarkTests {
  /// Where text can stand, around it.
  private static let places = [
    ("? \"", "\"\n: 1\n"), ("? \"\\u0345", "\"\n: 1\n"), ("rate: ", "\n"), ("name: \"", "\"\n"), ("# ", "\n"), ("- ", "\n"), ("", ": 1\n"),
    ("capture: { device: \"", "\" }\n"), ("playback: { format: ", " }\n"),
  ]

  @Test("is read about as fast as one of plain text", arguments: places.indices)
  func speed(place: Int) throws {
    let (start, end) = Self.places[place]
    for bytes in [64 << 10, 900_000] {
      let text = marks(bytes: bytes)
      func seconds(_ part: String) -> Double {
        let text = ConfigurationText(yaml: minimal + start + part + end, folder: "")
        return processorSeconds {
          _ = try? text.configuration()
          _ = text.isBlank
          _ = text.soundFilters()
        }
      }
      let plain = seconds(String(repeating: "a", count: text.utf8.count))
      let marked = seconds(text)
      #expect(marked < 20 * plain + 0.01, "\(bytes) bytes: \(marked) s, and \(plain) s of plain text")
    }
  }

  @Test("is refused with the line, and one with as many as languages have is not")
  func refusal() throws {
    func faults(_ name: String) -> [ConfigurationFault] {
      do {
        _ = try ConfigurationText(yaml: minimal + "  - { name: x, from: 0, to: 0, kernel: \"\(name).wav\" }\n", folder: "").configuration()
        return []
      } catch {
        guard case .invalid(_, let faults) = error else { return [] }
        return faults
      }
    }
    func marked(_ count: Int) -> String { "a" + String(repeating: "\u{301}", count: count) }
    #expect(faults(marked(30)).isEmpty)
    for name in [marked(31), "a" + String(repeating: "\\u0301", count: 31), "a" + String(repeating: "\u{F73}", count: 31)] {
      let faults = faults(name)
      #expect(faults.count == 1 && faults[0].message.contains("more than 30 marks follow each other on one letter"), "\(faults)")
    }
  }

  @Test("has keys of 128 bytes at most")
  func keys() throws {
    for (count, detail) in [(128, "is unknown"), (129, "has 129 bytes: a key has at most 128")] {
      let text = ConfigurationText(yaml: minimal.replacing("rate:", with: String(repeating: "k", count: count) + ": 1\nrate:"), folder: "")
      let error = #expect(throws: ConfigurationError.self) { try text.configuration() }
      guard case .invalid(_, let faults) = error else { return }
      #expect(faults.count == 1 && faults[0].message.contains(detail), "\(faults)")
    }
  }
}
