import CSndfile
import Glibc

/// Bytes in memory that libsndfile reads as if they were a file. Source: sf_open_virtual
final class MemoryFile {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Opens them; the result must be closed before the value goes away.
  func open(_ info: inout SF_INFO) -> OpaquePointer? {
    var calls = SF_VIRTUAL_IO(
      get_filelen: { sf_count_t(file($0).bytes.count) },
      seek: { offset, whence, user in file(user).seek(Int(offset), whence) },
      read: { target, count, user in file(user).read(target, Int(count)) },
      write: { _, _, _ in 0 },
      tell: { sf_count_t(file($0).position) })
    return sf_open_virtual(&calls, Int32(SFM_READ), &info, Unmanaged.passUnretained(self).toOpaque())
  }

  private func seek(_ offset: Int, _ whence: Int32) -> sf_count_t {
    let start = whence == SEEK_CUR ? position : whence == SEEK_END ? bytes.count : 0
    let (target, overflow) = start.addingReportingOverflow(offset)
    if overflow || target < 0 { return -1 }
    position = target
    return sf_count_t(target)
  }

  private func read(_ target: UnsafeMutableRawPointer?, _ count: Int) -> sf_count_t {
    let available = max(0, min(count, bytes.count - position))
    if available == 0 { return 0 }
    bytes.withUnsafeBytes { target?.copyMemory(from: $0.baseAddress! + position, byteCount: available) }
    position += available
    return sf_count_t(available)
  }
}

private func file(_ user: UnsafeMutableRawPointer?) -> MemoryFile { Unmanaged<MemoryFile>.fromOpaque(user!).takeUnretainedValue() }
