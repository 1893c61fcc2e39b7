import Glibc
import Numbers
import Platform
import Terminal

/// What `--dry-run` tells of one result.
struct Forecast {
  /// "y.wav: 16-bit PCM, 48000 Hz, 700 frames".
  var result: String
  var method: String
  /// Memory beyond what the executable takes by itself.
  var bytes: Int
  /// nil if unknown.
  var seconds: Double?
  var jobs: Int

  /// Four lines.
  var text: String {
    """
    result: \(result.printableLine)
    method: \(method)
    memory: \(Self.memory(bytes))
    time:   \(Self.time(seconds, jobs))
    """
  }

  fileprivate static func memory(_ bytes: Int) -> String { "about \(max((bytes >> 20) + 12, Trial.mostBytesSoFar >> 20)) MiB" }

  fileprivate static func time(_ seconds: Double?, _ jobs: Int) -> String {
    seconds.map { "about \(fixed($0, $0 < 10 ? 2 : 0)) s with \(quantity(jobs, "thread"))" } ?? "unknown"
  }
}

/// Times parts of the work of a dry run, and tells from them how long all of it takes.
final class Trial {
  /// What a part is timed for.
  private let mostSeconds: Double
  let isBatch: Bool
  /// Of the parts that were timed.
  private var measured = 0.0
  private var predicted = 0.0
  private var forecasts: [Forecast] = []

  init(files: Int = 1, mostSeconds: Double = 0.25) { (isBatch, self.mostSeconds) = (files > 1, mostSeconds) }

  /// Seconds that a part may take: of a batch, the first ones.
  var limit: Double { measured < 4 * mostSeconds ? mostSeconds : 0 }

  /// Seconds since the process began: what every run takes before it convolves. Source: proc_pid_stat(5), starttime
  static var secondsSoFar: Double {
    let text = String(decoding: fileContents("/proc/self/stat", limit: 4_096) ?? [], as: UTF8.self)
    // The name before the last parenthesis may hold anything.
    let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
    guard fields.count > 20, let ticks = Double(fields[20]) else { return 0 }
    return max(0, seconds(CLOCK_BOOTTIME) - ticks / Double(max(1, sysconf(Int32(_SC_CLK_TCK)))))
  }

  /// The most memory that the process has held: reading or making a kernel may take more than the convolution, and is no trial.
  ///
  /// Source: proc_pid_status(5), VmHWM
  fileprivate static var mostBytesSoFar: Int {
    let text = String(decoding: fileContents("/proc/self/status", limit: 16_384) ?? [], as: UTF8.self)
    let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return (line?.split(whereSeparator: \.isWhitespace).lazy.compactMap { Int($0) }.first ?? 0) << 10
  }

  /// Seconds until so many bytes of a file in this folder are on the disk, by some of them in a file without a name.
  static func secondsToSync(_ bytes: Int, in folder: String) -> Double {
    // O_TMPFILE, which the Glibc module lacks.
    let descriptor = withSystemPath(folder) { open($0, O_DIRECTORY | 0o20000000 | O_RDWR | O_CLOEXEC, 0o600) }
    guard descriptor >= 0, bytes > 0 else { return 0 }
    defer { close(descriptor) }
    let part = [UInt8](repeating: 0x55, count: min(bytes, 4 << 20))
    let written = part.withUnsafeBytes { write(descriptor, $0.baseAddress!, $0.count) }
    let start = now
    guard written > 0, fsync(descriptor) == 0 else { return 0 }
    return (now - start) * Double(bytes) / Double(written)
  }

  static var now: Double { seconds(CLOCK_MONOTONIC) }

  private static func seconds(_ clock: clockid_t) -> Double {
    var time = timespec()
    clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// Notes how long work took that was predicted to take so many seconds.
  func note(measured seconds: Double, predicted: Double) {
    measured += seconds
    self.predicted += predicted
  }

  /// Times a part of work that consists of units: a small part at first, then as much as fits the limit.
  ///
  /// - Parameters:
  ///   - units: of all of it.
  ///   - predicted: the seconds of so many.
  ///   - work: does so many, and throws them away.
  func time<Failure>(
    units: Int, predicted: (Int) -> Double, work: (Int) throws(Failure) -> Void
  ) throws(Failure) {
    let limit = limit
    guard limit > 0, units > 0 else { return }
    var count = max(1, Int(Double(units) * min(1, limit / 25 / predicted(units))))
    while true {
      let start = Self.now
      try work(count)
      let seconds = max(Self.now - start, 1e-6)
      if count == units || seconds > limit / 8 { return note(measured: seconds, predicted: predicted(count)) }
      count = min(units, count * max(2, min(16, Int(limit / 2 / seconds))))
    }
  }

  /// A prediction, corrected by what was measured.
  func corrected(_ seconds: Double) -> Double { predicted > 0 ? seconds * measured / predicted : seconds }

  func print(_ forecast: Forecast) {
    forecasts.append(forecast)
    Swift.print(isBatch ? "result: \(forecast.result.printableLine)" : forecast.text)
  }

  /// Of a batch: the most memory, and the sum of all times.
  func printSum() {
    guard isBatch, let jobs = forecasts.first?.jobs else { return }
    let isKnown = forecasts.allSatisfy { $0.seconds != nil }
    let seconds = forecasts.reduce(0) { $0 + ($1.seconds ?? 0) }
    Swift.print("memory: \(Forecast.memory(forecasts.map(\.bytes).max() ?? 0))")
    Swift.print("time:   \(Forecast.time(isKnown ? seconds : nil, jobs))")
  }
}
