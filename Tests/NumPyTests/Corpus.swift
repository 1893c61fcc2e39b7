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
    let folder = try ScratchFolder()
    let path = folder.file("cases")
    let coreType = profile.map { $0 == .skylakex ? "SkylakeX" : "Haswell" }
    try Reference.run("convolve_cases.py", [path, String(seed), String(count)], coreType: coreType)
    var reader = CorpusReader(bytes: [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))))
    return (0..<count).map { _ in
      ConvolutionCase(
        mode: ConvolutionMode.allCases[reader.integer()], a: reader.array(), v: reader.array(), expected: reader.array())
    }
  }
}

private struct CorpusReader {
  var bytes: [UInt8]
  var offset = 0

  mutating func integer() -> Int { values(Int.self, 1)[0] }

  mutating func array() -> NumPyArray {
    let size = integer()
    let count = integer()
    return size == 4 ? NumPyArray(values(Float.self, count)) : NumPyArray(values(Double.self, count))
  }

  private mutating func values<T>(_: T.Type, _ count: Int) -> [T] {
    let stride = MemoryLayout<T>.stride
    defer { offset += count * stride }
    return bytes.withUnsafeBytes { raw in
      (0..<count).map { raw.loadUnaligned(fromByteOffset: offset + $0 * stride, as: T.self) }
    }
  }
}

/// Values that differ in a bit, any NaN being like any other; every value where type or shape differs.
func differingBits(_ a: NumPyArray, _ b: NumPyArray) -> Int {
  guard a.shape == b.shape else { return max(a.doubles.count, b.doubles.count, 1) }
  switch (a.elements, b.elements) {
  case (.float32(let x), .float32(let y)):
    return zip(x, y).count { $0.bitPattern != $1.bitPattern && !($0.isNaN && $1.isNaN) }
  case (.float64(let x), .float64(let y)):
    return zip(x, y).count { $0.bitPattern != $1.bitPattern && !($0.isNaN && $1.isNaN) }
  default: return max(a.doubles.count, 1)
  }
}
