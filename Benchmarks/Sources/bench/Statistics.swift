/// The value below or at which the share `p` of `sorted` lies; the nearest rank.
func quantile(_ sorted: [Double], _ p: Double) -> Double {
  sorted[min(sorted.count - 1, max(0, Int((p * Double(sorted.count)).rounded(.up)) - 1))]
}

/// Block times: of one run or of several as they came, or of several with the machine's noise removed.
struct Distribution {
  let mean, p50, p99, p999, max: Double

  init(_ times: [Double]) {
    let sorted = times.sorted()
    mean = sorted.reduce(0, +) / Double(sorted.count)
    (p50, p99, p999) = (quantile(sorted, 0.5), quantile(sorted, 0.99), quantile(sorted, 0.999))
    max = sorted.last!
  }
}

/// The statistics of a contender's runs. Times are nanoseconds a block.
struct Summary {
  let cpuMinimum, cpuMedian: Double
  /// Every block of every run.
  let raw: Distribution
  /// For each block of a run the least of all rounds: the same work, with the machine's noise removed.
  let quiet: Distribution

  init(cpu: [Double], times: [[Double]]) {
    cpuMinimum = cpu.min()!
    cpuMedian = quantile(cpu.sorted(), 0.5)
    raw = Distribution(times.flatMap { $0 })
    quiet = Distribution(times[0].indices.map { index in times.reduce(.infinity) { Swift.min($0, $1[index]) } })
  }
}
