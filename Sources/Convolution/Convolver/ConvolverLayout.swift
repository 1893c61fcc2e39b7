import Buffers
import CIntrinsics
import Vector

/// Direct taps of a route, as the audio thread reads them. Owns nothing.
struct DirectTaps {
  var input: Int
  var taps: UnsafeRawPointer
  /// At most `few_taps`, or a multiple of `direct_taps`.
  var count: Int
  /// Frames before the present one to which the first tap applies.
  var start: Int
}

/// One output, as the audio thread reads it.
struct Destination {
  var ring: OutputRing
  /// The direct taps that end here.
  var firstDirect: Int
  var lastDirect: Int
}

/// All memory of a convolver except kernels and twiddles, in two pieces: signals, which a reset sets to zero, and tables.
struct ConvolverLayout: ~Copyable {
  let signals: Memory
  let tables: Memory
  let inputs: UnsafeMutablePointer<InputRing>
  let destinations: UnsafeMutablePointer<Destination>
  let direct: UnsafeMutablePointer<DirectTaps>
  let levels: UnsafeMutablePointer<Level>
  let levelCount: Int
  /// A block of one output, padded.
  let sum: UnsafeMutableRawPointer

  init(_ draft: ConvolverDraft) {
    var places = Places(measuring: true)
    _ = Self.build(draft, &places)
    signals = Memory(byteCount: places.signals.byteCount)
    tables = Memory(byteCount: places.tables.byteCount)
    places = Places(signals: signals.base, tables: tables.base)
    (inputs, destinations, direct, levels, sum) = Self.build(draft, &places)
    levelCount = draft.levels.count
  }

  /// The places of parts. The first of two passes only measures, and writes nothing.
  private struct Places {
    var signals = MemoryParts()
    var tables = MemoryParts()
    var signalBase: UnsafeMutableRawPointer
    var tableBase: UnsafeMutableRawPointer
    let isReal: Bool

    init(measuring: Bool) {
      (signalBase, tableBase) = (UnsafeMutableRawPointer(bitPattern: 1 << 20)!, UnsafeMutableRawPointer(bitPattern: 1 << 20)!)
      isReal = false
    }

    init(signals: UnsafeMutableRawPointer, tables: UnsafeMutableRawPointer) {
      (signalBase, tableBase, isReal) = (signals, tables, true)
    }

    mutating func signal(_ bytes: Int) -> UnsafeMutableRawPointer { signalBase + signals.reserve(bytes) }

    mutating func table<T>(_ values: [T]) -> UnsafeMutablePointer<T> {
      let place = tableBase + tables.reserve(max(1, values.count) * MemoryLayout<T>.stride)
      guard isReal else { return place.assumingMemoryBound(to: T.self) }
      let array = place.bindMemory(to: T.self, capacity: max(1, values.count))
      for (index, value) in values.enumerated() { (array + index).initialize(to: value) }
      return array
    }
  }

  private typealias Tables = (
    UnsafeMutablePointer<InputRing>, UnsafeMutablePointer<Destination>, UnsafeMutablePointer<DirectTaps>, UnsafeMutablePointer<Level>,
    UnsafeMutableRawPointer
  )

  private static func build(_ draft: ConvolverDraft, _ places: inout Places) -> Tables {
    let loops = draft.loops
    let rings = draft.inputRings.map { size in
      let start = places.signal((size.front + size.length + size.back + draft.padding) * loops.scalar_bytes)
      return InputRing(
        base: start + size.front * loops.scalar_bytes, length: size.length, front: size.front, back: size.back,
        scalarBytes: loops.scalar_bytes)
    }
    let outputRings = draft.outputRings.map { length in
      OutputRing(base: places.signal(length * loops.scalar_bytes), length: length)
    }
    var direct: [DirectTaps] = []
    let destinations = outputRings.enumerated().map { output, ring in
      let first = direct.count
      for (route, kernel) in zip(draft.routes, draft.kernels) where route.to == output && kernel.directTaps > 0 {
        let taps = route.extent.clamped(to: 0..<draft.plan.directTaps).count
        let count = taps <= loops.few_taps ? taps : kernel.directTaps
        direct.append(DirectTaps(input: route.from, taps: kernel.base, count: count, start: kernel.directStart))
      }
      return Destination(ring: ring, firstDirect: first, lastDirect: direct.count)
    }
    let levels = draft.levels.indices.map { build($0, draft, rings, outputRings, &places) }
    let sum = places.signal((draft.plan.block + draft.padding) * loops.scalar_bytes)
    return (places.table(rings), places.table(destinations), places.table(direct), places.table(levels), sum)
  }

  private static func build(
    _ index: Int, _ draft: ConvolverDraft, _ inputRings: [InputRing], _ outputRings: [OutputRing], _ places: inout Places
  ) -> Level {
    let level = draft.levels[index]
    let loops = level.fft.loops
    let spectrumBytes = 2 * level.fft.points * loops.scalar_bytes
    let inputs = zip(level.inputs, level.capacities).map { input, capacity in
      Level.Input(ring: inputRings[input], spectra: places.signal(capacity * spectrumBytes), capacity: capacity, newest: 0)
    }
    var paths: [Level.Path] = []
    let outputs = zip(level.outputs, level.paths).map { output, ending in
      let first = paths.count
      for path in ending {
        paths.append(
          Level.Path(
            input: path.input, firstPartition: path.partitions.lowerBound, partitions: path.partitions.count, kernel: path.kernel))
      }
      let ahead = level.aheadBins != nil ? places.signal(spectrumBytes / 2) : nil
      return Level.Output(ring: outputRings[output], firstPath: first, lastPath: paths.count, ahead: ahead)
    }
    let most = level.paths.map(\.count).max() ?? 0
    let empty = SpectrumRun(signal: places.tableBase, kernel: places.tableBase, count: 0, signal_stride: 0, kernel_stride: 0, newer: nil)
    // The planes are not a multiple of 4 KiB apart: loads would wait for stores that only look like theirs.
    let planeBytes = level.fft.points * loops.scalar_bytes + 128
    let work = places.signal(2 * planeBytes)
    return Level(
      loops: UnsafePointer(places.table([loops])), plan: level.fft.plan, size: level.fft.points, offset: level.offset,
      slots: level.fft.points / draft.plan.slot,
      re: work, im: work + planeBytes, inputs: places.table(inputs), inputCount: inputs.count, outputs: places.table(outputs),
      paths: places.table(paths), runs: places.table(Array(repeating: empty, count: 2 * most)),
      operations: places.table(draft.operations[index]), cuts: places.table(draft.schedule.cuts[index].map { Int32($0) }))
  }
}
