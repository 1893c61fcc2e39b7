import AudioFile
import Testing

@Suite struct KernelSpecificationTests {
  private static let kernels: [(String, [Double])] = [
    ("taps:0.5,1,-0.5", [0.5, 1, -0.5]), ("dirac", [1]), ("diff", [0.5, 0, -0.5]), ("box:4", [0.25, 0.25, 0.25, 0.25]), ("box:1", [1]),
    ("box:3", [1 / 3, 1 / 3, 1 / 3]), ("taps:1e2", [100]),
  ]

  private static let numbers: [(String, [Int64]?)] = [
    ("taps:1,-2,+3", [1, -2, 3]), ("taps:9223372036854775807,-9223372036854775808", [.max, .min]),
    ("taps:9007199254740993", [9_007_199_254_740_993]), ("dirac", [1]), ("taps:1,2.0", nil), ("taps:1e2", nil),
    ("taps:0.5,9223372036854775808", nil), ("box:1", nil), ("diff", nil),
  ]

  @Test("What is named on the command line", arguments: kernels)
  func specification(text: String, taps: [Double]) throws {
    #expect(Kernel.isSpecification(text))
    #expect(try Kernel(specification: text).channels == [taps])
  }

  @Test(
    "What names no kernel is refused",
    arguments: [
      "taps:", "taps:1,", "taps:1;2", "taps:inf", "taps:nan", "taps:9223372036854775808", "box", "", "box:", "box:0", "box:-1", "box:x",
      "box:1e3", "box:16777217", "box:99999999999999999999", "diff2",
    ])
  func badSpecification(text: String) throws {
    let error = #expect(throws: AudioFileError.self) { try Kernel(specification: text) }
    #expect(error?.cause == .specification && error?.message.hasPrefix(text + ": ") == true)
  }

  @Test("Taps written as whole numbers are integers, exact to 64 bits", arguments: numbers)
  func integers(text: String, integers: [Int64]?) throws {
    #expect(try Kernel(specification: text).integers == integers)
  }
}
