import CSndfile
import Glibc

/// Bytes that libsndfile reads like a file: files and memory alike. Source: sf_open_virtual
final class LibraryInput {
  private let input: WholeInput
  private let count: Int
  private var position = 0
  private let patch: SoundExtent.Patch?

  init(_ input: WholeInput, patch: SoundExtent.Patch? = nil) { (self.input, count, self.patch) = (input, input.count, patch) }

  /// Opens the bytes. The result must be closed before this value is released.
  func open(_ info: inout SF_INFO) -> OpaquePointer? {
    var calls = SF_VIRTUAL_IO(
      get_filelen: { sf_count_t(value($0).count) },
      seek: { offset, whence, user in value(user).seek(Int(offset), whence) },
      read: { target, count, user in value(user).read(target, Int(count)) },
      write: { _, _, _ in 0 },
      tell: { sf_count_t(value($0).position) })
    return sf_open_virtual(&calls, Int32(SFM_READ), &info, Unmanaged.passUnretained(self).toOpaque())
  }

  private func seek(_ offset: Int, _ whence: Int32) -> sf_count_t {
    let start = whence == SEEK_CUR ? position : whence == SEEK_END ? count : 0
    let (target, overflow) = start.addingReportingOverflow(offset)
    if overflow || target < 0 { return -1 }
    position = target
    return sf_count_t(target)
  }

  private func read(_ target: UnsafeMutableRawPointer?, _ wanted: Int) -> sf_count_t {
    let available = max(0, min(wanted, count - position))
    guard available > 0, let target else { return 0 }
    let room = UnsafeMutableRawBufferPointer(start: target, count: available)
    let read = input.read(at: position, into: room)
    for (index, byte) in (patch?.bytes ?? []).enumerated() {
      let place = patch!.offset + index - position
      if (0..<read).contains(place) { room[place] = byte }
    }
    position += read
    return sf_count_t(read)
  }
}

private func value(_ user: UnsafeMutableRawPointer?) -> LibraryInput { Unmanaged<LibraryInput>.fromOpaque(user!).takeUnretainedValue() }
