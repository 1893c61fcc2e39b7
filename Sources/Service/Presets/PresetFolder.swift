import ControlAPI
import Convolution
import Filters
import Glibc
import Platform

/// The files of presets, one for each. Its methods wait for a disk: call them on a thread of their own.
struct PresetFolder: Sendable {
  /// Nil where there is no folder for state: then nothing can be kept.
  let path: String?

  private static let ending = ".preset"
  /// How many entries of a folder are looked at.
  private static let mostEntries = 1_024

  /// - Parameter socket: path of the control socket.
  init(socket: String) { path = KeptFile(.state, name: "presets-\(SocketName.fileName(socket))").path }

  /// Of nothing: what is not kept.
  init() { path = nil }

  /// Names of the files that are there, sorted. Removes what an interrupted write has left.
  func names() -> [String] {
    guard let path, let folder = withSystemPath(path, { opendir($0) }) else { return [] }
    defer { closedir(folder) }
    var (names, drafts): ([String], [String]) = ([], [])
    for _ in 0..<Self.mostEntries {
      guard let entry = readdir(folder) else { break }
      let file = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if file.hasSuffix(Self.ending) {
        let name = String(file.dropLast(Self.ending.count))
        if PresetName.isValid(name) { names.append(name) }
      } else if let dot = file.lastIndex(of: "."), file[..<dot].hasSuffix(Self.ending), file[dot...].dropFirst().allSatisfy(\.isNumber) {
        drafts.append(file)
      }
    }
    for draft in drafts { _ = withSystemPath("\(path)/\(draft)") { unlink($0) } }
    return names.sorted()
  }

  /// - Parameter most: bytes that a file may have.
  /// - Throws: what is wrong with it, with its path.
  func read(_ name: String, most: Int) throws(PresetFile.Fault) -> HeldPreset {
    guard let file = file(name).path else { throw PresetFile.Fault("there is no folder for it") }
    // Its bytes, taps of them, and these as they are kept.
    guard let bytes = wholeRegularFile(file, most: max(0, min(most, ProcessMemory.freeBytes / 3))) else {
      switch errno {
      case EFBIG:
        throw PresetFile.Fault("\(file): it is larger than the \(max(0, most)) bytes that are left for presets, or than memory")
      case ENODEV: throw PresetFile.Fault("\(file): it is no regular file")
      default: throw PresetFile.Fault("\(file): \(String(cString: strerror(errno)))")
      }
    }
    do throws(PresetFile.Fault) {
      return try PresetFile.preset(bytes, name: name)
    } catch {
      throw PresetFile.Fault("\(file): \(error.reason)")
    }
  }

  /// Returns why it could not be kept; nil: it is.
  ///
  /// - Throws: what no start could read.
  func save(_ preset: HeldPreset) throws(PresetFile.Fault) -> String? {
    let (head, kernels) = try PresetFile.parts(of: preset)
    let file = file(preset.name)
    let isSaved = file.save { write in
      head.withUnsafeBytes(write) && kernels.allSatisfy { $0.taps.withUnsafeBytes(write) }
    }
    return isSaved ? nil : failure(of: file)
  }

  /// Returns why it could not be removed; nil: it is gone.
  func remove(_ name: String) -> String? {
    let file = file(name)
    guard let path = file.path, withSystemPath(path, { unlink($0) }) != 0, errno != ENOENT else { return nil }
    return failure(of: file)
  }

  private func file(_ name: String) -> KeptFile {
    path.map { KeptFile(path: "\($0)/\(name)\(Self.ending)") } ?? KeptFile(path: nil)
  }

  private func failure(of file: KeptFile) -> String {
    file.path.map { "\($0): \(String(cString: strerror(errno)))" } ?? "neither STATE_DIRECTORY nor HOME is set"
  }
}
