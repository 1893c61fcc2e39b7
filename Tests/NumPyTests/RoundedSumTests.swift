import NPY
import NumPy
import TestSupport
import Testing

@Suite("A sum of convolutions whose results are rounded")
struct RoundedSumTests {
  private static let roundings: [Rounding] = [.integer(bits: 16), .integer(bits: 24), .float32, .none]

  @Test("is rounded as np.convolve's results are, added up in order", arguments: [UInt64.random(in: 0...(.max))])
  func agrees(seed: UInt64) throws {
    var (random, repaired, transformed) = (SeededGenerator(seed: seed), 0, 0)
    for index in 0..<150 {
      let rounding = Self.roundings[index % 4]
      let profile = Profile.allCases[index % Profile.allCases.count]
      let count = Int.random(in: 1...4_000, using: &random)
      let signals = (0..<3).map { signal in Self.noise(&random, count, step: [0x1p-15, 0x1p-23, 0][(index + signal) % 3]) }
      let kernels = (0..<Int.random(in: 1...5, using: &random)).map { _ in
        let taps = Int.random(in: 1...(index % 10 == 0 ? 3_000 : 300), using: &random)
        return Self.noise(&random, taps, step: index % 5 == 0 ? 0x1p-10 : 0).map { $0 / 4 }
      }
      let terms = kernels.map { taps in
        RoundedSum.Term(
          signal: Int.random(in: 0..<3, using: &random),
          convolver: RoundedConvolver(
            taps: taps, outputs: count, profile: profile, method: index % 3 == 0 ? .auto : .fft, rounding: rounding),
          delay: Int.random(in: 0...(index % 4 == 0 ? 2_000 : 20), using: &random))
      }
      let length = count + terms.map { $0.delay + $0.convolver.taps }.max()! - 1
      var expected = [Double](repeating: 0, count: length)
      for (term, taps) in zip(terms, kernels) {
        let signal = signals[term.signal] + [Double](repeating: 0, count: max(0, taps.count - count))
        let part = try convolve(signal, taps, profile: profile)
        for place in 0..<count + taps.count - 1 { expected[term.delay + place] += part[place] }
      }
      let sum = RoundedSum(terms, rounding: rounding)
      let (values, work) = Self.values(sum, signals, count: count, length: length, room: length)
      let differing = zip(values, expected).count { Self.stored($0, rounding) != Self.stored($1, rounding) }
      #expect(differing == 0, "seed \(seed), case \(index), \(rounding), \(count) values, \(kernels.map(\.count)) taps")
      repaired += work.repaired
      transformed += terms.count { $0.convolver.method == .fft }
    }
    #expect(repaired > 0 && transformed > 100)
  }

  @Test("lies within its bound where it is not repaired", arguments: [UInt64.random(in: 0...(.max))])
  func bound(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for index in 0..<40 {
      let signal = Self.noise(&random, 3_000, step: 0)
      let kernels = (0..<3).map { _ in Self.noise(&random, 200, step: 0) }
      let terms = kernels.map { taps in
        RoundedSum.Term(
          signal: 0, convolver: RoundedConvolver(taps: taps, outputs: 3_000, method: .fft, rounding: .none, isExact: false), delay: 0)
      }
      let (values, work) = Self.values(
        RoundedSum(terms, rounding: .none, isExact: false), [signal], count: 3_000, length: 3_199, room: 3_199)
      let parts = try kernels.map { try convolve(signal, $0) }
      let expected = (0..<3_199).map { n in parts.reduce(0) { $0 + $1[n] } }
      #expect(work.repaired == 0 && work.bound > 0 && work.bound < 1e-9, "\(work.bound)")
      #expect(zip(values, expected).allSatisfy { ($0 - $1).magnitude <= work.bound }, "seed \(seed), case \(index)")
    }
  }

  @Test("has a bound of its own outputs, whatever the workspace held", arguments: 3_185..<3_201)
  func boundAlone(length: Int) {
    var random = SeededGenerator(seed: 5)
    let (quiet, loud) = (Self.noise(&random, 3_000, step: 0), [Double](repeating: 1e60, count: 3_000))
    let convolver = RoundedConvolver(
      taps: Self.noise(&random, 200, step: 0), outputs: 3_000, method: .fft, rounding: .none, isExact: false)
    let sum = RoundedSum([RoundedSum.Term(signal: 0, convolver: convolver, delay: 0)], rounding: .none, isExact: false)
    let workspace = RoundedSum.Workspace(for: [sum])
    let after = RoundedSum.Workspace(for: [sum])
    let alone = Self.values(sum, [quiet], count: 3_000, length: length, room: 3_199, with: workspace).1
    _ = Self.values(sum, [loud], count: 3_000, length: 3_199, room: 3_199, with: after)
    #expect(Self.values(sum, [quiet], count: 3_000, length: length, room: 3_199, with: after).1 == alone)
  }

  private static func values(
    _ sum: RoundedSum, _ signals: [[Double]], count: Int, length: Int, room: Int
  ) -> ([Double], RoundingWork) {
    values(sum, signals, count: count, length: length, room: room, with: RoundedSum.Workspace(for: [sum]))
  }

  /// - Parameter room: values of a signal in memory; zeros follow its own.
  private static func values(
    _ sum: RoundedSum, _ signals: [[Double]], count: Int, length: Int, room: Int, with workspace: borrowing RoundedSum.Workspace
  ) -> ([Double], RoundingWork) {
    let planes = UnsafeMutablePointer<Double>.allocate(capacity: signals.count * room)
    defer { planes.deallocate() }
    planes.initialize(repeating: 0, count: signals.count * room)
    let slices = signals.enumerated().map { index, signal in
      for place in 0..<count { planes[index * room + place] = signal[place] }
      return SignalSlice(values: planes + index * room, indices: 0..<room, signalCount: count)
    }
    var values = [Double](repeating: .nan, count: length)
    let work = sum.write(0..<length, of: slices, to: &values, with: workspace)
    return (values, work)
  }

  /// With silence in places; multiples of `step` where it is not 0.
  private static func noise(_ random: inout SeededGenerator, _ count: Int, step: Double) -> [Double] {
    (0..<count).map { n in
      let value = n / 50 % 4 == 3 ? 0 : Double.random(in: -1...1, using: &random)
      return step == 0 ? value : (value / step).rounded() * step
    }
  }

  private static func stored(_ value: Double, _ rounding: Rounding) -> UInt64 {
    switch rounding {
    case .integer(let bits): UInt64(bitPattern: Int64((value * Double(1 << (bits - 1))).rounded(.toNearestOrEven)))
    case .float32: UInt64(Float(value).bitPattern)
    case .none: value.bitPattern
    }
  }
}
