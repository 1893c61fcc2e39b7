import Glibc

/// Zeroed memory that starts on a page, so that it can be locked without its neighbours.
///
/// Freed with the value, which cannot be copied. Access through `base` is real-time safe; allocating and freeing are not.
public struct Memory: ~Copyable, @unchecked Sendable {
  public let base: UnsafeMutableRawPointer
  public let byteCount: Int

  /// - Complexity: O(byteCount): every page is touched here, not at first use.
  public init(byteCount: Int) {
    let page = 4096
    self.byteCount = max(page, (byteCount + page - 1) / page * page)
    base = .allocate(byteCount: self.byteCount, alignment: self.byteCount >= largePageBytes ? largePageBytes : page)
    adviseLargePages(UnsafeMutableRawBufferPointer(start: base, count: self.byteCount))
    memset(base, 0, self.byteCount)
  }

  deinit { base.deallocate() }

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

/// Asks for pages of 2 MiB for the part of `memory` that fills them. Called before its first use, it makes one fault of 512, and
/// later reads miss the translation buffer less. Has no effect if the system has no large pages.
///
/// Source: madvise(2), MADV_HUGEPAGE
package func adviseLargePages(_ memory: UnsafeMutableRawBufferPointer) {
  guard let start = memory.baseAddress?.alignedUp(toMultipleOf: largePageBytes) else { return }
  let bytes = (memory.count - (start - memory.baseAddress!)) / largePageBytes * largePageBytes
  if bytes > 0 { _ = madvise(start, bytes, MADV_HUGEPAGE) }
}
