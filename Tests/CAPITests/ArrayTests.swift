import NumPy
import TestSupport
import Testing

/// The functions of convolved_arrays.h.
@Suite("C library, arrays")
struct ArrayTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  private func program(_ name: String) throws -> CProgram {
    try CProgram("Tests/CAPITests/Programs/\(name).c", in: folder)
  }

  @Test("every function takes good arguments, and refuses each bad one with its error and a message that says which")
  func arguments() throws {
    let completed = try program("arrays").run("calls")
    #expect(completed.status == 0, "\(completed)")
  }

  @Test("the caller's function stops every kind of work soon, and is called in time")
  func stopping() throws {
    let completed = try program("arrays").run("stops")
    #expect(completed.status == 0, "\(completed)")
    print(completed.output, terminator: "")
  }

  @Test("calls leave no memory behind, and too little memory is an error")
  func memory() throws {
    // Without caches of its own, what malloc has given away is what the program holds.
    let completed = try program("array_memory").run("12", environment: ["GLIBC_TUNABLES": "glibc.malloc.tcache_count=0"])
    #expect(completed.status == 0, "\(completed)")
    print(completed.output, terminator: "")
  }

  private static let kinds = ["lists", "images", "rows"]

  @Test("random lists and images have the bits of NumPy and SciPy, random rows are within their bound", arguments: kinds)
  func automatic(kind: String) throws { try compare(kind, seed: 20_261_130, count: kind == "rows" ? 60 : 500) }

  @Test("random lists have the bits of OpenBLAS' kernels for a named processor", arguments: Profile.reproducible)
  func named(profile: Profile) throws { try compare("lists", seed: 20_261_131, count: 200, profile) }

  @Test("so have many more", .enabled(if: Soak.cases > 0, "set CONVOLVED_SOAK to a number of cases"), arguments: kinds)
  func soak(kind: String) throws {
    for seed in 1...max(1, Soak.cases / 10_000) { try compare(kind, seed: seed, count: kind == "rows" ? 300 : 10_000) }
  }

  private func compare(_ kind: String, seed: Int, count: Int, _ profile: Profile? = nil) throws {
    let arguments = [Location.library + "/lib/libconvolved.so", kind, "\(seed)", "\(count)"] + (profile.map { [$0.rawValue] } ?? [])
    try Reference.run("c_arrays.py", arguments, coreType: profile?.coreType)
  }
}
