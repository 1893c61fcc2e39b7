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
    return (rows.outputs * columns.outputs + (rows.values + 1) * width) * elementBytes + 2 * width * MemoryLayout<Int>.stride
  }

  var axes: [ImageAxis] { [rows, columns] }

  /// Computes the outputs on up to `jobs` threads.
  func convolve<Scalar: ImageScalar>(
    _ image: [Scalar], _ kernel: [Scalar], _ arithmetic: ImageArithmetic, _ jobs: Int
  ) -> [Scalar] {
    let (count, width) = (rows.outputs * columns.outputs, columns.places.count)
    if kernel.isEmpty || count == 0 { return [Scalar](repeating: .zero, count: count) }
    let wide = widened(image)
    return [Scalar](unsafeUninitializedCapacity: count) { result, initialized in
      result.initialize(repeating: .zero)
      // Each row goes to one thread.
      nonisolated(unsafe) let outputs = result.baseAddress!
      wide.withUnsafeBufferPointer { wide in
        kernel.withUnsafeBufferPointer { kernel in
          nonisolated(unsafe) let (x, h) = (wide.baseAddress!, kernel.baseAddress!)
          (0..<rows.outputs).forEachPart(ofLength: 1, jobs: jobs) { part in
            let row = part.lowerBound
            let sums = UnsafeMutableBufferPointer(start: outputs + row * columns.outputs, count: columns.outputs)
            for tap in 0..<rows.taps {
              let source = rows.index(rows.places.lowerBound + row + rows.taps - 1 - tap) ?? rows.values
              let taps = UnsafeBufferPointer(start: h + tap * columns.taps, count: columns.taps)
              // Loops that have to ask are slower.
              switch arithmetic {
              case .rounded: addProducts(of: taps, x + source * width, to: sums, .rounded)
              case .fused: addProducts(of: taps, x + source * width, to: sums, .fused)
              }
            }
          }
        }
      }
      initialized = count
    }
  }

  /// The image, continued beyond its left and right edges, with a row of zeros below it.
  private func widened<Scalar: ImageScalar>(_ image: [Scalar]) -> [Scalar] {
    let indices = columns.places.map { columns.index($0) ?? -1 }
    var wide: [Scalar] = []
    wide.reserveCapacity((rows.values + 1) * indices.count)
    for row in 0..<rows.values {
      let first = row * columns.values
      wide += indices.lazy.map { $0 < 0 ? .zero : image[first + $0] }
    }
    wide += repeatElement(.zero, count: indices.count)
    return wide
  }
}
