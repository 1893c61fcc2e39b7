import AudioFile
import Glibc
import NPY

/// What an input holds, opened.
enum InputContents {
  case sound(SoundSource)
  /// Read whole.
  case array(NamedArray)

  /// - Throws: the file is neither, damaged, or an array larger than the memory that is free.
  init(_ file: InputFile) throws(AudioFileError) {
    guard file.isStream else {
      self = try NumPyArray.isFile(file.path) ? .array(NamedArray(file)) : .sound(SoundSource(path: file.path))
      return
    }
    switch try StreamContents(standardInput: file.descriptor ?? STDIN_FILENO, name: file.streamName) {
    case .sound(let source): self = .sound(source)
    case .array(let array): self = .array(NamedArray(array: array, name: file.streamName))
    }
  }
}
