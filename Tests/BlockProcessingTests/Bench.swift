import BlockProcessing
import Convolution

/// A block processor and the channels of one signal.
final class Bench {
  var processor: BlockProcessor
  let block: Int
  private let x: UnsafeMutablePointer<Double>
  private let y: UnsafeMutablePointer<Double>

  init(_ program: ProgramPointer, block: Int, rampFrames: Int, isGuarded: Bool = false) {
    self.block = block
    processor = BlockProcessor(program: program, rampFrames: rampFrames, isGuarded: isGuarded)
    x = .allocate(capacity: block)
    y = .allocate(capacity: block)
  }

  var isSilent: Bool { processor.isSilent }
  var isChanging: Bool { processor.isChanging }

  deinit {
    x.deallocate()
    y.deallocate()
  }

  /// One block; frees the program that a finished change leaves, after `beforeFreeing`.
  func run(
    _ samples: ArraySlice<Double>, open: Bool = true, beforeFreeing: () -> Void = {}
  ) -> (output: [Double], finished: Bool) {
    for (n, sample) in samples.enumerated() { x[n] = sample }
    var input = UnsafePointer(x)
    var output = y
    let retired = processor.process(&input, to: &output, open: open)
    if let retired {
      beforeFreeing()
      freeProgram(retired)
    }
    return ((0..<block).map { y[$0] }, retired != nil)
  }
}

func program(_ taps: [Double], block: Int, fadeFrames: Int = 10) throws -> ProgramPointer {
  let route = Route(from: 0, to: 0, response: try ImpulseResponse(taps))
  return makeProgram(try Convolver(block: block, inputs: 1, outputs: 1, routes: [route]), fadeFrames: fadeFrames)
}

func warm(_ program: ProgramPointer, from live: ProgramPointer) -> Bool { program.pointee.warm(from: live.pointee.history) }

/// Returns false where the sound has overtaken the program.
func follow(_ program: ProgramPointer, _ live: ProgramPointer) -> Bool { program.pointee.follow(live.pointee.history) }

func convolved(_ x: [Double], _ h: [Double]) -> [Double] {
  x.indices.map { n in (0...min(n, h.count - 1)).reduce(0) { $0 + h[$1] * x[n - $1] } }
}

func weight(_ n: Int, of frames: Int) -> Double {
  let u = min(1, Double(n + 1) / Double(frames))
  return u * u * u * (u * (6 * u - 15) + 10)
}
