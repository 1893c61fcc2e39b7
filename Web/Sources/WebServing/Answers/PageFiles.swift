import CPage
import Glibc
import NIOCore
import NIOHTTP1
import Platform

/// The files of the page, by name.
package struct PageFiles: Sendable {
  private struct File {
    let bytes: ByteBuffer
    let type: String
    let tag: String
  }

  private let files: [String: File]

  /// Why a folder cannot be served.
  package struct Fault: Error { package let message: String }

  private static let types = [
    "html": "text/html; charset=utf-8", "js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8", "svg": "image/svg+xml",
    "png": "image/png", "ico": "image/x-icon", "webmanifest": "application/manifest+json", "woff2": "font/woff2",
  ]
  private static let mostBytes = 1 << 20

  /// Those that the program was built with.
  package init() {
    let built = UnsafeBufferPointer(start: page_file_list(), count: page_file_count)
    files = Dictionary(
      uniqueKeysWithValues: built.map { file in
        let name = String(cString: file.name)
        return (name, Self.file(Array(UnsafeBufferPointer(start: file.bytes, count: file.count)), Self.type(name) ?? ""))
      })
  }

  /// Those of a folder, as they are now. Files of other kinds are left out.
  package init(folder: String) throws(Fault) {
    guard let directory = withSystemPath(folder, { opendir($0) }) else {
      throw Fault(message: "\(folder): \(String(cString: strerror(errno))): name the folder of the page's files")
    }
    defer { closedir(directory) }
    var (files, total) = ([String: File](), 0)
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      guard let type = Self.type(name) else { continue }
      guard let bytes = regularFileContents("\(folder)/\(name)", limit: Self.mostBytes + 1) else {
        throw Fault(message: "\(folder)/\(name): \(String(cString: strerror(errno)))")
      }
      total += bytes.count
      guard total <= Self.mostBytes else { throw Fault(message: "\(folder): its files have more than \(Self.mostBytes) bytes") }
      files[name] = Self.file(bytes, type)
    }
    guard files["index.html"] != nil else { throw Fault(message: "\(folder) holds no index.html") }
    self.files = files
  }

  package var names: [String] { files.keys.sorted() }

  func answer(_ name: String, _ headers: HTTPHeaders) throws(Refusal) -> Answer {
    guard let file = files[name] else { throw Refusal(.notFound, "there is nothing here: the page is /, the API is /v1 and /metrics") }
    let fields = [("Content-Type", file.type), ("Cache-Control", "no-cache"), ("ETag", file.tag)]
    let isKnown = headers[canonicalForm: "if-none-match"].contains { $0 == file.tag }
    return isKnown ? Answer(.notModified, fields) : Answer(.ok, fields, body: file.bytes)
  }

  private static func file(_ bytes: [UInt8], _ type: String) -> File {
    // FNV-1a
    let sum: UInt64 = bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    return File(bytes: ByteBuffer(bytes: bytes), type: type, tag: "\"\(String(sum, radix: 16))\"")
  }

  /// Nil for a name that no file of the page has.
  private static func type(_ name: String) -> String? {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    let isPlain = name.utf8.allSatisfy { "abcdefghijklmnopqrstuvwxyz0123456789-.".utf8.contains($0) }
    return parts.count == 2 && !parts[0].isEmpty && isPlain ? types[String(parts[1])] : nil
  }
}
