import PCM
import TestSupport
import Testing

@Suite("Frames")
struct FramesTests {
  static let integers = SampleFormat.allCases.filter { $0.bits != nil }

  /// Decodes frames of `channels` channels into planes.
  private func decoded(_ bytes: [UInt8], _ format: SampleFormat, channels: Int) -> [[Double]] {
    let count = bytes.count / format.bytes / channels
    let planes = Planes(channels, count)
    bytes.withUnsafeBytes { format.decode($0.baseAddress!, count: count, channels: channels, to: planes.pointers) }
    return planes.values
  }

  private func encoded(_ values: [[Double]], _ format: SampleFormat) -> (bytes: [UInt8], clipped: Int) {
    let planes = Planes(values.count, values[0].count)
    planes.set(values)
    var bytes = [UInt8](repeating: 0xAA, count: values.count * values[0].count * format.bytes)
    let clipped = bytes.withUnsafeMutableBytes {
      format.encode(planes.pointers, count: values[0].count, channels: values.count, to: $0.baseAddress!)
    }
    return (bytes, clipped)
  }

  @Test("every sample comes back as it was", arguments: SampleFormat.allCases)
  func roundTrip(format: SampleFormat) {
    var random = SeededGenerator(seed: 21)
    for channels in [1, 2, 5] {
      let values = (0..<channels).map { _ in
        (0..<5000).map { _ in
          guard let bits = format.bits else {
            let value = Double.random(in: -2...2, using: &random)
            return format == .double ? value : Double(Float(value))
          }
          let limit = 1 << (bits - 1)
          return Double(Int.random(in: -limit..<limit, using: &random)) / Double(limit)
        }
      }
      let (bytes, clipped) = encoded(values, format)
      #expect(clipped == 0)
      #expect(decoded(bytes, format, channels: channels) == values)
      #expect(encoded(decoded(bytes, format, channels: channels), format).bytes == bytes)
    }
  }

  @Test("samples lie little endian, and 24 bits in four bytes are extended by their sign")
  func layout() {
    let value = [[Double(-0x123456) / 0x1p23]]
    #expect(encoded(value, .s24packed).bytes == [0xAA, 0xCB, 0xED])
    #expect(encoded(value, .s24in32).bytes == [0xAA, 0xCB, 0xED, 0xFF])
    #expect(encoded(value, .s32).bytes == [0x00, 0xAA, 0xCB, 0xED])
    #expect(encoded([[-1, 0.5]], .s16).bytes == [0x00, 0x80, 0x00, 0x40])
    #expect(encoded([[-0.1]], .double).bytes == [0x9A, 0x99, 0x99, 0x99, 0x99, 0x99, 0xB9, 0xBF])
    #expect(decoded([0xAA, 0xCB, 0xED, 0x77], .s24in32, channels: 1) == value, "the fourth byte is not part of the sample")
  }

  @Test("ties go to the even neighbour", arguments: integers)
  func ties(format: SampleFormat) {
    let scale = Double(1 << (format.bits! - 1))
    let halves = (-9...9).map { Double($0) + 0.5 }
    let (bytes, _) = encoded([halves.map { $0 / scale }], format)
    #expect(decoded(bytes, format, channels: 1)[0].map { $0 * scale } == halves.map { $0.rounded(.toNearestOrEven) })
  }

  @Test("what is out of range is clipped and counted, and what is no number is silence", arguments: integers)
  func clipped(format: SampleFormat) {
    let step = 1 / Double(1 << (format.bits! - 1))
    let values = [1, -1, 1 - step, 1 - step / 4, -1 - step / 4, -1 - step, 2, -2, .infinity, -.infinity, .nan]
    let (bytes, count) = encoded([values], format)
    let top = 1 - step
    #expect(decoded(bytes, format, channels: 1) == [[top, -1, top, top, -1, -1, top, -1, top, -1, 0]])
    // Full scale in float32, which has no number between it and the largest integer of 32 bits.
    #expect(count == (format == .s32 ? 7 : 8))
  }
}

extension FramesTests {
  @Test("a channel is encoded alike beside any others", arguments: SampleFormat.allCases)
  func channels(format: SampleFormat) {
    var random = SeededGenerator(seed: 22)
    let special: [Double] = [1, -1, .nan, .infinity, -.infinity, 0x1p-40, -0.0, 1.5, -1.5, .greatestFiniteMagnitude]
    for channels in 1...7 {
      let values = (0..<channels).map { _ in
        (0..<500).map { _ in
          Bool.random(using: &random) ? special.randomElement(using: &random)! : Double.random(in: -1.01...1.01, using: &random)
        }
      }
      let alone = values.map { encoded([$0], format) }
      let (bytes, clipped) = encoded(values, format)
      #expect(clipped == alone.reduce(0) { $0 + $1.clipped })
      for (channel, one) in alone.enumerated() {
        let places = (0..<500).flatMap { frame in (0..<format.bytes).map { (frame * channels + channel) * format.bytes + $0 } }
        #expect(places.map { bytes[$0] } == one.bytes, "channel \(channel) of \(channels)")
      }
    }
  }
}

/// Channels with pointers that a codec can use.
final class Planes {
  let count: Int
  let pointers: UnsafeMutablePointer<UnsafeMutablePointer<Double>>
  private let channels: Int

  init(_ channels: Int, _ count: Int) {
    self.count = count
    self.channels = channels
    pointers = .allocate(capacity: channels)
    for channel in 0..<channels {
      let plane = UnsafeMutablePointer<Double>.allocate(capacity: count)
      plane.initialize(repeating: 0, count: count)
      (pointers + channel).initialize(to: plane)
    }
  }

  deinit {
    for channel in 0..<channels { pointers[channel].deallocate() }
    pointers.deallocate()
  }

  func set(_ values: [[Double]]) {
    for (channel, plane) in values.enumerated() { for (n, value) in plane.enumerated() { pointers[channel][n] = value } }
  }

  var values: [[Double]] { (0..<channels).map { channel in (0..<count).map { pointers[channel][$0] } } }
}
