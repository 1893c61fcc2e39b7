import Foundation
import TestSupport

/// A file of float64 that a script of Tests/Reference wrote.
struct Numbers {
  private var rest: ArraySlice<Double>

  init(_ arguments: String...) throws {
    let folder = try ScratchFolder()
    try Reference.run("analysis.py", [arguments[0], folder.file("numbers")] + arguments[1...])
    let data = try Data(contentsOf: URL(fileURLWithPath: folder.file("numbers")))
    rest = data.withUnsafeBytes { Array($0.bindMemory(to: Double.self))[...] }
  }

  mutating func next(_ count: Int) -> [Double] {
    defer { rest = rest.dropFirst(count) }
    return Array(rest.prefix(count))
  }
}

/// Whether two magnitudes are less than `decibels` apart.
func close(_ a: Double, _ b: Double, decibels: Double) -> Bool { a == b || abs(20 * log10(a / b)) < decibels }
