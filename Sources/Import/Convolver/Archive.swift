import AudioFile
import CArchive
import Numbers

/// The files of a zip, in memory. libarchive(3)
struct Archive {
  /// By their paths in it.
  private(set) var files: [String: [UInt8]] = [:]

  private static let mostEntries = 2_000
  /// Of one file, and of all.
  private static let mostBytes = (one: 1 << 28, all: 1 << 29)
  /// What is no bomb packs less well, where it is more than a few kernels of silence.
  private static let ratio = (bytes: 1 << 24, most: 200)
  private static let extensions: Set = ["wav", "cfg", "txt", "csv", "flac", "aif", "aiff", "w64", "rf64", "npy"]

  /// - Throws: it is damaged or encrypted, too large, or a path in it leaves its folder.
  init(_ bytes: [UInt8], name: String) throws(AudioFileError) {
    guard let reader = archive_read_new() else { throw AudioFileError(.inputOutput, "\(name): there is no memory to read it") }
    defer { archive_read_free(reader) }
    let result = bytes.withUnsafeBytes { bytes in
      Result { () throws(AudioFileError) in
        archive_read_support_format_zip(reader)
        guard archive_read_open_memory(reader, bytes.baseAddress, bytes.count) == ARCHIVE_OK else { throw Self.damage(reader, name) }
        return try Self.read(reader, size: bytes.count, name: name)
      }
    }
    files = try result.get()
  }

  private static func read(_ reader: OpaquePointer, size: Int, name: String) throws(AudioFileError) -> [String: [UInt8]] {
    var (files, entries, total) = ([String: [UInt8]](), 0, 0)
    while true {
      var entry: OpaquePointer?
      let code = archive_read_next_header(reader, &entry)
      if code == ARCHIVE_EOF { return files }
      guard code == ARCHIVE_OK || code == ARCHIVE_WARN, let entry else { throw damage(reader, name) }
      entries += 1
      guard entries <= mostEntries else {
        throw AudioFileError(.badData, "\(name): it has more than \(mostEntries) entries: that is no set of kernels")
      }
      // Folders and links are of no use here.
      guard archive_entry_filetype(entry) & 0o170000 == 0o100000 else { continue }
      let path = try checkedPath(entry, name)
      guard extensions.contains(fileExtension(of: path)) else { continue }
      guard files[path] == nil else { throw AudioFileError(.badData, "\(name): it has \(quoted(path)) twice: remove one") }
      let data = try contents(reader, path, name, left: mostBytes.all - total)
      total += data.count
      guard total <= ratio.bytes || total / max(1, size) <= ratio.most else {
        throw AudioFileError(.badData, "\(name): it unpacks to more than \(ratio.most) times its size: that is no set of kernels")
      }
      files[path] = data
    }
  }

  private static func fileExtension(of path: String) -> String {
    path.lastIndex(of: ".").map { path[path.index(after: $0)...].lowercased() } ?? ""
  }

  private static func checkedPath(_ entry: OpaquePointer, _ name: String) throws(AudioFileError) -> String {
    guard let pointer = archive_entry_pathname_utf8(entry) ?? archive_entry_pathname(entry) else {
      throw AudioFileError(.badData, "\(name): an entry has no readable name: pack it again")
    }
    let text = String(cString: pointer)
    guard text.utf8.count < 1_024, !text.hasLongMarkRuns else {
      throw AudioFileError(.badData, "\(name): the entry \(quoted(text)) is no name: pack it again")
    }
    let path = text.replacing("\\", with: "/")
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard !parts.contains(".."), !path.hasPrefix("/"), path.dropFirst().first != ":",
      path.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
    else { throw AudioFileError(.badData, "\(name): the entry \(quoted(path)) leaves its folder, or is no name: pack it again") }
    return parts.filter { !$0.isEmpty && $0 != "." }.joined(separator: "/")
  }

  private static func contents(_ reader: OpaquePointer, _ path: String, _ name: String, left: Int) throws(AudioFileError) -> [UInt8] {
    let most = min(left, mostBytes.one)
    var (data, part) = ([UInt8](), [UInt8](repeating: 0, count: 1 << 16))
    while true {
      let count = part.withUnsafeMutableBytes { archive_read_data(reader, $0.baseAddress, $0.count) }
      if count == 0 { return data }
      guard count > 0 else { throw damage(reader, "\(name): \(path)") }
      data += part[..<count]
      guard data.count <= most else {
        throw AudioFileError(
          .badData, "\(name): \(quoted(path)) unpacks to more than is taken (\(mostBytes.all >> 20) MiB in all): leave some out")
      }
    }
  }

  private static func damage(_ reader: OpaquePointer, _ name: String) -> AudioFileError {
    let reason = archive_error_string(reader).map { String(cString: $0) } ?? "unknown"
    return AudioFileError(.badData, "\(name): it is no zip that can be read: \(quoted(reason)): pack it again, without a password")
  }
}
