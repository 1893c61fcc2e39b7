import Foundation
import NPY
import NumPy
import TestSupport
import Testing

@Suite struct CorpusTests {
  @Test("Random arrays of every type have the bits of np.convolve on this processor")
  func automatic() throws { try compare(nil, seed: 20_260_101, count: 2_000) }

  @Test("Random arrays have the bits of np.convolve by OpenBLAS' kernels for a named processor", arguments: Profile.reproducible)
  func named(profile: Profile) throws { try compare(profile, seed: 20_260_102, count: 300) }

  @Test("So have many more", .enabled(if: Soak.cases > 0, "set CONVOLVED_SOAK to a number of cases"))
  func soak() throws {
    // In portions, each of which takes some 50 MB.
    let portion = 1_000
    let profiles = [nil] + Profile.reproducible.map(Optional.some)
    for (index, first) in stride(from: 0, to: Soak.cases, by: portion).enumerated() {
      let profile = profiles[index % profiles.count]
      print("seed \(1_000_000 + first), profile \(profile?.rawValue ?? "auto")")
      try compare(profile, seed: 1_000_000 + first, count: min(portion, Soak.cases - first))
    }
  }

  private func compare(_ profile: Profile?, seed: Int, count: Int) throws {
    for (index, each) in try ConvolutionCase.random(seed: seed, count: count, profile: profile).enumerated() {
      let method = ConvolutionMethod.allCases[index % 3]
      let result = try convolve(
        each.a, each.v, mode: each.mode, profile: profile ?? .automatic, method: method, jobs: 1 + index % 2)
      let differing = differingBits(result, each.expected)
      #expect(differing == 0, "seed \(seed), case \(index): \(each.description), \(method): \(result.elementType)")
    }
  }
}
