import Foundation
import NPY
import NumPy
import TestSupport
import Testing

/// Compares with the wheels of NumPy and SciPy for 64-bit Arm themselves, under emulation: `make test-arm-bits`.
@Suite(.enabled(if: Reference.emulation != nil, "set CONVOLVED_ARM_PYTHON to a command that runs such a Python"))
struct ArmWheelTests {
  /// Processors of QEMU, and the profile that OpenBLAS chooses on each.
  private static let processors: [(name: String, profile: Profile)] = [
    ("cortex-a72", .cortexa), ("cortex-a76", .cortexa), ("neoverse-n1", .neoversen1), ("cortex-a53", .cortexa), ("cortex-a57", .cortexa),
    ("max,pauth-impdef=on,sve-default-vector-length=16", .neoversen2),
    ("max,pauth-impdef=on,sve-default-vector-length=32", .neoversev1),
  ]

  /// Cases in all.
  private static let cases = ProcessInfo.processInfo.environment["CONVOLVED_ARM_CASES"].flatMap(Int.init) ?? 1_000

  @Test("Random arrays of every type have the bits of np.convolve on each processor")
  func arrays() throws {
    var (values, differing) = (0, 0)
    for (index, first) in stride(from: 0, to: Self.cases, by: 250).enumerated() {
      let (processor, profile) = Self.processors[index % Self.processors.count]
      let (seed, count) = (4_000_000 + first, min(250, Self.cases - first))
      let cases = try ConvolutionCase.written(count) { path in
        try Reference.run("convolve_cases.py", [path, String(seed), String(count)], processor: processor)
      }
      for (index, each) in cases.enumerated() {
        let result = try convolve(each.a, each.v, mode: each.mode, profile: profile, jobs: 1 + index % 2)
        let bits = differingBits(result, each.expected)
        (values, differing) = (values + each.expected.elements.count, differing + bits)
        #expect(bits == 0, "\(processor), seed \(seed), case \(index): \(each.description)")
      }
      print("\(processor), seed \(seed): \(count) cases; so far \(differing) of \(values) values differ")
    }
  }

  @Test("Random images of every type have the bits of scipy.signal.convolve2d")
  func images() throws {
    for first in stride(from: 0, to: Self.cases, by: 1_000) {
      let (seed, count) = (5_000_000 + first, min(1_000, Self.cases - first))
      let cases = try ImageCase.written(count) { path in
        try Reference.run("images.py", [path, String(seed), String(count)], processor: "cortex-a72")
      }
      var (values, differing) = (0, 0)
      for (index, each) in cases.enumerated() {
        guard let expected = each.expected else { continue }
        let result = try convolve2D(
          each.image, each.kernel, mode: each.mode, boundary: each.boundary, arithmetic: .fused, jobs: 1 + index % 2)
        let bits = differingBits(result, expected)
        (values, differing) = (values + expected.elements.count, differing + bits)
        #expect(bits == 0, "seed \(seed), case \(index): \(each.description)")
      }
      print("seed \(seed): \(count) images, \(differing) of \(values) values differ")
    }
  }
}
