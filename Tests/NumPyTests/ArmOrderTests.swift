import NPY
import NumPy
import TestSupport
import Testing

@Suite struct ArmOrderTests {
  @Test("Random arrays have the bits of the orders of 64-bit Arm, computed in exact arithmetic", arguments: Profile.arm)
  func model(profile: Profile) throws {
    try compare(profile, seed: Int.random(in: 0...1_000_000_000), count: 40)
  }

  @Test("So have many more", .enabled(if: Soak.cases > 0, "set CONVOLVED_SOAK to a number of cases"))
  func soak() throws {
    for (index, first) in stride(from: 0, to: Soak.cases / 20, by: 100).enumerated() {
      let (profile, seed) = (Profile.arm[index % Profile.arm.count], 3_000_000 + first)
      print("seed \(seed), profile \(profile.rawValue)")
      try compare(profile, seed: seed, count: 100)
    }
  }

  @Test("Images of floating point have the bits of SciPy's arithmetic on 64-bit Arm, computed exactly")
  func images() throws {
    let (seed, count) = (Int.random(in: 0...1_000_000_000), 25)
    let cases = try ImageCase.written(count) { path in
      try Reference.run("arm_images.py", [path, String(seed), String(count)])
    }
    for (index, each) in cases.enumerated() {
      let result = try convolve2D(each.image, each.kernel, arithmetic: .fused, jobs: 1 + index % 2)
      #expect(each.expected.map { differingBits(result, $0) } == 0, "seed \(seed), case \(index): \(each.description)")
    }
  }

  private func compare(_ profile: Profile, seed: Int, count: Int) throws {
    let cases = try ConvolutionCase.written(count) { path in
      try Reference.run("arm_orders.py", [path, String(seed), String(count), profile.rawValue])
    }
    for (index, each) in cases.enumerated() {
      let result = try convolve(each.a, each.v, mode: each.mode, profile: profile, jobs: 1 + index % 2)
      #expect(differingBits(result, each.expected) == 0, "seed \(seed), case \(index): \(each.description)")
    }
  }
}
