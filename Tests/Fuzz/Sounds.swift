import AudioFile
import Glibc

/// What a file of this size may become: more would be memory for what a header claims.
let limit = KernelLimit(taps: 1 << 20, bytes: 1 << 26)

/// Reads sound from memory and from a pipe.
///
/// Law: where both read it, they read the same.
func checkSound(_ bytes: [UInt8]) {
  let whole = sound { () throws(AudioFileError) in try SoundSource(bytes: bytes, name: "sound") }
  _ = kernel(bytes, contentType: "audio/wav")
  // More does not fit into a pipe without a reader.
  guard bytes.count <= 1 << 16 else { return }
  var ends: [CInt] = [0, 0]
  guard pipe(&ends) == 0 else { found("no pipe: errno \(errno)") }
  defer { close(ends[0]) }
  let written = write(ends[1], bytes, bytes.count)
  close(ends[1])
  guard written == bytes.count else { found("\(written) of \(bytes.count) bytes went into the pipe") }
  let piped = sound { () throws(AudioFileError) in try SoundSource(standardInput: ends[0]) }
  if let whole, let piped, whole != piped { found("a pipe gives another sound than a file") }
}

/// The bits of all channels.
private func sound(_ open: () throws(AudioFileError) -> SoundSource) -> [[UInt64]]? {
  do throws(AudioFileError) {
    let source = try open()
    _ = source.layout
    _ = source.metadata.losses(in: .wav, .s16)
    return try AudioSignal(source, limit: limit).channels.map { $0.map(\.bitPattern) }
  } catch {
    checkMessage(error.message)
    return nil
  }
}

/// A kernel of a body.
func kernel(_ bytes: [UInt8], contentType: String? = nil) -> Kernel? {
  do throws(AudioFileError) {
    return try Kernel(bytes: bytes, name: "kernel", contentType: contentType, limit: limit)
  } catch {
    checkMessage(error.message)
    return nil
  }
}
