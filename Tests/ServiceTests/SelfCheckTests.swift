import ControlAPI
import Engine
import Foundation
import Service
import TestSupport
import Testing

@Suite("The self-check of real-time rights")
struct SelfCheckTests {
  /// A thread that has everything.
  private let granted = {
    var report = RealTimeReport()
    (report.policy, report.priority, report.denormalsFlushed) = ("SCHED_FIFO", 70, true)
    return report
  }()

  @Test("warns of nothing where everything is granted")
  func nothing() throws {
    let folder = try ScratchFolder()
    let report = SelfCheck(granted, processors: folder.path).report
    #expect(report.warnings.isEmpty && report.governor == nil)
    #expect(report.summary.hasPrefix("SCHED_FIFO at priority 70, "))
    #expect(report.summary.hasSuffix(" locked, 0.0 MiB needed, denormals flushed"))
  }

  @Test("reads the frequency governor of every processor, and says what to do about a slow one")
  func governors() throws {
    let folder = try ScratchFolder()
    func set(_ governor: String, of processor: Int) throws {
      let path = folder.file("cpu\(processor)/cpufreq")
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      try "\(governor)\n".write(toFile: path + "/scaling_governor", atomically: true, encoding: .utf8)
    }
    for processor in 0..<12 { try set("performance", of: processor) }
    let fast = SelfCheck(granted, processors: folder.path).report
    #expect(fast.governor == "performance" && fast.warnings.isEmpty)
    try set("ondemand", of: 11)
    let mixed = SelfCheck(granted, processors: folder.path).report
    #expect(mixed.governor == "ondemand, performance" && mixed.summary.hasSuffix(", governor ondemand, performance"))
    #expect(mixed.warnings.count == 1)
    #expect(mixed.warnings.first?.contains("the processor is ondemand: ") == true, "\(mixed.warnings)")
    #expect(mixed.warnings.first?.contains("cpupower frequency-set -g performance") == true)
  }

  @Test("says what was not granted, by how much, and how to grant it")
  func refused() throws {
    let folder = try ScratchFolder()
    var report = granted
    (report.policy, report.priority) = ("SCHED_OTHER", 0)
    (report.neededBytes, report.lockedBytes, report.lockError) = (8 << 40, 3 << 20, ENOMEM)
    let warnings = SelfCheck(report, processors: folder.path).report.warnings
    try #require(warnings.count == 2)
    #expect(warnings[0].contains("LimitRTPRIO=70") && warnings[0].contains("RLIMIT_RTPRIO is "))
    #expect(warnings[1].contains(" of 8388608.0 MiB (Cannot allocate memory, RLIMIT_MEMLOCK is ") && warnings[1].contains("LimitMEMLOCK"))
  }

  @Test("counts what the kernel says is locked, and its limits")
  func locked() throws {
    let folder = try ScratchFolder()
    let before = SelfCheck(granted, processors: folder.path).report
    let bytes = 1 << 20
    let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 4096)
    defer { memory.deallocate() }
    try #require(mlock(memory, bytes) == 0)
    #expect(SelfCheck(granted, processors: folder.path).report.lockedBytes >= before.lockedBytes + bytes)
    munlock(memory, bytes)
    var limit = rlimit()
    try #require(getrlimit(__rlimit_resource_t(__RLIMIT_MEMLOCK.rawValue), &limit) == 0)
    #expect(before.limits.lockedBytes == (limit.rlim_cur == rlim_t.max ? nil : Int(clamping: limit.rlim_cur)))
  }
}
