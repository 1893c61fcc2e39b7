import Analysis
import Glibc

extension Magnitude {
  /// A kernel made by transforms ends where less than this share of the largest |H| is left: -120 dB.
  static let audible = 1e-6

  /// The longest transform.
  static let longestTransform = 1 << 22

  /// What a transform takes for each of its points.
  static let pointBytes = 60

  /// The memory that a kernel cannot be made without.
  func leastBytes(phase: KernelPhase, rate: Double, taps: Int?) -> Int {
    switch (self, phase) {
    case (.cascade, .natural), (.cascade, .minimum), (.taps, .natural): return 0
    case (.taps(let own), .minimum): return Self.pointBytes * points(8 * min(own.count, Cascade.longest))
    default: return Self.pointBytes * points(leastPoints(taps: taps ?? mostTaps(rate: rate)))
    }
  }

  /// 8 for each tap of the kernel, and of those that it is made from.
  private func leastPoints(taps: Int) -> Int {
    if case .taps(let own) = self { return 8 * max(taps, own.count, 4_096) }
    return 8 * max(taps, 4_096)
  }

  private func points(_ least: Int) -> Int {
    var count = 1 << 16
    while count < min(least, Self.longestTransform) { count *= 2 }
    return count
  }

  /// A kernel of this |H|.
  ///
  /// A cascade's of minimum phase is the recursion of the cascade whose zeros are reflected into the unit circle. All others
  /// come from the magnitudes at L points around the circle, 8 times the taps or those that they are made from, where they are
  /// exact: at each of them |H| of the result differs by at most `cutOff`, since that is the sum of magnitudes of all that was
  /// cut off. The minimum phase is that of the magnitudes at these points; what it lacks are turns between two of them.
  /// - Parameters:
  ///   - rate: Hz.
  ///   - taps: the most taps; nil: as many as cover a second.
  ///   - mostBytes: memory that more exactness may take.
  /// - Complexity: O(L log L), 60 bytes for each of the L points.
  public func kernel(
    phase: KernelPhase, rate: Double, taps: Int? = nil, mostBytes: Int = .max, isCancelled: CancellationCheck = { false }
  ) throws(DesignError) -> DesignedKernel {
    try phase.validate(rate: rate)
    if let taps, !(1...Cascade.longest).contains(taps) {
      throw DesignError(found: "\(taps)", "a kernel has 1 to \(Cascade.longest) taps")
    }
    switch (self, phase) {
    case (.cascade(let cascade), .natural): return try cascade.kernel(longest: taps ?? Cascade.longest, isCancelled: isCancelled)
    case (.cascade(let cascade), .minimum):
      return try cascade.minimumPhase.kernel(longest: taps ?? Cascade.longest, isCancelled: isCancelled)
    case (.taps(let own), .natural): return DesignedKernel(taps: own)
    case (.taps(let own), .minimum): return try Design.minimumPhase(own, mostBytes: mostBytes, isCancelled: isCancelled).cut(to: taps)
    default: return try transformed(phase, rate: rate, taps: taps ?? mostTaps(rate: rate), isCancelled)
    }
  }

  private func transformed(
    _ phase: KernelPhase, rate: Double, taps: Int, _ isCancelled: CancellationCheck
  ) throws(DesignError) -> DesignedKernel {
    if case .taps(let own) = self, own.count > Cascade.longest {
      throw DesignError("a kernel of \(own.count) taps is too long for another phase: cut it to \(Cascade.longest)")
    }
    let transform = Transform(atLeast: min(leastPoints(taps: taps), Self.longestTransform))
    try check(isCancelled)
    let angles = transform.angles()
    try check(isCancelled)
    try write(to: transform, angles: angles, rate: rate, isCancelled)
    let largest = transform.re.max()!
    try check(isCancelled)
    if phase == .linear {
      transform.inverse()
      return CircularKernel(transform).symmetric(taps: taps, largest: largest)
    }
    let (re, im) = (transform.re, transform.im)
    if case .response(let table) = self, phase == .natural, table.hasPhase {
      for (bin, angle) in angles.enumerated() {
        try check(bin: bin, isCancelled)
        let (turn, sign) = (table.phase(at: abs(angle) / (2 * .pi) * rate, rate: rate) * .pi / 180, angle < 0 ? -1.0 : 1)
        (re[bin], im[bin]) = (re[bin] * cos(turn), re[bin] * sin(turn) * sign)
      }
    } else {
      transform.takeLogarithm()
      try check(isCancelled)
      for (bin, angle) in angles.enumerated() {
        try check(bin: bin, isCancelled)
        let (magnitude, turn) = (exp(re[bin]), im[bin] * (1 - phase.linearShare(at: abs(angle) / (2 * .pi) * rate)))
        (re[bin], im[bin]) = (magnitude * cos(turn), magnitude * sin(turn))
      }
    }
    try check(isCancelled)
    transform.inverse()
    let isCausal = phase == .minimum || phase == .natural && !hasPhase
    return CircularKernel(transform).cut(taps: taps, largest: largest, isCausal: isCausal)
  }

  private var hasPhase: Bool {
    if case .response(let table) = self { table.hasPhase } else { true }
  }
}

extension DesignedKernel {
  /// The first taps of a kernel that begins at time 0.
  fileprivate func cut(to count: Int?) -> DesignedKernel {
    guard let count, count < taps.count else { return self }
    let rest = taps[count...].reduce(0) { $0 + abs($1) }
    var result = self
    result.taps = Array(taps[..<count])
    (result.end, result.cutOff) = (.longest, cutOff + rest / FrequencyResponse(taps: taps).largestGain().magnitude)
    return result
  }
}
