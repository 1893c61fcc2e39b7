import ALSA
import Engine
import PCM

/// Memory that the engine plays from and to, in S24_3LE, two channels; on the default sound card too if there is one.
final class RecordingMemory {
  let recording: Recording
  /// The card's name, where one was found.
  var cardName: String? { card?.negotiated.name }
  private let card: Device?
  private let source: UnsafeMutableRawBufferPointer
  private let played: UnsafeMutableRawBufferPointer
  private static let format = SampleFormat.s24packed

  init(_ channels: [[Double]], block: Int) {
    let bytes = channels[0].count * channels.count * Self.format.bytes
    let source = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes, alignment: 64)
    self.source = source
    // A second more than is played: the silence that a card's queue begins with.
    played = .allocate(byteCount: bytes + DemonstrationSound.rate * channels.count * Self.format.bytes, alignment: 64)
    played.initializeMemory(as: UInt8.self, repeating: 0)
    let memory = source.baseAddress!
    Self.withPlanes(channels) { planes in
      _ = Self.format.encode(planes, count: channels[0].count, channels: channels.count, to: memory)
    }
    let queueFrames = 2 * block
    card = try? Device(
      DeviceRequest(
        name: "default", direction: .playback, format: Self.format, rate: DemonstrationSound.rate, channels: channels.count,
        periodFrames: block, periods: 3))
    recording = Recording(
      source: UnsafeRawBufferPointer(source), result: played, format: Self.format, channels: channels.count,
      rate: DemonstrationSound.rate, block: block, queueFrames: queueFrames, card: card?.stream)
  }

  deinit {
    source.deallocate()
    played.deallocate()
  }

  /// What has been played, channel by channel. The engine has stopped.
  func result(seconds: Int) -> [[Double]] {
    let frames = seconds * DemonstrationSound.rate
    let silence = [[Double]](repeating: [Double](repeating: 0, count: frames), count: 2)
    return Self.withPlanes(silence) { planes in
      Self.format.decode(UnsafeRawPointer(played.baseAddress!), count: frames, channels: 2, to: planes)
      return (0..<2).map { channel in Array(UnsafeBufferPointer(start: planes[channel], count: frames)) }
    }
  }

  private static func withPlanes<R>(_ channels: [[Double]], _ body: (UnsafePointer<UnsafeMutablePointer<Double>>) -> R) -> R {
    let planes = channels.map { samples in
      let plane = UnsafeMutablePointer<Double>.allocate(capacity: samples.count)
      plane.initialize(from: samples, count: samples.count)
      return plane
    }
    defer { planes.forEach { $0.deallocate() } }
    return body(planes)
  }
}
