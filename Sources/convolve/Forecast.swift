import Terminal

/// Four lines: length, method, memory and time. `bytes` are those beside the program's own.
func forecastText(result: String, method: String, bytes: Int, seconds: Double?, jobs: Int) -> String {
  let time = seconds.map { "about \(fixed($0, $0 < 10 ? 2 : 0)) s with \(jobs) thread\(jobs == 1 ? "" : "s")" } ?? "unknown"
  return """
    result: \(result)
    method: \(method)
    memory: about \((bytes >> 20) + 12) MiB
    time:   \(time)
    """
}
