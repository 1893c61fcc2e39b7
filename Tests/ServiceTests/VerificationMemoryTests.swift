import Service
import Testing

@Suite("The memory of a verification")
struct VerificationMemoryTests {
  @Test("is refused with both figures where less is free")
  func refusal() throws {
    #expect(Daemon.refusal(1_000_000, free: 1_000_000) == nil)
    let problem = try #require(Daemon.refusal(140_000_001, free: 70_999_999))
    #expect(problem.status == 503)
    #expect(problem.detail.hasPrefix("the verification may take 141 MB of memory, and 70 MB are free: "), "\(problem.detail)")
  }
}
