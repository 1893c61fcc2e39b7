import ArgumentParser
import Glibc
import Platform

/// How many threads `--jobs` asks for, and how many help.
enum Threads {
  /// What `--jobs` takes: each thread has memory of its own.
  private static let allowed = 1...1_024

  /// Processors that this process may use. Source: proc_pid_status(5), Cpus_allowed
  static let processors: Int = {
    let lines = (fileContents("/proc/self/status", limit: 1 << 16) ?? []).split(separator: UInt8(ascii: "\n"))
    let mask = lines.first { $0.starts(with: "Cpus_allowed:".utf8) }?.dropFirst("Cpus_allowed:".utf8.count) ?? []
    let allowed = mask.reduce(0) { $0 + (Character(Unicode.Scalar($1)).hexDigitValue?.nonzeroBitCount ?? 0) }
    let online = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    return allowed > 0 ? min(allowed, online) : online
  }()

  static func count(_ jobs: Int?) -> Int { min(jobs ?? processors, processors) }

  static func check(_ jobs: Int?) throws {
    guard let jobs, !allowed.contains(jobs) else { return }
    throw ValidationError("--jobs is \(jobs), and must be \(allowed.lowerBound) to \(allowed.upperBound)")
  }

  /// Says where fewer are used than were asked for.
  static func warn(_ jobs: Int?, _ messages: Messages) {
    guard let jobs, jobs > processors else { return }
    let threads = processors == 1 ? "1 thread is" : "\(processors) threads are"
    messages.warn("--jobs \(jobs) is more than the processors here: \(threads) used")
  }
}
