import CMalloc
import Glibc

/// What the C library does with memory that was freed: left alone it keeps most of it, as a heap for each thread.
package enum FreedMemory {
  /// Keeps it few: two heaps for all threads, and pages of their own for what is large, which go back to the system at once. To be
  /// called before there are other threads.
  ///
  /// Source: mallopt(3)
  package static func limit() {
    mallopt(M_ARENA_MAX, 2)
    mallopt(M_MMAP_THRESHOLD, 128 << 10)
  }

  /// Gives back to the system what lies between memory that is in use. It takes a millisecond or two.
  ///
  /// Source: malloc_trim(3)
  package static func giveBack() { malloc_trim(0) }

  /// Leaves of the process' own code in memory what runs from now on: the rest was for its start. What runs comes back from the system's
  /// cache of files, a page at a time. For a time in which no sound is due.
  ///
  /// Source: madvise(2), MADV_DONTNEED, which changes nothing of pages that are their file's; proc_pid_maps(5)
  package static func giveBackCode() {
    guard let path = realpath("/proc/self/exe", nil) else { return }
    defer { free(path) }
    let name = String(cString: path)
    for line in (fileText("/proc/self/maps") ?? "").split(separator: "\n") where line.hasSuffix(" " + name) {
      let fields = line.split(separator: " ")
      let ends = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
      // Never written: what the linker has changed lies elsewhere.
      guard fields[1] == "r-xp", ends.count == 2, let begin = UnsafeMutableRawPointer(bitPattern: ends[0]) else { continue }
      madvise(begin, Int(ends[1] - ends[0]), MADV_DONTNEED)
    }
  }
}
