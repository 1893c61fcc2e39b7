import Glibc

/// Asks for large pages for memory that nothing has touched yet: page by page, its first use takes longer than what is
/// written there. Source: madvise(2), MADV_HUGEPAGE
func adviseLargePages(_ memory: UnsafeMutableRawBufferPointer) {
  let largePage = 1 << 21
  guard memory.count >= 2 * largePage, let start = memory.baseAddress?.alignedUp(toMultipleOf: largePage) else { return }
  // Without large pages everything is as before.
  _ = madvise(start, memory.count - (start - memory.baseAddress!), MADV_HUGEPAGE)
}
