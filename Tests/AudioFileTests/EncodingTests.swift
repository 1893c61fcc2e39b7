import AudioFile
import TestSupport
import Testing

@Suite struct EncodingTests {
  private static let ofIntegers =
    [StoredEncoding.s16, .s24packed, .s32] + [8, 16, 24, 32].map { StoredEncoding.leftJustified(bits: $0) }

  @Test("Integers lie little endian in frames, and come back divided by 2^(bits-1)", arguments: ofIntegers, [1, 2, 3, 6])
  func integers(encoding: StoredEncoding, channels: Int) throws {
    var random = SeededGenerator(seed: 5)
    let bits = try #require(encoding.bits)
    for frames in [0, 1, 2, 7, 8, 33, 1_001] {
      let planes = (0..<channels).map { _ in
        (0..<frames).map { index -> Int32 in
          let ends: [Int32] = [.min >> Int32(32 - bits), .max >> Int32(32 - bits), -1, 0, 1]
          return index < 5 ? ends[index] : Int32.random(in: .min ... .max, using: &random) >> Int32(32 - bits)
        }
      }
      let bytes = frames * channels * encoding.bytes
      withGuardedRoom(bytes) { room in
        for channel in 0..<channels {
          encoding.encode(integers: planes[channel], channel: channel, of: channels, frames: frames, into: room)
        }
        var expected: [UInt8] = []
        let shift = encoding == .leftJustified(bits: bits) ? 32 - bits : 0
        for frame in 0..<frames {
          for plane in planes {
            let value = Int(plane[frame]) << shift
            expected += (0..<encoding.bytes).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
          }
        }
        #expect(Array(UnsafeRawBufferPointer(start: room, count: bytes)) == expected)
        for channel in 0..<channels {
          #expect(decoded(encoding, room, channel, channels, frames) == planes[channel].map { Double($0) / Double(1 << (bits - 1)) })
        }
      }
    }
  }

  @Test("Numbers keep their bits", arguments: [StoredEncoding.float, .double], [1, 2, 3, 6])
  func numbers(encoding: StoredEncoding, channels: Int) {
    var random = SeededGenerator(seed: 6)
    for frames in [0, 1, 2, 7, 33, 1_001] {
      let planes = (0..<channels).map { _ in
        ([-0.0, .infinity, -.infinity, .leastNonzeroMagnitude, 2.5e-308, 0.1] + random.noise(1_000)).prefix(frames).map { $0 }
      }
      let stored = encoding == .float ? planes.map { $0.map { Double(Float($0)) } } : planes
      withGuardedRoom(frames * channels * encoding.bytes) { room in
        for channel in 0..<channels {
          encoding.encode(doubles: planes[channel], channel: channel, of: channels, frames: frames, into: room)
        }
        for channel in 0..<channels {
          let samples = decoded(encoding, room, channel, channels, frames)
          #expect(samples.map(\.bitPattern) == stored[channel].map(\.bitPattern))
        }
      }
    }
  }

  @Test("Quantizing rounds half to even, clips and counts", arguments: [8, 16, 24, 32])
  func quantizing(bits: Int) throws {
    var random = SeededGenerator(seed: 7)
    let scale = Double(1 << (bits - 1))
    var values: [Double] = (-1_000...1_000).map { Double($0) / 2 / scale }
    values += [1, -1, 1 - 0.5 / scale, 1 - 0.5000001 / scale, -1 - 0.5 / scale, -1 - 0.5001 / scale, 1e300, -1e300]
    values += (0..<5_000).map { _ in Double.random(in: -1.1...1.1, using: &random) }
    var integers = [Int32](repeating: 0, count: values.count)
    let clipping = try Quantizer(bits: bits).quantize(values, count: values.count, into: &integers)
    let rounded = values.map { ($0 * scale).rounded(.toNearestOrEven) }
    #expect(integers.map(Double.init) == rounded.map { min(max($0, -scale), scale - 1) })
    #expect(clipping == Clipping(samples: rounded.count { $0 > scale - 1 || $0 < -scale }, peak: 1e300))
    values[17] = .nan
    #expect(throws: Quantizer.NotANumber(index: 17)) { try Quantizer(bits: bits).quantize(values, count: values.count, into: &integers) }
  }

  private func decoded(_ encoding: StoredEncoding, _ bytes: UnsafeRawPointer, _ channel: Int, _ channels: Int, _ frames: Int) -> [Double] {
    [Double](unsafeUninitializedCapacity: frames) {
      encoding.decode(bytes, channel: channel, of: channels, frames: frames, into: $0.baseAddress ?? UnsafeMutablePointer(bitPattern: 8)!)
      $1 = frames
    }
  }

  /// Room at an odd address, whose surroundings must stay as they were.
  private func withGuardedRoom(_ bytes: Int, _ body: (UnsafeMutableRawPointer) -> Void) {
    let all = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes + 32, alignment: 16)
    defer { all.deallocate() }
    all.initializeMemory(as: UInt8.self, repeating: 0xA5)
    body(all.baseAddress! + 15)
    #expect(all.prefix(15).allSatisfy { $0 == 0xA5 } && all.suffix(17).allSatisfy { $0 == 0xA5 })
  }
}
