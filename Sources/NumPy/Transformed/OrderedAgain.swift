/// Sums outputs of a window in NumPy's order: at once, so that they share their taps, and not at all where the values are zero, or are
/// all the same as those of an output before.
///
/// After the end of a sound every output is uncertain, since zero is a boundary: comparing the values with zero decides there.
struct OrderedAgain {
  private let kernel: OrderedKernel
  private let taps: Int
  private let part: Range<Int>
  private let slice: SignalSlice
  private let input: UnsafePointer<Double>
  private var seen = 0
  private var lastNonzero = -1
  // Where equal values begin that last until `seen`, and the last output that was summed of as many as there are taps.
  private var runStart = 0
  private var summed = (place: -1, index: -1)

  /// - Parameter input: the window of the outputs `part`; output n needs its values from n on.
  init(_ kernel: OrderedKernel, _ part: Range<Int>, _ slice: SignalSlice, _ input: UnsafePointer<Double>) {
    (self.kernel, self.taps, self.part, self.slice, self.input) = (kernel, kernel.taps, part, slice, input)
  }

  /// - Parameters:
  ///   - outputs: places in the window, ascending.
  ///   - windowLength: its values.
  ///   - work: room for so many values, apart from the window.
  /// - Returns: their sums, and how many are of values that are not all zero.
  mutating func sums(
    _ outputs: [Int], windowLength: Int, with work: UnsafeMutablePointer<Double>
  ) -> (values: [Double], summed: Int) {
    var values = [Double](repeating: 0, count: outputs.count)
    // Indices of outputs that are summed at once, and of those that take the value of another.
    var (together, copies, count): ([Int], [(index: Int, source: Int)], Int) = ([], [], 0)
    for index in outputs.indices {
      let n = outputs[index]
      look(n)
      if lastNonzero < n { continue }
      count += 1
      let output = part.lowerBound + n
      if output < taps - 1 {
        // Not from the first tap of the sum on.
        kernel.write(output..<output + 1, of: slice, to: &values[index])
      } else if output >= slice.signalCount {
        together.append(index)
      } else if summed.place >= runStart {
        copies.append((index, summed.index))
      } else {
        together.append(index)
        summed = (n, index)
      }
    }
    let places = together.map { outputs[$0] }
    let lengths = places.map { min(taps, slice.signalCount - (part.lowerBound + $0 - (taps - 1))) }
    let sums = kernel.sums(places, lengths: lengths, of: input, windowLength: windowLength, with: work)
    for (index, value) in zip(together, sums) { values[index] = value }
    for copy in copies { values[copy.index] = values[copy.source] }
    return (values, count)
  }

  /// Looks at the values of output n that no output before had.
  private mutating func look(_ n: Int) {
    if n > seen { runStart = n }
    for index in max(seen, n)..<n + taps {
      if input[index] != 0 { lastNonzero = index }
      if index > runStart, input[index].bitPattern != input[index - 1].bitPattern { runStart = index }
    }
    seen = n + taps
  }
}
