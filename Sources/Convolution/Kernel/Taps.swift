/// Finite numbers, kept as float32 where that loses none of them. Copies and parts share what is kept.
struct Taps: Sendable {
  private enum Storage: Sendable {
    case float32([Float])
    case float64([Double])
  }

  private let storage: Storage
  /// Those of the storage that belong to it.
  private let range: Range<Int>

  /// Values that are read at once: they stay in the nearest cache.
  static let chunk = 1024

  private init(_ storage: Storage, _ range: Range<Int>) { (self.storage, self.range) = (storage, range) }

  /// Copies values. They are not kept where the survey finds one that is not finite.
  ///
  /// - Parameter array: the same values, which are shared where they would be kept as they are.
  static func surveyed(_ values: UnsafeBufferPointer<Double>, of array: [Double]? = nil) -> (Taps, TapSurvey) {
    var (survey, isNarrow) = (TapSurvey(), true)
    let narrow = [Float](unsafeUninitializedCapacity: values.count) { room, count in
      for start in stride(from: 0, to: values.count, by: chunk) where survey.fault == nil {
        let part = UnsafeBufferPointer(rebasing: values[start..<min(start + chunk, values.count)])
        survey.take(part)
        if isNarrow { isNarrow = narrowed(part, to: room.baseAddress! + start) }
      }
      count = isNarrow && survey.fault == nil ? values.count : 0
    }
    let storage = isNarrow ? Storage.float32(narrow) : .float64(survey.fault == nil ? array ?? Array(values) : [])
    return (Taps(storage, values.indices), survey)
  }

  /// Some of these, which share the storage.
  func part(_ part: Range<Int>) -> (Taps, TapSurvey) {
    precondition(0 <= part.lowerBound && part.upperBound <= count)
    let taps = Taps(storage, range.lowerBound + part.lowerBound..<range.lowerBound + part.upperBound)
    var survey = TapSurvey()
    withUnsafeTemporaryAllocation(of: Double.self, capacity: Self.chunk) { room in
      for start in stride(from: 0, to: taps.count, by: Self.chunk) {
        let values = UnsafeMutableBufferPointer(rebasing: room[..<min(Self.chunk, taps.count - start)])
        taps.write(from: start, times: 1, to: values)
        survey.take(UnsafeBufferPointer(values))
      }
    }
    return (taps, survey)
  }

  var count: Int { range.count }

  /// The range from the first that is not zero to the last; empty if all are zero.
  var extent: Range<Int> {
    func ends<Value: BinaryFloatingPoint>(_ values: ArraySlice<Value>) -> Range<Int> {
      let first = values.firstIndex { $0 != 0 } ?? range.lowerBound
      return first - range.lowerBound..<max(first, (values.lastIndex { $0 != 0 } ?? -1) + 1) - range.lowerBound
    }
    return switch storage {
    case .float32(let values): ends(values[range])
    case .float64(let values): ends(values[range])
    }
  }

  /// The memory of the storage, valid as long as it is shared by anything that is kept.
  var region: UnsafeRawBufferPointer {
    switch storage {
    case .float32(let values): values.withUnsafeBytes { $0 }
    case .float64(let values): values.withUnsafeBytes { $0 }
    }
  }

  /// Fills `target` with those from `start` on times `factor`, each product rounded once.
  func write(from start: Int, times factor: Double, to target: UnsafeMutableBufferPointer<Double>) {
    precondition(0 <= start && start + target.count <= count)
    let first = range.lowerBound + start
    switch storage {
    case .float32(let values): values.withUnsafeBufferPointer { multiply($0.baseAddress! + first, by: factor, to: target) }
    case .float64(let values): values.withUnsafeBufferPointer { multiply($0.baseAddress! + first, by: factor, to: target) }
    }
  }

  /// Whether they are these values. O(taps).
  func equal(_ values: UnsafeBufferPointer<Double>) -> Bool {
    guard count == values.count else { return false }
    return equal { start, _ in values.baseAddress! + start }
  }

  /// Whether the values are the same, however they are kept. O(taps), but for parts of the same storage.
  static func == (a: Taps, b: Taps) -> Bool {
    guard a.count == b.count else { return false }
    if a.range == b.range, a.region.baseAddress == b.region.baseAddress { return true }
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: chunk) { room in
      a.equal { start, count in
        b.write(from: start, times: 1, to: UnsafeMutableBufferPointer(rebasing: room[..<count]))
        return UnsafePointer(room.baseAddress!)
      }
    }
  }

  /// - Parameter others: gives so many values from a place on.
  private func equal(_ others: (_ start: Int, _ count: Int) -> UnsafePointer<Double>) -> Bool {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: Self.chunk) { room in
      for start in stride(from: 0, to: count, by: Self.chunk) {
        let own = UnsafeMutableBufferPointer(rebasing: room[..<min(Self.chunk, count - start)])
        write(from: start, times: 1, to: own)
        if !areEqual(own.baseAddress!, others(start, own.count), count: own.count) { return false }
      }
      return true
    }
  }
}

private func multiply(_ values: UnsafePointer<Float>, by factor: Double, to target: UnsafeMutableBufferPointer<Double>) {
  let place = target.baseAddress
  for n in 0..<target.count { place![n] = Double(values[n]) * factor }
}

private func multiply(_ values: UnsafePointer<Double>, by factor: Double, to target: UnsafeMutableBufferPointer<Double>) {
  let place = target.baseAddress
  for n in 0..<target.count { place![n] = values[n] * factor }
}

private func areEqual(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, count: Int) -> Bool {
  var others = 0
  for n in 0..<count { others |= a[n] == b[n] ? 0 : 1 }
  return others == 0
}

/// Writes values as float32. Returns whether each is the same there: a normal number or zero, so that no mode of the processor
/// changes it on the way back.
private func narrowed(_ values: UnsafeBufferPointer<Double>, to target: UnsafeMutablePointer<Float>) -> Bool {
  let place = values.baseAddress!
  var others = 0
  for n in 0..<values.count {
    let value = place[n]
    let narrow = Float(value)
    target[n] = narrow
    others |= Double(narrow) == value && (abs(value) >= 0x1p-126 || value == 0) ? 0 : 1
  }
  return others == 0
}
