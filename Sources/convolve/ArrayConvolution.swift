import AudioFile
import NumPy
import Terminal

/// Two arrays to a third, of the type that NumPy promotes them to.
func convolveArrays(_ a: NamedArray, _ v: NamedArray, _ sum: Sum, to path: String, _ notes: Notes) throws(Failure) {
  let staged = try StagedFile.creating(path)
  let result: NumPyArray
  do throws(NumPyError) {
    // Only real sums gain by leaving exactness out; and two dimensions are refused where they always are.
    let type = ElementType.promoted(a.array.elementType, v.array.elementType)
    let isReal = (type == .float32 || type == .float64) && a.array.shape.count <= 1 && v.array.shape.count <= 1
    if sum.isExact || !isReal {
      result = try NumPy.convolve(
        a.array, v.array, mode: sum.mode, profile: sum.profile, method: sum.method, jobs: sum.jobs)
    } else {
      result = try fast(a.array, v.array, sum, notes)
    }
  } catch {
    throw Failure(.badData, "\(error.message): a is \(a.name) (\(a.array.layout)), v is \(v.name) (\(v.array.layout))")
  }
  do throws(AudioFileError) {
    try staged.write(result)
    try staged.commit()
  } catch {
    throw Failure(error)
  }
}

/// The same type of result, within a bound of NumPy's float64 sums.
private func fast(_ a: NumPyArray, _ v: NumPyArray, _ sum: Sum, _ notes: Notes) throws(NumPyError) -> NumPyArray {
  let result = try sum.convolve(a.doubles, v.doubles, rounding: .none)
  notes.detail(result.description(channel: nil, isExact: false))
  let isSingle = ElementType.promoted(a.elementType, v.elementType) == .float32
  return isSingle ? NumPyArray(result.values.map(Float.init)) : NumPyArray(result.values)
}
