import Platform

// CAF. Source: Apple, Core Audio Format Specification 1.0
extension SoundExtent {
  /// More chunks than any file has.
  private static let mostChunks = 65_536

  init(caf input: ByteInput) throws(AudioFileError) {
    guard try input.skip(8) else { throw Self.short(input.name) }
    var (frameBytes, isDescribed): (Int?, Bool) = (nil, false)
    var sound: (declared: Int?, present: Int)?
    for _ in 0..<Self.mostChunks {
      let head = try input.read(upTo: 12)
      if head.isEmpty || sound != nil && head.count < 12 { break }
      guard head.count == 12 else { throw Self.short(input.name) }
      let (kind, size) = (String(decoding: head[..<4], as: UTF8.self), head[4..<12].reduce(Int64(0)) { $0 << 8 | Int64($1) })
      let left = input.bytesLeft ?? 0
      if kind == "data" {
        guard sound == nil else { throw WaveChunks.damaged(input.name, "it has two data chunks") }
        // After a count of edits. A size of -1, or one that was never filled in, leaves the length open.
        guard left >= 4, size <= 0 || size >= 4 else { throw Self.short(input.name) }
        sound = (size <= 0 ? nil : Int(size) - 4, left - 4)
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
  }

  /// Of a description of sound; nil for a compression.
  private static func frameBytes(_ description: [UInt8]) -> Int? {
    guard ["lpcm", "alaw", "ulaw"].contains(String(decoding: description[8..<12], as: UTF8.self)) else { return nil }
    return WaveForm.rifx.integer(description, at: 16, 4)
  }
}
