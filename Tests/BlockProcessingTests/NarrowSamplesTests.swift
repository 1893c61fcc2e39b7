import BlockProcessing
import Convolution
import TestSupport
import Testing
import Vector

@Suite("BlockProcessor's samples of float32")
struct NarrowSamplesTests {
  @Test("go through changes as float64 ones do")
  func narrow() throws {
    var random = SeededGenerator(seed: 34)
    for (block, oldTaps, newTaps) in [(64, 1, 700), (64, 900, 3), (37, 500, 800)] {
      let x: [Float] = random.noise(block * 60).map { Float($0) }
      let taps: [[Double]] = [random.noise(oldTaps), random.noise(newTaps)]
      // For each kernel, a program for samples of either precision.
      var programs: [[ProgramPointer]] = []
      for kernel in taps { programs.append([try makeNarrow(kernel, block: block), try makeNarrow(kernel, block: block)]) }
      var narrow = BlockProcessor(program: programs[0][0], rampFrames: 0)
      var wide = BlockProcessor(program: programs[0][1], rampFrames: 0)
      var (narrowOutput, wideOutput): ([Float], [Float]) = ([], [])
      for index in 0..<60 {
        if index == 30 {
          for n in 0..<2 { #expect(warm(programs[1][n], from: programs[0][n])) }
          narrow.begin(programs[1][0])
          wide.begin(programs[1][1])
        }
        let samples = Array(x[index * block..<(index + 1) * block])
        narrowOutput += process(samples, &narrow)
        wideOutput += processWide(samples, &wide)
      }
      #expect(narrowOutput == wideOutput, "\(oldTaps) to \(newTaps) taps, block \(block)")
    }
  }

  private func makeNarrow(_ taps: [Double], block: Int) throws -> ProgramPointer {
    let route = Route(from: 0, to: 0, response: try ImpulseResponse(taps))
    let convolver = try Convolver(block: block, inputs: 1, outputs: 1, routes: [route], precision: .float32)
    return makeProgram(convolver, fadeFrames: 100)
  }

  private func process(_ samples: [Float], _ processor: inout BlockProcessor) -> [Float] {
    if processor.isChanging { return processWide(samples, &processor) }
    var samples = samples
    samples.withUnsafeMutableBufferPointer { samples in
      var (input, output) = (UnsafePointer(samples.baseAddress!), samples.baseAddress!)
      processor.process(&input, to: &output)
    }
    return samples
  }

  private func processWide(_ samples: [Float], _ processor: inout BlockProcessor) -> [Float] {
    var (wide, result) = (samples.map { Double($0) }, [Double](repeating: 0, count: samples.count))
    wide.withUnsafeMutableBufferPointer { wide in
      result.withUnsafeMutableBufferPointer { result in
        var (input, output) = (UnsafePointer(wide.baseAddress!), result.baseAddress!)
        if let retired = processor.process(&input, to: &output, open: true) { freeProgram(retired) }
      }
    }
    return result.map { Float($0) }
  }
}
