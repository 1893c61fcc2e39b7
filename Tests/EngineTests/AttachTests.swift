import ALSA
import Convolution
import Engine
import Testing

@Suite("Devices that are attached")
struct AttachTests {
  /// A device of software with room for so many frames.
  private func device(_ direction: Direction, buffer: Int) throws -> Device {
    try Device(
      DeviceRequest(
        name: "null", direction: direction, format: .s32, rate: 48_000, channels: 1, periodFrames: buffer / 2, periods: 2))
  }

  @Test(
    "hold two blocks each, or are refused by name", arguments: [(capture: 512, playback: 4096), (4096, 512), (1000, 1000), (1024, 1024)])
  func rooms(capture: Int, playback: Int) async throws {
    let route = Route(from: 0, to: 0, response: try ImpulseResponse([1]))
    let engine = AudioEngine(try Convolver(block: 512, inputs: 1, outputs: 1, routes: [route]), rate: 48_000, fade: 5)
    let (input, output) = (try device(.capture, buffer: capture), try device(.playback, buffer: playback))
    try #require(input.negotiated.bufferFrames == capture && output.negotiated.bufferFrames == playback)
    let small: Direction? = capture < 1024 ? .capture : playback < 1024 ? .playback : nil
    do {
      try engine.attach(capture: input, playback: output, periods: 2)
      #expect(small == nil)
    } catch {
      #expect(
        "\(error)".hasPrefix("\(small.map { "\($0)" } ?? "no") device null") && "\(error)".hasSuffix("set a smaller block"), "\(error)")
    }
    await engine.finish()
  }
}
