import NPY
import Platform

/// One dimension of a convolution of an image of N values with a kernel of M.
struct ImageAxis {
  let values: Int
  let taps: Int
  let boundary: ImageBoundary
  /// Outputs along this axis.
  let outputs: Int
  /// The place in the image that meets tap 0 at output 0. Tap k meets the place k before it.
  private let start: Int

  /// - Throws: the count of outputs would be negative, or the image has no values to repeat.
  init(_ values: Int, _ taps: Int, _ mode: ConvolutionMode, _ boundary: ImageBoundary) throws(NumPyError) {
    // An empty array may have another length that no memory holds.
    guard max(values, taps) <= Int.max >> 8 else {
      throw NumPyError("\(values) values with \(taps) taps along one dimension are more than any memory holds")
    }
    (self.values, self.taps, self.boundary) = (values, taps, boundary)
    switch mode {
    case .full: (outputs, start) = (values + taps - 1, 0)
    case .same: (outputs, start) = (values, (taps - 1) >> 1)
    case .valid: (outputs, start) = (values - taps + 1, taps - 1)
    }
    if outputs < 0 { throw NumPyError("negative dimensions are not allowed") }
    if values == 0 && boundary != .fill && outputs > 0 && taps > 0 {
      throw NumPyError("an empty image cannot be continued by \(boundary.rawValue)")
    }
  }

  /// The places that meet taps. At output n, tap k of M meets number n + M-1 - k of them.
  var places: Range<Int> { start - max(taps - 1, 0)..<start + outputs }

  /// The index of the value at a place, which may lie beyond the image; nil for zero.
  func index(_ place: Int) -> Int? {
    if (0..<values).contains(place) { return place }
    func modulo(_ n: Int) -> Int { (place % n + n) % n }
    switch boundary {
    case .fill: return nil
    case .wrap: return modulo(values)
    case .symm: return min(modulo(2 * values), 2 * values - 1 - modulo(2 * values))
    }
  }
}

/// Which values of an image and a kernel meet at which output. Arrays hold row after row.
struct ImageGeometry {
  let rows: ImageAxis
  let columns: ImageAxis

  /// Takes shapes of two dimensions.
  ///
  /// - Throws: a dimension would be negative, `boundary` would repeat an empty image, or no memory holds the result.
  init(image: [Int], kernel: [Int], _ mode: ConvolutionMode, _ boundary: ImageBoundary) throws(NumPyError) {
    rows = try ImageAxis(image[0], kernel[0], mode, boundary)
    columns = try ImageAxis(image[1], kernel[1], mode, boundary)
    for (height, width) in [(rows.outputs, columns.outputs), (rows.values + 1, columns.places.count), (1, columns.places.count)] {
      let (count, overflow) = height.multipliedReportingOverflow(by: width)
      if overflow || count > Int.max >> 8 {
        throw NumPyError("the result has \(rows.outputs) x \(columns.outputs) values, more than any memory holds")
      }
    }
  }

  /// Bytes of the widened image, the places of its columns and the outputs.
  func byteCount(elementBytes: Int) -> Int {
    let width = columns.places.count
    return (rows.outputs * columns.outputs + (rows.values + 1) * width) * elementBytes + listByteCount
  }

  /// Bytes of the list of places beyond the edges.
  var listByteCount: Int { 4 * (columns.places.count - columns.values) * MemoryLayout<(Int, Int?)>.stride }

  var axes: [ImageAxis] { [rows, columns] }

  /// Computes the outputs on up to `jobs` threads, row by row of the kernel. They mean nothing once the work is cancelled.
  ///
  /// - Parameter wide: as `widened` gives it.
  func convolve<Scalar: ImageScalar>(
    _ wide: UnsafePointer<Scalar>, _ kernel: UnsafePointer<Scalar>, to y: UnsafeMutablePointer<Scalar>, _ arithmetic: ImageArithmetic,
    _ jobs: Int, _ limits: WorkLimits
  ) {
    let width = columns.places.count
    let runs = (columns.outputs + Self.runOutputs - 1) / Self.runOutputs
    // Each run goes to one thread, so no two write to one place.
    nonisolated(unsafe) let (x, h, y) = (wide, kernel, y)
    let all = Double(rows.outputs * columns.outputs) * Double(rows.taps * columns.taps)
    let helpers = threadsThatHelp(jobs, products: all)
    (0..<rows.outputs * runs).forEachPart(ofLength: 1, jobs: helpers, unless: { limits.isCancelled }) { part in
      let (row, run) = part.lowerBound.quotientAndRemainder(dividingBy: runs)
      let first = run * Self.runOutputs
      let sums = UnsafeMutableBufferPointer(
        start: y + (row * columns.outputs + first), count: min(Self.runOutputs, columns.outputs - first))
      sums.update(repeating: .zero)
      var products = 0
      for tap in 0..<rows.taps {
        let source = rows.index(rows.places.lowerBound + row + rows.taps - 1 - tap) ?? rows.values
        for from in stride(from: 0, to: columns.taps, by: Self.runTaps) {
          let count = min(Self.runTaps, columns.taps - from)
          let taps = UnsafeBufferPointer(start: h + tap * columns.taps + from, count: count)
          let values = x + (source * width + first + columns.taps - from - count)
          // Loops that have to ask are slower.
          switch arithmetic {
          case .rounded: addProducts(of: taps, values, to: sums, .rounded)
          case .fused: addProducts(of: taps, values, to: sums, .fused)
          }
          products += count * sums.count
          // Some milliseconds.
          if products > 1 << 23 {
            if limits.isCancelled { return }
            products = 0
          }
        }
      }
    }
  }

  /// Outputs of a row that are computed at once: they stay in the nearest cache.
  private static let runOutputs = 1_024
  /// Taps of a row, a multiple of the four that are added up at once.
  private static let runTaps = 4_096

  /// The image, continued beyond its left and right edges, with a row below it that lies beyond its other edges.
  ///
  /// - Parameter value: what lies there, with the boundary `fill`.
  func widened<Scalar: ImageScalar>(
    _ image: StoredElements, beyond value: Scalar, _ limits: WorkLimits,
    _ cast: (StoredElements, Range<Int>, UnsafeMutablePointer<Scalar>) -> Void
  ) throws(WorkError) -> Scratch<Scalar> {
    let width = columns.places.count
    let wide = try Scratch<Scalar>((rows.values + 1) * width)
    let places = columns.places
    let beyond = [places.lowerBound..<0, columns.values..<places.upperBound].flatMap { $0.map { ($0, columns.index($0)) } }
    for row in 0..<rows.values {
      let (line, first) = (wide.base + row * width - places.lowerBound, row * columns.values)
      cast(image, first..<first + columns.values, line - first)
      for (place, index) in beyond { line[place] = index.map { line[$0] } ?? value }
      try limits.checkCancellation()
    }
    (wide.base + rows.values * width).update(repeating: value, count: width)
    return wide
  }
}
