import AudioFile
import NPY
import NumPy
import Platform

extension ConvolveImages {
  /// What the result will be and take, from some rows of it.
  ///
  /// - Parameter bytes: beside the operands.
  /// - Throws: what the convolution itself would refuse.
  func forecast(_ image: NamedArray, _ kernel: NamedArray, _ bytes: Int) throws(AudioFileError) -> Forecast {
    let before = Trial.secondsSoFar
    do throws(NumPyError) {
      let (seconds, shape) = try seconds(image.array, kernel.array)
      let type = ElementType.promoted(image.array.elementType, kernel.array.elementType)
      let operands = [image, kernel].reduce(0) { $0 + $1.array.elements.count * $1.array.elementType.bytes }
      let size = saturatedProduct(shape[0], shape[1], type.bytes)
      let sync = Trial.secondsToSync(size, in: folderAndName(of: output).folder)
      return Forecast(
        result: "\(output): NumPy, \(type.rawValue), \(shape[0]) x \(shape[1]) values", method: "direct", bytes: operands + bytes,
        seconds: before + seconds + sync, jobs: Threads.count(jobs))
    } catch {
      throw refusal(error, image, kernel)
    }
  }

  /// Products that one row of a part may have.
  private static let mostProducts = 1 << 26

  private func seconds(_ image: NumPyArray, _ kernel: NumPyArray) throws(NumPyError) -> (seconds: Double, shape: [Int]) {
    // With `valid` the larger one is the image.
    let isExchanged = mode == .valid && zip(image.shape, kernel.shape).contains { $0 < $1 }
    let (large, small) = isExchanged ? (kernel, image) : (image, kernel)
    let shape = zip(large.shape, small.shape).map { values, taps in
      switch mode {
      case .full: max(0, values + taps - 1)
      case .same: values
      case .valid: max(0, values - taps + 1)
      }
    }
    let threads = Double(Threads.count(jobs))
    func predicted(_ outputs: Int, _ taps: Int) -> Double { 1e-9 * Double(outputs) * Double(taps) / threads }
    let all = predicted(saturatedProduct(shape[0], shape[1]), small.elements.count)
    let trial = Trial()
    // Rows of the kernel that a part has.
    let columns = max(1, saturatedProduct(large.shape[1], small.shape[1]))
    let depth = min(small.shape[0], max(1, Self.mostProducts / columns))
    // What is refused for its types is refused by the smallest part.
    let part = small.leading(min(depth, small.shape[0]))
    guard columns <= Self.mostProducts else { return (all, shape) }
    try trial.time(units: large.shape[0], predicted: { predicted($0 * large.shape[1], part.elements.count) }) { rows throws(NumPyError) in
      _ = try convolve2D(large.leading(rows), part, mode: .same, boundary: boundary, jobs: Threads.count(jobs))
    }
    return (trial.corrected(all), shape)
  }
}
