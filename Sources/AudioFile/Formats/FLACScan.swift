import Numbers

/// Finds each frame of a FLAC by its header and its checksum.
struct FLACScan {
  /// What is wrong, and what to do, in words.
  private(set) var fault: (text: String, remedy: String)?
  private let input: WholeInput
  /// What every frame must say.
  private let format: FLACFormat
  /// A part of the file, from `start` on.
  private var bytes: [UInt8] = []
  private var start: Int
  private var isAtEnd = false

  private static let pieceBytes = 1 << 20
  /// No frame is longer.
  private static let mostBytes = 1 << 24

  /// - Parameter offset: where the first frame begins.
  init(_ input: WholeInput, _ format: FLACFormat, from offset: Int) {
    (self.input, self.format, start) = (input, format, offset)
    extend()
  }

  /// Looks at frames until the end.
  ///
  /// - Parameter wanted: frames of sound by the header; nil: as many as there are.
  /// - Returns: frames of sound before the first fault.
  mutating func run(_ wanted: Int?) -> Int {
    var (total, place, index) = (0, 0, 0)
    while true {
      if place > Self.pieceBytes {
        bytes.removeFirst(place)
        (start, place) = (start + place, 0)
      }
      while !isAtEnd && bytes.count - place < FLACFrameHead.mostBytes { extend() }
      if place == bytes.count || isTag(place) { return total }
      if isFile(place) { return fail("another file begins", "cut them apart", total) }
      guard let head = FLACFrameHead(bytes, at: place, format) else { return fail("it is damaged", "copy it again", total) }
      if let wanted, total + head.frames > wanted {
        return fail("more sound follows than its header says", "save it anew with the program that made it", wanted)
      }
      if let change = head.format.change(from: format) { return fail(change, "cut it there: a sound has one format", total) }
      // It is that of the frame, or that of its first sample.
      guard head.number == index || head.number == total else {
        let fault = index == 0 ? "its beginning is missing" : "parts of it are missing, doubled or out of place, the first"
        return fail(fault, "copy it again", total)
      }
      guard let end = end(of: place) else {
        // What else follows the last frame is nobody's business, and libsndfile looks at its checksum.
        if total + head.frames == wanted { return total + head.frames }
        return fail(isAtEnd ? "it is damaged or truncated" : "it is damaged", "copy it again", total)
      }
      place = end
      total += head.frames
      index += 1
    }
  }

  private mutating func fail(_ text: String, _ remedy: String, _ total: Int) -> Int {
    fault = (text, remedy)
    return total
  }

  private mutating func extend() {
    let more = input.bytes(at: start + bytes.count, Self.pieceBytes)
    bytes += more
    isAtEnd = more.count < Self.pieceBytes
  }

  /// Where the frame at `place` ends: where its checksum is right, and another one, a tag, another file or nothing follows.
  private mutating func end(of place: Int) -> Int? {
    var (checksum, at) = (UInt16(0), place)
    while true {
      let limit = isAtEnd ? bytes.count : bytes.count - FLACFrameHead.mostBytes
      if let end = search(&checksum, &at, limit, after: place) { return end }
      if isAtEnd { return checksum == 0 ? bytes.count : nil }
      if bytes.count - place > Self.mostBytes { return nil }
      extend()
    }
  }

  private func search(_ checksum: inout UInt16, _ at: inout Int, _ limit: Int, after place: Int) -> Int? {
    bytes.withUnsafeBufferPointer { bytes in
      Self.table.withUnsafeBufferPointer { table in
        while at < limit {
          if checksum == 0, at > place, isBeginning(at) { return at }
          checksum = checksum << 8 ^ table[Int(checksum >> 8) ^ Int(bytes[at])]
          at += 1
        }
        return nil
      }
    }
  }

  private func isBeginning(_ place: Int) -> Bool { isTag(place) || isFile(place) || FLACFrameHead(bytes, at: place, format) != nil }

  private func isFile(_ place: Int) -> Bool { bytes[place] == 0x66 && bytes[place...].starts(with: "fLaC".utf8) }

