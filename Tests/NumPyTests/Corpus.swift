import NPY
import Foundation
import NumPy
import TestSupport

/// A case of Tests/Reference/convolve_cases.py.
struct ConvolutionCase {
  var mode: ConvolutionMode
  var a: NumPyArray
  var v: NumPyArray
  var expected: NumPyArray

  /// `count` random cases with NumPy's results for `profile`, or by the kernels that OpenBLAS chooses.
  static func random(seed: Int, count: Int, profile: Profile?) throws -> [ConvolutionCase] {
    try written(count) { path in
      try Reference.run("convolve_cases.py", [path, String(seed), String(count)], coreType: profile?.coreType)
    }
  }

  /// The cases that `script` writes to a file.
  static func written(_ count: Int, by script: (String) throws -> Void) throws -> [ConvolutionCase] {
    let folder = try ScratchFolder()
    let path = folder.file("cases")
    try script(path)
    var reader = CorpusReader(bytes: [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))))
    return (0..<count).map { _ in
      ConvolutionCase(
        mode: ConvolutionMode.allCases[reader.integer()], a: reader.array(), v: reader.array(), expected: reader.array())
    }
  }

  var description: String {
    "\(a.elementType) \(a.elements.count) * \(v.elementType) \(v.elements.count), \(mode)"
  }
}

/// A case of Tests/Reference/images.py.
struct ImageCase {
  var mode: ConvolutionMode
  var boundary: ImageBoundary
  var image: NumPyArray
  var kernel: NumPyArray
  /// nil where SciPy refuses it.
  var expected: NumPyArray?

  /// `count` random cases with SciPy's results.
  static func random(seed: Int, count: Int) throws -> [ImageCase] {
    try written(count) { path in try Reference.run("images.py", [path, String(seed), String(count)]) }
  }

  /// The cases that `script` writes to a file.
  static func written(_ count: Int, by script: (String) throws -> Void) throws -> [ImageCase] {
    let folder = try ScratchFolder()
    let path = folder.file("cases")
    try script(path)
    var reader = CorpusReader(bytes: [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))))
    return (0..<count).map { _ in
      let (mode, boundary) = (ConvolutionMode.allCases[reader.integer()], ImageBoundary.allCases[reader.integer()])
      let isTaken = reader.integer() == 1
      return ImageCase(
        mode: mode, boundary: boundary, image: reader.image(), kernel: reader.image(), expected: isTaken ? reader.image() : nil)
    }
  }

  var description: String {
    "\(image.elementType) \(image.shape) * \(kernel.elementType) \(kernel.shape), \(mode), \(boundary)"
  }
}

private struct CorpusReader {
  var bytes: [UInt8]
  var offset = 0

  /// Two dimensions, then their values.
  mutating func image() -> NumPyArray {
    let shape = [integer(), integer()]
    return NumPyArray(shape: shape, elements: array().elements)
  }

  mutating func integer() -> Int { values(Int.self, 1)[0] }

  mutating func array() -> NumPyArray {
    let type = ElementType.allCases[integer()]
    let count = integer()
    return NumPyArray(elements(type, count))
  }

  private mutating func elements(_ type: ElementType, _ count: Int) -> NumPyArray.Elements {
    switch type {
    case .bool: .bool(values(UInt8.self, count).map { $0 != 0 })
    case .int8: .int8(values(Int8.self, count))
    case .int16: .int16(values(Int16.self, count))
    case .int32: .int32(values(Int32.self, count))
    case .int64: .int64(values(Int64.self, count))
    case .uint8: .uint8(values(UInt8.self, count))
    case .uint16: .uint16(values(UInt16.self, count))
    case .uint32: .uint32(values(UInt32.self, count))
    case .uint64: .uint64(values(UInt64.self, count))
    case .float16: .float16(values(Float16.self, count))
    case .float32: .float32(values(Float.self, count))
    case .float64: .float64(values(Double.self, count))
    case .complex64: .complex64(values(Complex<Float>.self, count))
    case .complex128: .complex128(values(Complex<Double>.self, count))
    }
  }

  private mutating func values<T: BitwiseCopyable>(_: T.Type, _ count: Int) -> [T] {
    let stride = MemoryLayout<T>.stride
    defer { offset += count * stride }
    return bytes.withUnsafeBytes { raw in
      (0..<count).map { raw.loadUnaligned(fromByteOffset: offset + $0 * stride, as: T.self) }
    }
  }
}

/// Values that differ in a bit, any NaN being like any other; every value where type or shape differs.
func differingBits(_ a: NumPyArray, _ b: NumPyArray) -> Int {
  guard a.shape == b.shape, a.elementType == b.elementType else { return max(a.elements.count, b.elements.count, 1) }
  switch (a.elements, b.elements) {
  case (.float16(let x), .float16(let y)): return differing(x, y)
  case (.float32(let x), .float32(let y)): return differing(x, y)
  case (.float64(let x), .float64(let y)): return differing(x, y)
  case (.complex64(let x), .complex64(let y)): return differing(parts(x), parts(y))
  case (.complex128(let x), .complex128(let y)): return differing(parts(x), parts(y))
  default: return a == b ? 0 : max(a.elements.count, 1)
  }
}

private func parts<Part>(_ values: [Complex<Part>]) -> [Part] { values.flatMap { [$0.real, $0.imaginary] } }

private func differing<Scalar: BinaryFloatingPoint>(_ x: [Scalar], _ y: [Scalar]) -> Int {
  zip(x, y).count { ($0 != $1 || $0.sign != $1.sign) && !($0.isNaN && $1.isNaN) }
}
