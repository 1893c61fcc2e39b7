import NPY
import NumPy
import TestSupport
import Testing

@Suite struct Convolve2DTests {
  @Test("Random images of every type, mode and boundary have the bits of scipy.signal.convolve2d")
  func scipy() throws {
    let (taken, refused) = try compare(seed: 70, count: 3_000)
    #expect(taken > 2_000 && refused > 100, "\(taken) taken, \(refused) refused")
  }

  @Test("So have many more", .enabled(if: Soak.cases > 0, "set CONVOLVED_SOAK to a number of cases"))
  func soak() throws {
    let portion = 5_000
    for first in stride(from: 0, to: Soak.cases, by: portion) {
      _ = try compare(seed: 2_000_000 + first, count: min(portion, Soak.cases - first))
    }
  }

  /// How many of the random cases SciPy takes, and how many it refuses.
  private func compare(seed: Int, count: Int) throws -> (taken: Int, refused: Int) {
    var (taken, refused) = (0, 0)
    for (index, each) in try ImageCase.random(seed: seed, count: count).enumerated() {
      let place = "seed \(seed), case \(index): \(each.description)"
      if let expected = each.expected {
        let result = try convolve(each, jobs: 1 + index % 3)
        #expect(differingBits(result, expected) == 0, "\(place)")
        taken += 1
      } else if !each.image.shape.contains(0) || each.boundary == .fill {
        // SciPy was not asked to repeat an empty image.
        #expect(throws: NumPyError.self, "\(place)") { try convolve(each, jobs: 1) }
        refused += 1
      }
    }
    return (taken, refused)
  }

  @Test("Refusals have SciPy's words")
  func refusals() throws {
    let shapes = [
      ([3], [2, 2]), ([2, 2], [2]), ([1, 2, 2], [2, 2]), ([], [2, 2]), ([2, 5], [3, 3]), ([0, 2], [0, 2]), ([3, 0], [3, 0]),
    ]
    let script = """
      import numpy as np
      from scipy.signal import convolve2d
      def refusal(a, b, dtype, mode):
          try:
              return convolve2d(np.ones(a, dtype), np.ones(b, dtype), mode)
          except ValueError as error:
              return str(error).rstrip('.')
      for a, b in \(shapes.map { "(\($0.0), \($0.1))" }):
          print(refusal(a, b, float, 'valid' if list(a) == [2, 5] else 'full'))
      for dtype in 'bool', 'float16':
          print(refusal((2, 2), (2, 2), dtype, 'full'))
      """.replacing("\"", with: "")
    let completed = try run(Location.python, ["-c", script])
    let expected = completed.output.split(separator: "\n").map(String.init)
    try #require(expected.count == shapes.count + 2, "\(completed.error)")
    var messages = shapes.map { a, b in
      message { try convolve2D(ones(a), ones(b), mode: a == [2, 5] ? .valid : .full) }
    }
    messages.append(message { try convolve2D(plane(.bool([true])), plane(.bool([true]))) })
    messages.append(message { try convolve2D(plane(.float16([1])), plane(.int8([1]))) })
    #expect(messages == expected)
  }

  @Test("An empty image is continued by zeros only")
  func emptyImage() throws {
    #expect(try convolve2D(ones([0, 3]), ones([2, 2])).shape == [1, 4])
    for boundary in [ImageBoundary.wrap, .symm] {
      let text = message { try convolve2D(ones([0, 3]), ones([2, 2]), boundary: boundary) }
      #expect(text == "an empty image cannot be continued by \(boundary.rawValue)")
      #expect(try convolve2D(ones([0, 3]), ones([2, 2]), mode: .same, boundary: boundary).shape == [0, 3])
    }
  }

  @Test("An impulse returns the kernel, wherever it lies; wrapped, around the edges")
  func impulse() throws {
    let kernel = NumPyArray(shape: [2, 3], elements: .int16([1, 2, 3, 4, 5, 6]))
    var image = [Int16](repeating: 0, count: 9)
    image[8] = 1
    let corner = NumPyArray(shape: [3, 3], elements: .int16(image))
    let full = try convolve2D(corner, kernel)
    #expect(full.shape == [4, 5])
    #expect(full.elements == .int16([Int16](repeating: 0, count: 12) + [1, 2, 3, 0, 0, 4, 5, 6]))
    let wrapped = try convolve2D(corner, kernel, mode: .same, boundary: .wrap)
    #expect(wrapped.elements == .int16([6, 4, 5, 0, 0, 0, 3, 1, 2]))
  }

  @Test("A kernel of one row is np.convolve of the row, for integers")
  func rows() throws {
    var random = SeededGenerator(seed: 71)
    let row = (0..<20).map { _ in Int64.random(in: .min ... .max, using: &random) }
    let taps = (0..<7).map { _ in Int64.random(in: .min ... .max, using: &random) }
    for mode in ConvolutionMode.allCases {
      let plane = try convolve2D(plane(.int64(row)), plane(.int64(taps)), mode: mode)
      #expect(plane.elements == (try NumPy.convolve(NumPyArray(.int64(row)), NumPyArray(.int64(taps)), mode: mode)).elements)
    }
  }

  private func convolve(_ each: ImageCase, jobs: Int) throws -> NumPyArray {
    try convolve2D(each.image, each.kernel, mode: each.mode, boundary: each.boundary, jobs: jobs)
  }

  /// One row.
  private func plane(_ elements: NumPyArray.Elements) -> NumPyArray { NumPyArray(shape: [1, elements.count], elements: elements) }

  private func ones(_ shape: [Int]) -> NumPyArray {
    NumPyArray(shape: shape, elements: .float64([Double](repeating: 1, count: shape.reduce(1, *))))
  }
}
