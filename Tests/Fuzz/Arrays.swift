import AudioFile
import NPY

/// Reads an array.
///
/// Law: what is written of it reads as the same array.
func checkArray(_ bytes: [UInt8]) {
  _ = kernel(bytes)
  do throws(NumPyError) {
    let array = try NumPyArray(npy: bytes, name: "array")
    _ = array.layout
    let again = try NumPyArray(npy: array.npy(), name: "again")
    // NaN does not equal itself.
    if again.shape != array.shape || again.npy() != array.npy() { found("\(array.layout) changes when it is written") }
  } catch {
    checkMessage(error.message)
  }
}
