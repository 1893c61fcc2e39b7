import AudioFile
import ConfigurationFile
import FilterKernels
import Filters
import Testing

@Suite("Kernels that were sent")
struct SentKernelTests {
  private static let yaml = """
    rate: auto
    capture: { device: none }
    playback: { device: none }
    filters: [{ name: left, from: 0, to: 0, kernel: dirac, gain: -3 }]
    """

  @Test("count with the words that name them")
  func words() throws {
    let text = ConfigurationText(yaml: Self.yaml, folder: "/")
    var present = try RatedFilters(text).first
    let before = present.memoryBytes
    let words = "eq:PK Fc 9000 Hz Gain 1 dB Q 0.5" + String(repeating: ";", count: 60_000)
    let sent = SentKernel(source: .named(words), channel: 0)
    present.change(kernels: [try #require(try present.replacement(for: "left", sent, in: text, reader: KernelReader()))])
    let named = present.memoryBytes
    present.filters[0].edit.kernel = nil
    #expect(named - present.memoryBytes >= 60_000 && present.memoryBytes - before < 60_000)
  }

  @Test("count with all of their channels, and go to another rate as far as there is memory")
  func memory() throws {
    let text = ConfigurationText(yaml: Self.yaml, folder: "/")
    let rated = try RatedFilters(text)
    var present = rated.first
    let before = present.memoryBytes
    let taps = (0..<3).map { _ in [1] + [Double](repeating: 0.25, count: 49_999) }
    let kernel = try Kernel(channels: taps, sampleRate: 48_000, name: "sent", layout: "")
    let sent = SentKernel(source: .file(kernel), channel: 1, resample: true)
    present.change(kernels: [try #require(try present.replacement(for: "left", sent, in: text, reader: KernelReader()))])
    #expect(present.filters[0].kernelName == "sent" && present.memoryBytes - before > 3 * 50_000 * 8)
    let own = try rated.filters(at: 44_100)
    for (budget, name, refusals) in [(Int.max, "sent", 0), (own.memoryBytes + 1_000_000, "dirac", 1), (own.memoryBytes, "dirac", 1)] {
      var next = own
      #expect(next.take(editsOf: present, in: text, budget: budget).count == refusals)
      // Another rate may have room for it.
      #expect(next.filters[0].kernelName == name && next.filters[0].edit.kernel != nil && next.filters[0].gain == -3)
    }
  }
}
