import Glibc

/// Zeroed memory that starts on a page, so that it can be locked without its neighbours.
///
/// Not copied, freed with the value. Reading and writing through `base` is real-time safe; making and freeing are not.
public struct Memory: ~Copyable, @unchecked Sendable {
  public let base: UnsafeMutableRawPointer
  public let byteCount: Int

  /// Pages of 2 MiB are asked for where they can be filled: spectra are then read without a miss of the translation buffer
  /// for every 4 KiB. Source: madvise(2), MADV_HUGEPAGE
  /// - Complexity: O(byteCount). The memory is touched here, not at first use.
  public init(byteCount: Int) {
    let (page, hugePage) = (4096, 1 << 21)
    self.byteCount = max(page, (byteCount + page - 1) / page * page)
    let isLarge = self.byteCount >= hugePage
    base = .allocate(byteCount: self.byteCount, alignment: isLarge ? hugePage : page)
    if isLarge { madvise(base, self.byteCount / hugePage * hugePage, MADV_HUGEPAGE) }
    memset(base, 0, self.byteCount)
  }

  deinit { base.deallocate() }

  public var region: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: byteCount) }
}

/// Hands out parts of one `Memory`, each on a cache line.
struct Layout {
  private(set) var byteCount = 0

  /// Offset of a part of `bytes` bytes.
  mutating func reserve(_ bytes: Int) -> Int {
    defer { byteCount += (bytes + 63) / 64 * 64 }
    return byteCount
  }
}

/// `byteCount` bytes, a multiple of 4, to where they do not overlap.
@_noLocks @_noAllocation @inline(__always)
func copySamples(_ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, byteCount: Int) {
  let (from, to) = (source.assumingMemoryBound(to: UInt32.self), target.assumingMemoryBound(to: UInt32.self))
  for index in 0..<byteCount / 4 { to[index] = from[index] }
}
