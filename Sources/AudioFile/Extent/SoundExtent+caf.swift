import Platform

// CAF. Source: Apple, Core Audio Format Specification 1.0
extension SoundExtent {
  /// More chunks than any file has.
  private static let mostChunks = 65_536
  private static let known: Set<String> = [
    "desc", "data", "kuki", "pakt", "chan", "strg", "mark", "regn", "inst", "midi", "ovvw", "peak", "edct", "info", "umid", "uuid", "free",
  ]

  init(caf input: ByteInput) throws(AudioFileError) {
    let start = input.position
    guard try input.skip(8) else { throw Self.short(input.name) }
    var (frameBytes, isDescribed): (Int?, Bool) = (nil, false)
    var closing: Patch?
    var sound: (declared: Int?, present: Int)?
    for _ in 0..<Self.mostChunks {
      if let declared = sound?.declared, try !Self.isAtChunk(input) {
        try Self.checkRest(input, declared)
        break
      }
      let head = try input.read(upTo: 12)
      if head.isEmpty { break }
      guard head.count == 12 else { throw Self.short(input.name) }
      let (kind, size) = (String(decoding: head[..<4], as: UTF8.self), head[4..<12].reduce(Int64(0)) { $0 << 8 | Int64($1) })
      let left = input.bytesLeft ?? 0
      if kind == "data" {
        guard sound == nil else { throw WaveChunks.damaged(input.name, "it has two data chunks") }
        // After a count of edits. A size of -1, or one that was never filled in, leaves the length open.
        guard left >= 4, size <= 0 || size >= 4 else { throw Self.short(input.name) }
        sound = (size <= 0 ? nil : Int(size) - 4, left - 4)
        if size == -1 { closing = Patch(offset: input.position - start - 8, bytes: Self.bytes(of: left)) }
        if size <= 0 { break }
      } else if size < 0 {
        throw WaveChunks.damaged(input.name, "its \(quotable(kind)) chunk says \(size) bytes")
      }
      guard left >= size else {
        if sound == nil { throw Self.short(input.name) }
        break
      }
      if kind == "desc", size >= 32 {
        frameBytes = Self.frameBytes(try input.peek(32))
        isDescribed = true
      }
      _ = try input.skip(Int(size))
    }
    guard isDescribed, let sound else { throw WaveChunks.damaged(input.name, "it has no \(isDescribed ? "data" : "desc") chunk") }
    self.init(declared: sound.declared, present: sound.present, frameBytes: frameBytes)
    // A compression says by other chunks how long it is.
    if frameBytes != nil { self.closing = closing }
  }

  private static func bytes(of size: Int) -> [UInt8] { withUnsafeBytes(of: Int64(size).bigEndian) { Array($0) } }

  /// Whether a known chunk follows, which may be cut off, or another one by a name that can be printed, which fits.
  private static func isAtChunk(_ input: ByteInput) throws(AudioFileError) -> Bool {
    let head = try input.peek(12)
    guard head.count == 12 else { return false }
    if known.contains(String(decoding: head[..<4], as: UTF8.self)) { return true }
    let size = head[4..<12].reduce(Int64(0)) { $0 << 8 | Int64($1) }
    return head[..<4].allSatisfy { (0x20...0x7E).contains($0) } && (0...max(0, (input.bytesLeft ?? 0) - 12)).contains(Int(size))
  }

  /// Of a description of sound; nil for a compression.
  private static func frameBytes(_ description: [UInt8]) -> Int? {
    guard ["lpcm", "alaw", "ulaw"].contains(String(decoding: description[8..<12], as: UTF8.self)) else { return nil }
    return WaveContainer.rifx.integer(description, at: 16, 4)
  }
}
