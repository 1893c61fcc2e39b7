/// The command that makes a WAV of a file, as messages give it.
package struct Conversion {
  /// Nil for what has no name, such as a pipe.
  var path: String?

  func ffmpeg(_ codec: String) -> String { "convert it, with ffmpeg -i \(source) -c:a \(codec) \(target)" }

  func sox() -> String { "convert it, with sox \(source) \(target)" }

  /// What becomes of a text of numbers that stands where a sound is wanted.
  func design() -> String {
    let stem = path.map { fileExtension($0).isEmpty ? $0 : String($0.dropLast(fileExtension($0).utf8.count + 1)) } ?? "FILE"
    let (sound, array) = (Self.quoted(stem + ".wav"), Self.quoted(stem + ".npy"))
    return "convolve design \(source) -o \(sound) --rate 48000 makes a sound of it, and -o \(array) an array"
  }

  private var source: String { path.map(Self.quoted) ?? "FILE" }

  private var target: String {
    guard let path else { return "FILE.wav" }
    let ending = fileExtension(path)
    let stem = ending.isEmpty || ending == "wav" ? path : String(path.dropLast(ending.utf8.count + 1))
    return Self.quoted(stem + (ending == "wav" ? ".converted.wav" : ".wav"))
  }

  /// A name as one word of a shell, and no option.
  package static func quoted(_ path: String) -> String {
    let name = path.hasPrefix("-") ? "./" + path : path
    let plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-+/=:,@%".utf8
    return name.utf8.allSatisfy(plain.contains) ? name : "'" + name.replacing("'", with: "'\\''") + "'"
  }
}
