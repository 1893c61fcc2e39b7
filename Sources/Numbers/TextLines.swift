/// The lines of a text in UTF-8 without their ends, which are LF, CRLF, CR and the others that Character.isNewline knows.
///
/// They come one after the other: to hold all of them at once would take many times the text. An empty one counts.
package struct TextLines: Sequence, Sendable {
  private let bytes: ArraySlice<UInt8>

  package init(_ utf8: ArraySlice<UInt8>) { bytes = utf8 }

  package init(_ text: String) { bytes = Array(text.utf8)[...] }

  /// The lines as text.
  package var texts: LazyMapSequence<TextLines, Substring> { lazy.map { String(decoding: $0, as: UTF8.self)[...] } }

  package func makeIterator() -> Iterator { Iterator(bytes) }

  package struct Iterator: IteratorProtocol {
    private let bytes: ArraySlice<UInt8>
    /// Where the next line begins; nil after the last one.
    private var start: Int?

    fileprivate init(_ bytes: ArraySlice<UInt8>) { (self.bytes, start) = (bytes, bytes.startIndex) }

    package mutating func next() -> ArraySlice<UInt8>? {
      guard let start else { return nil }
      var place = start
      while place < bytes.endIndex {
        let width = newlineWidth(at: place)
        if width > 0 {
          self.start = place + width
          return bytes[start..<place]
        }
        place += 1
      }
      self.start = nil
      return bytes[start...]
    }

    /// Bytes of a line's end; 0: there is none.
    @inline(__always)
    private func newlineWidth(at place: Int) -> Int {
      func has(_ offset: Int, _ byte: UInt8) -> Bool { place + offset < bytes.endIndex && bytes[place + offset] == byte }
      switch bytes[place] {
      case 0x0D: return has(1, 0x0A) ? 2 : 1
      case 0x0A...0x0C: return 1
      case 0xC2: return has(1, 0x85) ? 2 : 0
      case 0xE2: return has(1, 0x80) && (has(2, 0xA8) || has(2, 0xA9)) ? 3 : 0
      default: return 0
      }
    }
  }
}
