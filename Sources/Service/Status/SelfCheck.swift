import ControlAPI
import Engine
import Glibc
import Platform

/// Reads the real-time rights that the system grants this process, and says what to do where they are missing.
package struct SelfCheck {
  private let engine: RealTimeReport
  private let governors: [String]
  private let limits: Status.RealTime.Limits

  /// Reads everything anew.
  ///
  /// - Parameter processors: the folder in which the system tells of its processors.
  package init(_ engine: RealTimeReport, processors: String = "/sys/devices/system/cpu") {
    self.engine = engine
    governors = Self.governors(processors)
    limits = Status.RealTime.Limits(
      priority: Self.limit(Int32(__RLIMIT_RTPRIO.rawValue)), lockedBytes: Self.limit(Int32(__RLIMIT_MEMLOCK.rawValue)),
      microseconds: Self.limit(Int32(__RLIMIT_RTTIME.rawValue)))
  }

  package var report: Status.RealTime {
    // Where there is no /proc, what mlock(2) said.
    let locked = Self.lockedBytes ?? engine.lockedBytes
    var report = Status.RealTime()
    (report.policy, report.priority) = (engine.policy, engine.priority)
    (report.lockedBytes, report.neededBytes, report.denormalsFlushed) = (locked, engine.neededBytes, engine.denormalsFlushed)
    report.governor = governors.isEmpty ? nil : governors.joined(separator: ", ")
    report.limits = limits
    report.warnings = [schedule, memory(locked), denormals, frequency].compactMap { $0 }
    return report
  }

  // MARK: Words

  private var schedule: String? {
    guard engine.policy != "SCHED_FIFO" && engine.policy != "SCHED_RR" else { return nil }
    return "the audio thread runs without real-time priority: other programs can make it late. Grant it with LimitRTPRIO=\(audioPriority)"
      + " in the unit, or `rtprio \(audioPriority)` for the group audio in /etc/security/limits.d"
      + " (RLIMIT_RTPRIO is \(limits.priority.map { "\($0)" } ?? "unlimited"))"
  }

  private func memory(_ locked: Int) -> String? {
    guard engine.lockError != nil || locked < engine.neededBytes else { return nil }
    let (held, needed) = (Status.RealTime.mebibytes(min(engine.lockedBytes, locked)), Status.RealTime.mebibytes(engine.neededBytes))
    let limit = limits.lockedBytes.map { "RLIMIT_MEMLOCK is \(Status.RealTime.mebibytes($0))" } ?? "RLIMIT_MEMLOCK is unlimited"
    let reason = engine.lockError.map { String(cString: strerror($0)) + ", " } ?? ""
    return "memory is not all locked: \(held) of \(needed) (\(reason)\(limit)): playback may stutter when the system is short of memory."
      + " Grant it with LimitMEMLOCK=infinity in the unit, or `memlock unlimited` for the group audio in /etc/security/limits.d"
  }

  private var denormals: String? {
    engine.denormalsFlushed ? nil : "the processor does not flush denormal numbers: very quiet tails may raise the load"
  }

  private var frequency: String? {
    let slow = governors.filter { $0 != "performance" }
    guard !slow.isEmpty else { return nil }
    return "the frequency governor of the processor is \(slow.joined(separator: ", ")): blocks come late while it speeds up."
      + " Set another one with `cpupower frequency-set -g performance`"
  }

  // MARK: The system's answers

  /// VmLck of proc(5).
  private static var lockedBytes: Int? {
    // By bytes: of characters, of which a few hundred come before it, it takes twice the time of reading the file.
    guard let text = fileText("/proc/self/status"),
      let line = text.utf8.split(separator: UInt8(ascii: "\n")).first(where: { $0.starts(with: "VmLck:".utf8) })
    else { return nil }
    return Int(String(decoding: line.filter { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }, as: UTF8.self)).map { $0 << 10 }
  }

  /// getrlimit(2); nil: none.
  private static func limit(_ resource: Int32) -> Int? {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(UInt32(resource)), &limit) == 0, limit.rlim_cur != rlim_t.max else { return nil }
    return Int(clamping: limit.rlim_cur)
  }

  /// Those of all processors, each once; none where the system sets no frequency. Source: the kernel's `cpufreq` interface.
  private static func governors(_ processors: String) -> [String] {
    var found = glob_t()
    defer { globfree(&found) }
    guard glob("\(processors)/cpu[0-9]*/cpufreq/scaling_governor", 0, nil, &found) == 0 else { return [] }
    let texts = (0..<Int(found.gl_pathc)).compactMap { index in
      found.gl_pathv[index].flatMap { fileText(String(cString: $0)) }?.split(whereSeparator: \.isWhitespace).first
    }
    return Set(texts.map(String.init)).sorted()
  }
}
