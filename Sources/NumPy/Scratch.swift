import Glibc
import Platform

/// Room for values that are not initialised: at a multiple of 16 bytes, on a cache line if it takes more than some.
struct Scratch<Value: BitwiseCopyable>: ~Copyable {
  /// Any address where there is no value.
  let base: UnsafeMutablePointer<Value>
  private let room: UnsafeMutableRawPointer?

  /// - Throws: the system refuses it.
  init(_ count: Int) throws(WorkError) {
    let bytes = saturatedProduct(count, MemoryLayout<Value>.stride)
    var room: UnsafeMutableRawPointer?
    if bytes > 1_024, bytes < .max {
      if posix_memalign(&room, 64, bytes) != 0 { room = nil }
    } else if bytes <= 1_024, bytes > 0 {
      room = malloc(bytes)
    }
    guard room != nil || bytes == 0 else { throw .memory(bytes: bytes) }
    self.room = room
    base = (room ?? UnsafeMutableRawPointer(bitPattern: 64)!).assumingMemoryBound(to: Value.self)
  }

  deinit { free(room) }
}
