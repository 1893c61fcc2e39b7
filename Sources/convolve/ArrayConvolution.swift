import AudioFile
import NumPy
import Terminal

/// Two arrays to a third, of the type that NumPy promotes them to.
func convolveArrays(_ a: NamedArray, _ v: NamedArray, _ sum: Sum, to path: String) throws(Failure) {
  let staged = try StagedFile.creating(path)
  let result: NumPyArray
  do throws(NumPyError) {
    result = try NumPy.convolve(a.array, v.array, mode: sum.mode, profile: sum.profile, jobs: sum.jobs)
  } catch {
    throw Failure(.badData, "\(error.message): a is \(a.name) (\(a.array.layout)), v is \(v.name) (\(v.array.layout))")
  }
  do throws(AudioFileError) {
    try staged.write(result.npy())
    try staged.commit()
  } catch {
    throw Failure(error)
  }
}
