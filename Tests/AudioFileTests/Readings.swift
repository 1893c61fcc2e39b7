import AudioFile
import Foundation
import TestSupport
import Testing

/// What one way of reading makes of a file.
enum Reading: Equatable {
  /// The bits of each channel's samples.
  case sound([[UInt64]], rate: Int?)
  /// Why not, without the file's name and without a command that names it.
  case refused(String)

  init(name: String, _ body: () throws -> (channels: [[Double]], rate: Int?)) {
    do {
      let (channels, rate) = try body()
      self = .sound(channels.map { $0.map(\.bitPattern) }, rate: rate)
    } catch let error as AudioFileError {
      let message = error.message.hasPrefix(name) ? String(error.message.dropFirst(name.count)) : "NO NAME: " + error.message
      let commands = ["convert it, with", "of a kernel, convolve design"]
      self = .refused(commands.reduce(message) { $0.components(separatedBy: $1)[0] })
    } catch {
      self = .refused("\(error)")
    }
  }

  var channels: [[Double]]? {
    if case .sound(let channels, _) = self { channels.map { $0.map(Double.init(bitPattern:)) } } else { nil }
  }
}

/// What all ways of reading make of the same bytes: as a kernel by its name and as one that was sent, as a sound by its name and
/// from a pipe.
struct Readings {
  let kernel, sent, file, pipe: Reading
  private let bytes: [UInt8]

  /// - Parameter name: of a file in the folder.
  init(_ bytes: [UInt8], _ folder: ScratchFolder, _ name: String) throws {
    self.bytes = bytes
    let path = folder.file(name)
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    kernel = Reading(name: path) {
      let kernel = try Kernel(path: path)
      return (kernel.channels, kernel.sampleRate)
    }
    sent = Reading(name: "uploaded") {
      let kernel = try Kernel(bytes: bytes, name: "uploaded")
      return (kernel.channels, kernel.sampleRate)
    }
    file = Reading(name: path) {
      let sound = try AudioSignal(path: path)
      return (sound.channels, sound.sampleRate)
    }
    pipe = Reading(name: "standard input") {
      try withInput(bytes) { source in (try source.channels(), source.sampleRate) }
    }
  }

  /// Where they do not agree, in words. A kernel must have taps, and these must be finite.
  var disagreement: String? {
    if file != pipe { return "file \(Self.brief(file)), pipe \(Self.brief(pipe))" }
    if kernel != sent { return "kernel \(Self.brief(kernel)), sent \(Self.brief(sent))" }
    // Text is a kernel, and no sound.
    if kernel == file || isText(bytes) { return nil }
    let isNoKernel = file.channels.map { sound in sound.contains { $0.isEmpty || $0.contains { !$0.isFinite } } } ?? false
    if case .refused = kernel, isNoKernel { return nil }
    return "file \(Self.brief(file)), kernel \(Self.brief(kernel))"
  }

  private func isText(_ bytes: [UInt8]) -> Bool { bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F || (0x09...0x0D).contains($0) } }

  private static func brief(_ reading: Reading) -> String {
    switch reading {
    case .refused(let reason): "refuses it\(reason)"
    case .sound(let channels, let rate):
      "reads \(channels.count) x \(channels.first?.count ?? 0) at \(rate ?? 0): \(channels.map { $0.prefix(3) })"
    }
  }
}
