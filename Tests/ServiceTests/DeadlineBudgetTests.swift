import ConfigurationFile
import Convolution
import Filters
import Glibc
import Testing

@Suite("The budget of the deadline")
struct DeadlineBudgetTests {
  private let processors = Double(sysconf(Int32(_SC_NPROCESSORS_ONLN)))

  @Test("holds for the audio thread, for each worker, and for all of them on the processors that there are")
  func each() throws {
    func refusal(_ audioThread: Double, _ workers: [Double] = [], present: PredictedLoad = PredictedLoad()) -> String? {
      DeadlineBudget.refusal(PredictedLoad(audioThread: audioThread, workers: workers), present: present)?.detail
    }
    #expect(refusal(0.8) == nil && refusal(0.1, [0.8 * processors - 0.1].filter { $0 <= 0.8 }) == nil)
    #expect(try #require(refusal(0.81)).hasPrefix("a block would take 81 % of its time by prediction, more than 80 %: set "))
    #expect(try #require(refusal(0.1, [0.2, 1.2])).hasPrefix("a worker would take 120 % of its time by prediction, more than 80 %: set "))
    let many = [Double](repeating: 0.79, count: Int(processors) + 1)
    #expect(try #require(refusal(0.1, many)).contains("of the time of all processors by prediction"))
    // What takes less than what is heard is an improvement.
    #expect(refusal(0.1, [1.2], present: PredictedLoad(audioThread: 0.1, workers: [1.3])) == nil)
    #expect(refusal(0.1, [1.2], present: PredictedLoad(audioThread: 1.3, workers: [])) != nil)
  }

  @Test("counts what a block takes beside its convolution: shorter ones than that are refused, whatever they convolve")
  func shortBlocks() throws {
    for (block, rate, isRefused) in [
      (1, 384_000, true), (2, 768_000, true), (1, 192_000, true), (1, 96_000, false), (2, 192_000, false), (1, 48_000, false),
      (256, 48_000, false),
    ] {
      let yaml = """
        rate: \(rate)
        block: \(block)
        capture: { device: "null" }
        playback: { device: "null" }
        filters: [{ name: left, from: 0, to: 0, kernel: dirac }]
        """
      let draft = try ConfigurationDraft(ConfigurationText(yaml: yaml, folder: "/"), rate: rate) { .shipped($0) }
      #expect(draft.load.audioThread >= DeadlineBudget.blockNanoseconds * Double(rate) / Double(block) / 1e9)
      #expect((DeadlineBudget.refusal(draft.load) != nil) == isRefused, "\(block) at \(rate) Hz: \(draft.load)")
    }
  }

  @Test("allows a cross-fade only where there is time for both")
  func fade() {
    let load = PredictedLoad(audioThread: 0.5, workers: [])
    #expect(DeadlineBudget.isEnoughForFade(load, load))
    #expect(!DeadlineBudget.isEnoughForFade(load, PredictedLoad(audioThread: 0.51, workers: [])))
    let many = PredictedLoad(audioThread: 0, workers: [Double](repeating: 0.6, count: Int(processors)))
    #expect(!DeadlineBudget.isEnoughForFade(many, many))
  }
}
