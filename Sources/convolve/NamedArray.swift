import AudioFile
import NPY
import NumPy

/// An array and its name.
struct NamedArray {
  var array: NumPyArray
  /// What messages call it.
  var name: String

  init(array: NumPyArray, name: String) { (self.array, self.name) = (array, name) }

  /// Reads a `.npy` file, or what a stream has of one.
  init(_ file: InputFile) throws(AudioFileError) {
    if file.isStream {
      try self.init(npy: file.contents(), name: file.streamName)
    } else {
      self.init(array: try NumPyArray(path: file.path), name: file.name)
    }
  }

  init(npy bytes: [UInt8], name: String) throws(AudioFileError) {
    do throws(NumPyError) { self.init(array: try NumPyArray(npy: bytes, name: name), name: name) } catch {
      throw AudioFileError(.badData, error.message)
    }
  }

  /// The array as a kernel for a signal that is read as needed, if NumPy sums the two in float64.
  ///
  /// - Returns: nil if NumPy exchanges or refuses the two, sums another type, or applies the gain in another type.
  func kernel(for signal: ArraySource, isAmplified: Bool) throws(AudioFileError) -> Kernel? {
    let type = array.elementType
    guard array.shape.count <= 1, (1...max(1, signal.count)).contains(array.elements.count), signal.count > 0,
      ElementType.promoted(.float64, type) == .float64, !(isAmplified && (type == .float16 || type == .float32))
    else { return nil }
    let taps = try array.values(name: name)
    // NumPy accepts infinite taps, a kernel does not.
    return taps.allSatisfy(\.isFinite) ? try Kernel(channels: [taps], name: name, layout: array.layout) : nil
  }
}
