import Glibc

/// Zeroed memory that starts on a page, so that it can be locked without its neighbours.
///
/// Freed with the value, which cannot be copied. Access through `base` is real-time safe; allocating and freeing are not.
public struct Memory: ~Copyable, @unchecked Sendable {
  public let base: UnsafeMutableRawPointer
  public let byteCount: Int

  /// - Parameter isCancelled: asked every some milliseconds; once it has said so, the pages that are left come at first use.
  /// - Complexity: O(byteCount): every page is there afterwards, not at first use.
  public init(byteCount: Int, unless isCancelled: () -> Bool = { false }) {
    let page = 4096
    self.byteCount = max(page, (byteCount + page - 1) / page * page)
    if self.byteCount >= largePageBytes {
      base = mapped(self.byteCount, unless: isCancelled)
    } else {
      base = .allocate(byteCount: self.byteCount, alignment: page)
      memset(base, 0, self.byteCount)
    }
  }

  deinit {
    if byteCount >= largePageBytes { munmap(base, byteCount) } else { base.deallocate() }
  }

  public var region: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: byteCount) }
}

/// Offsets of the parts of one `Memory`, each on a cache line.
public struct MemoryParts {
  public private(set) var byteCount = 0

  public init() {}

  /// Appends a part of `bytes` bytes; returns its offset.
  public mutating func reserve(_ bytes: Int) -> Int {
    defer { byteCount += (bytes + 63) / 64 * 64 }
    return byteCount
  }
}

/// Bytes of a large page.
let largePageBytes = 1 << 21

/// Whole pages of the system's, which it has cleared: nobody clears them again. They begin where a large page can.
///
/// Source: mmap(2); madvise(2), MADV_POPULATE_WRITE
private func mapped(_ byteCount: Int, unless isCancelled: () -> Bool) -> UnsafeMutableRawPointer {
  let room = mmap(nil, byteCount + largePageBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
  guard let room, room != MAP_FAILED else { fatalError("the system refuses \(byteCount) bytes of memory") }
  let base = room.alignedUp(toMultipleOf: largePageBytes)
  if base > room { munmap(room, base - room) }
  munmap(base + byteCount, largePageBytes - (base - room))
  adviseLargePages(UnsafeMutableRawBufferPointer(start: base, count: byteCount))
  // Before Linux 5.14 each page comes when it is touched.
  let populateForWriting: Int32 = 23
  // Where a host gives memory as it is touched, this takes milliseconds.
  let bytesAtOnce = 2 * largePageBytes
  for start in stride(from: 0, to: byteCount, by: bytesAtOnce) {
    if isCancelled() { break }
    let count = min(bytesAtOnce, byteCount - start)
    if madvise(base + start, count, populateForWriting) != 0 {
      for offset in stride(from: start, to: start + count, by: 4096) { (base + offset).storeBytes(of: 0, as: UInt8.self) }
    }
  }
  return base
}

/// Asks for pages of 2 MiB for the part of `memory` that fills them. Called before its first use, it makes one fault of 512, and
/// later reads miss the translation buffer less. Has no effect if the system has no large pages.
///
/// Source: madvise(2), MADV_HUGEPAGE
package func adviseLargePages(_ memory: UnsafeMutableRawBufferPointer) {
  guard let start = memory.baseAddress?.alignedUp(toMultipleOf: largePageBytes) else { return }
  let bytes = (memory.count - (start - memory.baseAddress!)) / largePageBytes * largePageBytes
  if bytes > 0 { _ = madvise(start, bytes, MADV_HUGEPAGE) }
}
