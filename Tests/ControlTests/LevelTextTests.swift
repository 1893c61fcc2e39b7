import ControlAPI
import TestSupport
import Testing

@Suite("Levels as text")
struct LevelTextTests {
  @Test("are what JSONEncoder writes", arguments: [1, 2, 3, 4])
  func same(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for number in 0..<250 {
      let event = Event.levels(Self.levels(&random))
      let encoded = try #require(event.encoded)
      let bytes = try #require(event.bytes)
      let data = bytes.dropFirst("event: levels\ndata: ".utf8.count).dropLast(2)
      #expect(Array(data) == encoded, "number \(number): \(String(decoding: data, as: UTF8.self))")
      let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
      #expect(Event(lines: lines) == event)
    }
  }

  @Test("are none where a number is none of JSON's", arguments: [Double.nan, .infinity, -.infinity])
  func none(value: Double) {
    var random = SeededGenerator(seed: 5)
    var levels = Self.levels(&random)
    levels.load.mean = value
    #expect(Event.levels(levels).bytes == nil && Event.levels(levels).encoded == nil)
    levels.load.mean = 0
    levels.outputs = [nil, value]
    #expect(Event.levels(levels).bytes == nil && Event.levels(levels).encoded == nil)
  }

  /// Numbers of all sizes, whole ones and zeros among them, and members that are missing.
  private static func levels(_ random: inout SeededGenerator) -> Event.Levels {
    func whole() -> Int {
      switch random.next() % 4 {
      case 0: 0
      case 1: Int(bitPattern: UInt(random.next()))
      default: Int.random(in: -1000...1_000_000, using: &random)
      }
    }
    func finite(_ value: Double) -> Double { value.isFinite ? value : 0 }
    func number() -> Double {
      switch random.next() % 6 {
      case 0: [0, -0.0, 1, -120, 0.1, .pi, 5e-324, .greatestFiniteMagnitude, 1e16, 1e-5].randomElement(using: &random)!
      case 1: Double(Int.random(in: -10000...10000, using: &random))
      case 2: finite(Double(bitPattern: random.next()))
      default: Double.random(in: -200...200, using: &random)
      }
    }
    func maybe<Value>(_ value: Value) -> Value? { random.next() % 3 == 0 ? nil : value }
    func several<Value>(_ make: () -> Value) -> [Value] { (0..<Int(random.next() % 6)).map { _ in make() } }
    var load = Status.Load()
    (load.mean, load.p99, load.max, load.missed, load.late, load.predicted) = (number(), number(), number(), whole(), whole(), number())
    load.predictedWorkers = maybe(number())
    load.histogram = Status.Load.Histogram(bounds: several(number), blocks: several(whole))
    let kernels = several { maybe(Int.random(in: 0...1_000_000, using: &random)) }
    var status = Status()
    status.load = load
    status.latency = Status.Latency(
      blockFrames: whole(), queueFrames: maybe(Int.random(in: 0...10000, using: &random)), resamplerFrames: maybe(303),
      measuredFrames: maybe(Int.random(in: 0...10000, using: &random)), leadFrames: maybe(17), kernelFrames: kernels,
      unalignedFrames: maybe(kernels), rate: 44_100)
    status.levels = Status.Levels(inputs: several { maybe(number()) }, outputs: several { maybe(number()) })
    status.clipped = whole()
    status.guards = Status.Guards(Dictionary(uniqueKeysWithValues: Counter.guards.map { ($0, whole()) }))
    guard case .levels(var levels) = Event.all(status).last else { preconditionFailure("levels come last") }
    if random.next() % 3 == 0 { levels.guards = nil }
    return levels
  }
}
