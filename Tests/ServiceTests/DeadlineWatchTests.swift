import Service
import Engine
import TestSupport
import Testing

@Suite("The watch over the deadline")
struct DeadlineWatchTests {
  /// Blocks of 10 ms, looked at every five of them, that took the given shares of their time.
  private func findings(
    _ shares: [Double], late: DeadlineWatch.Late = .blocks, changing: Range<Int> = 0..<0, isOnTrial: Bool = true
  ) -> [String] {
    var watch = DeadlineWatch(late)
    var (missed, inARow, sum) = (0, 0, 0.0)
    var found: [String] = []
    for (index, share) in shares.enumerated() {
      (missed, inARow, sum) = (missed + (share > 1 ? 1 : 0), share > 1 ? inARow + 1 : 0, sum + share)
      guard index % 5 == 4 else { continue }
      let load = EngineStatus.Load(
        mean: late == .blocks ? sum / Double(index + 1) : 0, p99: 0, max: 0, missed: late == .blocks ? missed : 0,
        missedInARow: late == .blocks ? inARow : 0, late: late == .tails ? missed : 0, lateInARow: late == .tails ? inARow : 0,
        tails: late == .tails ? share : 0, histogram: LoadHistogram(blocks: []))
      switch watch.look(load, blocks: index + 1, block: 0.01, isChanging: changing.contains(index), isOnTrial: isOnTrial) {
      case .kept: break
      case .overload(let load): found.append("overload \((load * 10).rounded() / 10) at \(index)")
      case .recovered: found.append("recovered at \(index)")
      }
    }
    return found
  }

  @Test("finds an overload after some late blocks in a row, later where nothing was changed, and its end after two seconds without")
  func overload() {
    let shares = [Double](repeating: 0.5, count: 50) + [Double](repeating: 1.5, count: 100) + [Double](repeating: 0.5, count: 400)
    #expect(findings(shares) == ["overload 1.5 at 59", "recovered at 349"])
    #expect(findings(shares, isOnTrial: false) == ["overload 1.5 at 119", "recovered at 349"])
  }

  @Test("finds tails that are late for two seconds, on trial or not, and not those of a thread that comes up to date sooner")
  func tails() {
    let shares = [Double](repeating: 0.5, count: 50) + [Double](repeating: 1.5, count: 300) + [Double](repeating: 0.5, count: 400)
    for isOnTrial in [false, true] {
      #expect(findings(shares, late: .tails, isOnTrial: isOnTrial) == ["overload 1.5 at 249", "recovered at 549"])
    }
    #expect(findings((0..<1000).map { $0 % 200 < 150 ? 1.1 : 0.5 }, late: .tails) == [])
  }

  @Test("wants the next look soon while blocks are late, and until an overload is over")
  func restless() {
    var watch = DeadlineWatch(.blocks)
    var (missed, blocks, finding) = (0, 0, "")
    /// A look after so many blocks, late ones or others, and whether the next one must come soon.
    func look(_ count: Int, areLate: Bool) -> Bool {
      (blocks, missed) = (blocks + count, missed + (areLate ? count : 0))
      let load = EngineStatus.Load(
        mean: 1.5, p99: 0, max: 0, missed: missed, missedInARow: areLate ? count : 0, histogram: LoadHistogram(blocks: []))
      switch watch.look(load, blocks: blocks, block: 0.01, isChanging: false, isOnTrial: false) {
      case .kept: finding = "kept"
      case .overload: finding = "overload"
      case .recovered: finding = "recovered"
      }
      return watch.isRestless
    }
    #expect(!look(100, areLate: false))
    #expect(look(50, areLate: true) && finding == "kept")
    #expect(!look(100, areLate: false))
    #expect(look(100, areLate: true) && finding == "overload")
    #expect(look(100, areLate: false) && finding == "kept")
    #expect(!look(100, areLate: false) && finding == "recovered")
  }

  @Test("does not take single late blocks for one, nor those of a change under way")
  func others() {
    #expect(findings((0..<1000).map { $0 % 7 == 0 ? 0.1 : 1.2 }) == [])
    #expect(findings((0..<200).map { 50..<120 ~= $0 ? 1.2 : 0.5 }, changing: 50..<125) == [])
    var random = SeededGenerator(seed: 71)
    #expect(findings((0..<10_000).map { _ in Double.random(in: 0...1.2, using: &random) }) == [])
  }
}
