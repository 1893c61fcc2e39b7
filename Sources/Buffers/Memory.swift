import Glibc

/// Zeroed memory that starts on a page, so that it can be locked without its neighbours.
///
/// Not copied, freed with the value. Reading and writing through `base` is real-time safe; making and freeing are not.
public struct Memory: ~Copyable, @unchecked Sendable {
  public let base: UnsafeMutableRawPointer
  public let byteCount: Int

  /// - Complexity: O(byteCount). The memory is touched here, not at first use.
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

/// Hands out parts of one `Memory`, each on a cache line.
package struct Layout {
  package private(set) var byteCount = 0

  package init() {}

  /// Offset of a part of `bytes` bytes.
  package mutating func reserve(_ bytes: Int) -> Int {
    defer { byteCount += (bytes + 63) / 64 * 64 }
    return byteCount
  }
}
