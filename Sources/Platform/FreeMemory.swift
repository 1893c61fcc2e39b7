import Glibc

/// Memory that this process may still take. Swift's arrays end the process where memory is refused, so that work whose size comes
/// from input asks here first.
package enum FreeMemory {
  /// Bytes that stay free: for the stacks and heaps of threads, for files' buffers and messages.
  package static let reserve = 96 << 20

  /// The least of what the machine can give without swapping and of this process' own limits, less the reserve.
  ///
  /// Source: proc_meminfo(5), MemAvailable; getrlimit(2), RLIMIT_AS and RLIMIT_DATA; proc_pid_statm(5)
  package static var bytes: Int {
    var free = available ?? .max
    let pages = numbers("/proc/self/statm")
    for (resource, field) in [(RLIMIT_AS, 0), (RLIMIT_DATA, 5)] where pages.count > field {
      var limit = rlimit()
      guard getrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0, let most = Int(exactly: limit.rlim_cur) else { continue }
      free = min(free, most - pages[field] * sysconf(Int32(_SC_PAGESIZE)))
    }
    return max(0, free - reserve)
  }

  private static var available: Int? {
    guard let bytes = fileContents("/proc/meminfo", limit: 4_096) else { return nil }
    let line = bytes.split(separator: UInt8(ascii: "\n")).first { $0.starts(with: "MemAvailable:".utf8) }
    return line.flatMap { Int(String(decoding: $0.filter { (0x30...0x39).contains($0) }, as: UTF8.self)) }.map { $0 << 10 }
  }

  private static func numbers(_ path: String) -> [Int] {
    (fileContents(path, limit: 4_096) ?? []).split { $0 <= UInt8(ascii: " ") }.compactMap { Int(String(decoding: $0, as: UTF8.self)) }
  }
}

/// The product of counts from outside; `Int.max` where it is beyond that.
package func saturatedProduct(_ factors: Int...) -> Int {
  var result = 1
  for factor in factors where result != 0 {
    let (product, overflow) = result.multipliedReportingOverflow(by: factor)
    result = overflow ? .max : product
  }
  return factors.contains(0) ? 0 : result
}
