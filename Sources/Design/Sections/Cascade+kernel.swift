extension Cascade {
  /// The most taps of a kernel: 21.8 seconds at 48 kHz.
  public static let longest = 1 << 20

  /// A recursion ends where the sum of magnitudes of what is left is below this share of the largest |H|: -180 dB.
  public static let negligible = 1e-9

  /// The impulse response, by the recursion in float64, in transposed direct form II, of `slowestFirst`.
  ///
  /// It ends where the sum of magnitudes of all that is left is below -180 dB of the largest |H|. What is left is bounded from
  /// the states: each section's free response, plus what the sections before it still send, times the sum of magnitudes of its
  /// impulse response. That counts what exact arithmetic would give from these states on. The recursion goes past the end, to four
  /// times the most taps, until the bound is small; then the end is found backwards, so that a loose bound costs time, not taps.
  /// - Parameter longest: the most taps.
  /// - Complexity: O(sections taps), about 2 ns each.
  public func kernel(
    longest: Int = longest, isCancelled: CancellationCheck = { false }
  ) throws(DesignError) -> DesignedKernel {
    let ordered = try bySlowness()
    let limit = try Self.negligible * Cascade(gain: gain, ordered.map(\.section)).largestGain()
    var recursion = CascadeRecursion(gain, ordered, longest: longest)
    // Many sections go less far, so that the time is bounded.
    let furthest = longest + min(3 * longest, max(longest / 4, 200 * longest / max(1, sections.count)))
    while recursion.rest >= max(limit / 2, recursion.beyond / 100), recursion.count < furthest {
      try check(isCancelled)
      recursion.run()
    }
    return recursion.kernel(limit: limit)
  }

  /// The same with the section first whose poles lie nearest to the unit circle, and so on, as its kernel is computed: the slow
  /// ones then have an input without roundings, which they would keep for long.
  ///
  /// - Throws: a section never comes to rest, or there are too many.
  public var slowestFirst: Cascade {
    get throws(DesignError) { Cascade(gain: gain, try bySlowness().map(\.section)) }
  }

  private func bySlowness() throws(DesignError) -> [(section: Section, response: FreeResponse)] {
    guard sections.count <= Self.mostSections else {
      throw DesignError("there are \(sections.count) sections, more than \(Self.mostSections): leave some out")
    }
    var ordered: [(section: Section, response: FreeResponse)] = []
    for (index, section) in sections.enumerated() {
      guard section.isFinite, let response = FreeResponse(section) else {
        throw DesignError(
          found: "\(section)",
          "section \(index + 1) never comes to rest, since a pole lies on the unit circle or outside: correct its a1 and a2")
      }
      ordered.append((section, response))
    }
    // Stable, so that equally slow ones stay as they were given.
    let places = ordered.indices.sorted { (ordered[$0].response.distance, $0) < (ordered[$1].response.distance, $1) }
    return places.map { ordered[$0] }
  }
}

/// A recursion that is going on.
private struct CascadeRecursion {
  /// At most `longest`.
  private(set) var taps: [Double] = []
  /// The sum of magnitudes of later ones.
  private(set) var beyond = 0.0
  /// A bound on the sum of magnitudes of all that are still to come.
  private(set) var rest = Double.infinity
  /// All that were computed.
  private(set) var count = 0
  private let longest: Int
  private let gain: Double
  private let sections: [Section]
  private let responses: [FreeResponse]
  private var states: [(Double, Double)]
  private var block = [Double](repeating: 0, count: 1_024)

  init(_ gain: Double, _ ordered: [(section: Section, response: FreeResponse)], longest: Int) {
    (self.gain, self.longest) = (gain, longest)
    (sections, responses) = (ordered.map(\.section), ordered.map(\.response))
    states = Array(repeating: (0, 0), count: sections.count)
    if sections.isEmpty { (taps, rest) = ([gain], 0) }
  }

  /// Computes a block of taps.
  mutating func run() {
    for index in block.indices { block[index] = 0 }
    if count == 0 { block[0] = gain }
    block.withUnsafeMutableBufferPointer { block in
      states.withUnsafeMutableBufferPointer { states in
        sections.withUnsafeBufferPointer { sections in
          for index in block.indices {
            var x = block[index]
            for number in sections.indices {
              let (s, (z0, z1)) = (sections[number], states[number])
              let y = s.b0 * x + z0
              states[number] = (s.b1 * x - s.a1 * y + z1, s.b2 * x - s.a2 * y)
              x = y
            }
            block[index] = x
          }
        }
      }
    }
    count += block.count
    let kept = min(block.count, longest - taps.count)
    taps += block[..<kept]
    beyond = block[kept...].reduce(beyond) { $0 + abs($1) }
    flush()
    rest = zip(responses, states).reduce(0) { before, next in next.0.bound(next.1.0, next.1.1) + before * next.0.gain }
  }

  /// Clears states that nothing hears, before they become subnormal, which is a hundred times slower.
  private mutating func flush() {
    for index in states.indices where abs(states[index].0) + abs(states[index].1) < 1e-200 { states[index] = (0, 0) }
  }

  func kernel(limit: Double) -> DesignedKernel {
    let largest = limit / Cascade.negligible
    var (end, sum) = (taps.count, beyond + rest)
    guard sum < limit else {
      return DesignedKernel(
        taps: taps, end: .longest, cutOff: sum / largest,
        notes: ["the filters ring for longer than \(longest) taps: give the narrowest ones a smaller Q, or a higher frequency"])
    }
    while end > 1, case let next = sum + abs(taps[end - 1]), next < limit { (end, sum) = (end - 1, next) }
    return DesignedKernel(taps: Array(taps[..<end]), end: sum == 0 ? .complete : .settled(limit: -180), cutOff: sum / largest)
  }
}
