import BlockProcessing
import ConfigurationFile
import Convolution
import FilterKernels
import Filters
import Testing

@Suite("The memory of filters")
struct MemoryBytesTests {
  @Test(
    "is no more than is said of them before, with the queues of workers",
    arguments: [(block: 16_384, channels: 8, workers: 8, taps: 140_000), (1024, 4, 3, 60_000), (64, 2, 1, 20_000), (8192, 3, 0, 50_000)])
  func bound(block: Int, channels: Int, workers: Int, taps: Int) throws {
    for isFull in [false, true] where !isFull || channels < 8 {
      let routes = (0..<channels).flatMap { from in (0..<channels).filter { isFull || $0 == from }.map { (from, $0) } }
      let filters = routes.map { "  - { name: f\($0)-\($1), from: \($0), to: \($1), kernel: \"box:\(taps + 10 * $0 + $1)\" }" }
      let devices = ["capture", "playback"].map { "\($0): { device: none, channels: \(channels) }" }
      let yaml = (["rate: 48000", "block: \(block)", "workers: \(workers)"] + devices + ["filters:"] + filters).joined(separator: "\n")
      let set = try RatedFilters(ConfigurationText(yaml: yaml, folder: "/")).first
      let planned = try #require(PlannedFilters(set, costs: .shipped(set.configuration.precision)) { false })
      let program = makeProgram(planned.takeConvolver(), tails: planned.tails, fadeFrames: 480)
      defer { freeProgram(program) }
      let taken = program.pointee.regions.reduce(0) { $0 + $1.count }
      #expect(taken < set.memoryBytes, "\(taken) of \(set.memoryBytes)")
    }
  }
}
