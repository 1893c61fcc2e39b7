import AudioFile
import ConfigurationFile
import FilterKernels
import Testing

@Suite("Kernels that are brought to the rate of the stream")
struct KernelFittingTests {
  private let kernel: Kernel

  init() throws {
    kernel = try Kernel(channels: [[1, 0.5], [0.25, 0], [0, 1]], sampleRate: 44_100, name: "k.wav", layout: "test")
  }

  @Test("are resampled in the wanted channel alone, as with the others")
  func channel() throws {
    let whole = try kernel.resampled(to: 48_000)
    for channel in 0..<3 {
      let fitted = try kernel.fitted(to: 48_000, resample: true, channel: channel)
      #expect(fitted.channels.count == 1 && fitted.sampleRate == 48_000)
      // Each begins as early as its own sound does.
      let (lead, wholeLead) = (fitted.leadFrames, whole.leadFrames)
      #expect(lead <= wholeLead)
      #expect(fitted.channels[0][lead..<lead + 3] == whole.channels[channel][wholeLead..<wholeLead + 3])
    }
  }

  @Test("are convolved with each other in pairs, exactly where they are whole numbers")
  func product() throws {
    let parts = try (0..<20).map { _ in try Kernel(specification: "taps:1,1") }
    let stacked = try KernelReader().stacked(parts, channel: 0, isTrial: false)
    var row: [Double] = [1]
    for _ in 0..<20 { row = zip([0] + row, row + [0]).map { $0 + $1 } }
    #expect(stacked.channels == [row])
  }

  @Test("are convolved with each other once, however many filters name them, and refused beforehand where that is too much")
  func stacks() throws {
    func filters(_ kernels: (Int) -> [String], count: Int) throws -> FilterSet {
      let head = "rate: 48000\ncapture: { device: none, channels: 1 }\nplayback: { device: none, channels: 1 }\nfilters:\n"
      let lines = (0..<count).map { index in
        "  - { name: f\(index), from: 0, to: 0, kernels: [\(kernels(index).map { "\"\($0)\"" }.joined(separator: ", "))] }\n"
      }
      return try FilterSet(ConfigurationText(yaml: head + lines.joined(), folder: "").configuration())
    }
    // 64 times 32,768 taps: 2,097,089 of each product, through six rounds.
    let long = Array(repeating: "box:32768", count: 64)
    let clock = ContinuousClock()
    let refusal = try clock.measure {
      let faults = #expect(throws: FilterFaults.self) {
        try filters({ index in Array(long.dropLast()) + ["box:\(32_768 - index)"] }, count: 20)
      }
      let told = try #require(faults?.lasting)
      #expect(told.count == 1 && told[0].message.contains("more than 134217728 taps"), "\(told)")
    }
    #expect(refusal < .seconds(10))
    // Equal ones count once.
    let equal = try filters({ _ in ["box:1000", "box:500", "taps:1,2"] }, count: 1_000).filters
    #expect(equal.count == 1_000 && Set(equal.map(\.response)).count == 1 && equal[0].response.taps.count == 1_500)
  }

  @Test("stay as they are at their own rate, and are refused without the channel before they are resampled")
  func others() throws {
    #expect(try kernel.fitted(to: 44_100, resample: true, channel: 1) == kernel)
    let fault = #expect(throws: KernelFault.self) { try kernel.fitted(to: 48_000, resample: true, channel: 3) }
    #expect(fault?.message.contains("not channel 3") == true)
  }
}
