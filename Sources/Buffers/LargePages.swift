import Glibc

/// Bytes of a large page.
let largePageBytes = 1 << 21

/// Asks for pages of 2 MiB for the part of `memory` that fills them. To be called before its first use, which then takes one
/// fault instead of 512 and later reads miss the translation buffer less. Has no effect where the system has no large pages.
///
/// Source: madvise(2), MADV_HUGEPAGE
package func adviseLargePages(_ memory: UnsafeMutableRawBufferPointer) {
  guard let start = memory.baseAddress?.alignedUp(toMultipleOf: largePageBytes) else { return }
  let bytes = (memory.count - (start - memory.baseAddress!)) / largePageBytes * largePageBytes
  if bytes > 0 { _ = madvise(start, bytes, MADV_HUGEPAGE) }
}