  /// An ID3v1 tag, which some programs append.
  private func isTag(_ place: Int) -> Bool { isAtEnd && bytes.count - place == 128 && bytes[place...].starts(with: "TAG".utf8) }

  /// CRC-16 of single bytes. Source: RFC 9639
  private static let table: [UInt16] = (0..<256).map { byte in
    (0..<8).reduce(UInt16(byte) << 8) { value, _ in value & 0x8000 != 0 ? value << 1 ^ 0x8005 : value << 1 }
  }
}

/// What the frames of a FLAC have in common.
struct FLACFormat: Equatable {
  /// Hz.
  var rate: Int
  var channels: Int
  /// Of a sample.
  var bits: Int

  /// How this one differs, in words; nil if it does not.
  func change(from first: FLACFormat) -> String? {
    if rate != first.rate { return "its rate changes from \(first.rate) to \(rate) Hz" }
    if channels != first.channels { return "it changes from \(quantity(first.channels, "channel")) to \(channels)" }
    return bits == first.bits ? nil : "it changes from \(first.bits) bits to \(bits)"
  }
}

/// The header of a FLAC's frame.
struct FLACFrameHead {
  var format: FLACFormat
  /// Frames of sound.
  var frames: Int
  /// Of the frame or of its first sample, from 0.
  var number: Int

  /// The longest, with its checksum.
  static let mostBytes = 16

  /// - Parameter format: what the file says, to which frames may refer.
  /// - Returns: nil if no header stands there, or its checksum is wrong.
  init?(_ bytes: [UInt8], at place: Int, _ format: FLACFormat) {
    guard bytes.count - place >= 6, bytes[place] == 0xFF, bytes[place + 1] & 0xFE == 0xF8 else { return nil }
    let (lengths, kinds) = (bytes[place + 2], bytes[place + 3])
    let (lengthCode, rateCode, channelCode, bitsCode) = (lengths >> 4, lengths & 0x0F, kinds >> 4, kinds >> 1 & 7)
    guard lengthCode != 0, rateCode != 15, channelCode <= 10, bitsCode != 3, kinds & 1 == 0 else { return nil }
    // As UTF-8 encodes numbers.
    let leading = (~bytes[place + 4]).leadingZeroBitCount
    guard leading != 1, leading <= 7 else { return nil }
    var at = place + 4 + max(1, leading)
    guard at < bytes.count else { return nil }
    number = bytes[place + 5..<at].reduce(Int(bytes[place + 4] & 0x7F >> UInt8(leading))) { $0 << 6 | Int($1 & 0x3F) }
    let (lengthBytes, rateBytes) = (lengthCode == 6 ? 1 : lengthCode == 7 ? 2 : 0, rateCode < 12 ? 0 : rateCode == 12 ? 1 : 2)
    guard at + lengthBytes + rateBytes < bytes.count else { return nil }
    func integer(_ count: Int) -> Int {
      defer { at += count }
      return bytes[at..<at + count].reduce(0) { $0 << 8 | Int($1) }
    }
    switch lengthCode {
    case 1: frames = 192
    case 2...5: frames = 576 << Int(lengthCode - 2)
    case 6, 7: frames = integer(lengthBytes) + 1
    default: frames = 256 << Int(lengthCode - 8)
    }
    let rate =
      rateCode == 0 ? format.rate : rateCode < 12 ? Self.rates[Int(rateCode) - 1] : integer(rateBytes) * [1_000, 1, 10][Int(rateCode) - 12]
    self.format = FLACFormat(
      rate: rate, channels: channelCode < 8 ? Int(channelCode) + 1 : 2, bits: bitsCode == 0 ? format.bits : Self.widths[Int(bitsCode)])
    guard Self.checksum(bytes[place..<at]) == bytes[at] else { return nil }
  }

  private static let rates = [88_200, 176_400, 192_000, 8_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000]
  private static let widths = [0, 8, 12, 0, 16, 20, 24, 32]

  /// CRC-8.
  private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt8 {
    bytes.reduce(UInt8(0)) { sum, byte in
      (0..<8).reduce(sum ^ byte) { value, _ in value & 0x80 != 0 ? value << 1 ^ 0x07 : value << 1 }
    }
  }
}
