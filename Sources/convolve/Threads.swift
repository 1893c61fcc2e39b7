import ArgumentParser
import Platform

/// How many threads `--jobs` asks for, and how many help.
enum Threads {
  /// What `--jobs` takes: each thread has memory of its own.
  private static let allowed = 1...1_024

  static func count(_ jobs: Int?) -> Int { min(jobs ?? processorCount, processorCount) }

  static func check(_ jobs: Int?) throws {
    guard let jobs, !allowed.contains(jobs) else { return }
    throw ValidationError("--jobs is \(jobs), and must be \(allowed.lowerBound) to \(allowed.upperBound)")
  }

  /// Says where fewer are used than were asked for.
  static func warn(_ jobs: Int?, _ messages: Messages) {
    guard let jobs, jobs > processorCount else { return }
    let threads = processorCount == 1 ? "1 thread is" : "\(processorCount) threads are"
    messages.warn("--jobs \(jobs) is more than the processors here: \(threads) used")
  }
}
