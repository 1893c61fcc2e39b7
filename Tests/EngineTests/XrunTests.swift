import ALSA
import Engine
import Glibc
import TestSupport
import Testing

@Suite("Xruns")
struct XrunTests {
  private func xrun(_ errno: Int32, _ times: Xrun.Times = Xrun.Times(busy: 1, queue: 2, unserved: 1, buffered: 4)) -> Xrun {
    Xrun(DeviceFault(direction: .playback, errno: errno), times, at: 7)
  }

  @Test("are ours where a block or the thread was late, and else the device's")
  func causes() {
    let seed = UInt64.random(in: 0..<10_000)
    var random = SeededGenerator(seed: seed)
    for _ in 0..<10_000 {
      let queue = Int.random(in: 1_000_000...100_000_000, using: &random)
      let buffered = queue + Int.random(in: 0...queue, using: &random)
      let busy = Int.random(in: 0...2 * queue, using: &random)
      let unserved = busy + Int.random(in: 0...2 * buffered, using: &random)
      let found = xrun(EPIPE, Xrun.Times(busy: busy, queue: queue, unserved: unserved, buffered: buffered))
      #expect((found.cause == .lateBlock) == (busy > queue), "seed \(seed)")
      if busy <= queue && unserved > buffered { #expect(found.cause == .lateThread, "seed \(seed)") }
      if busy <= queue && unserved < buffered / 2 { #expect(found.cause == .device, "seed \(seed)") }
      #expect(found.cause == .device || found.nanoseconds > found.allowedNanoseconds / 4 * 3)
    }
  }

  @Test(
    "are told from other faults by the error number",
    arguments: [
      (ESTRPIPE, Xrun.Cause.suspended), (ETIMEDOUT, .stalled), (ERANGE, .apart), (ENODEV, .lost), (EIO, .lost), (EBADFD, .lost),
    ])
  func others(errno: Int32, cause: Xrun.Cause) {
    let found = xrun(errno)
    #expect(found.cause == cause && found.errno == errno && found.direction == .playback && found.time == 7)
  }

  @Test("are all counted, and kept in order as far as there is room")
  func record() {
    let record = XrunRecord()
    var (kept, next) = (0, Int32(1))
    for count in [0, 1, 63, 64, 500, 3] {
      for _ in 0..<count {
        record.add(xrun(next))
        next += 1
      }
      let collected = record.collect()
      #expect(collected.map(\.errno) == (0..<Int32(min(count, 64))).map { next - Int32(count) + $0 })
      kept += collected.count
    }
    #expect(kept == 195 && record.causes.values.reduce(0, +) == 631)
    #expect(record.causes.count == Xrun.Cause.allCases.count)
  }
}
