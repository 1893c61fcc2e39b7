import Glibc

/// The memory that this process may take: by the machine, by the process' control groups and by its own limits.
///
/// Swift's arrays end the process where memory is refused, so that work whose size comes from input asks here first.
package enum ProcessMemory {
  /// Bytes that stay free: for the stacks and heaps of threads, for files' buffers and messages.
  package static let reserve = 96 << 20

  /// Who says how much memory there is.
  package enum Bound: Equatable, Sendable {
    /// What other programs leave of the machine's.
    case machine
    case controlGroup
    /// A limit of the process, of all its memory or of what it writes to.
    ///
    /// - Parameters:
    ///   - option: of the shell's `ulimit`.
    ///   - bytes: what it is.
    ///   - most: what it may be raised to; nil: anything.
    case process(option: String, bytes: Int, most: Int?)
  }

  /// What can be taken now without swapping, less the reserve.
  package static var freeBytes: Int { free.bytes }

  /// What can be taken now without swapping, less the reserve, and what bounds it.
  ///
  /// Source: proc_meminfo(5), MemAvailable; getrlimit(2), RLIMIT_AS and RLIMIT_DATA; proc_pid_statm(5)
  package static var free: (bytes: Int, bound: Bound) {
    var free: [(bytes: Int, bound: Bound)] = [(available ?? .max, .machine)]
    free += ControlGroup.own().map { (max(0, $0.limit - $0.used), .controlGroup) }
    let pages = (fileText("/proc/self/statm") ?? "").split(separator: " ").compactMap { Int($0) }
    for (resource, field, option) in [(RLIMIT_AS, 0, "-v"), (RLIMIT_DATA, 5, "-d")] where pages.count > field {
      if let (bytes, most) = limit(resource) {
        free.append((bytes - pages[field] * sysconf(Int32(_SC_PAGESIZE)), .process(option: option, bytes: bytes, most: most)))
      }
    }
    let least = free.min { $0.bytes < $1.bytes }!
    return (max(0, least.bytes - reserve), least.bound)
  }

  /// What there is in all, whoever has it.
  ///
  /// - Parameter floor: what is not counted of RLIMIT_AS: code, stacks and what libraries map.
  package static func mostBytes(addressFloor floor: Int) -> Int {
    let machine = max(1, sysconf(Int32(_SC_PHYS_PAGES))) * max(1, sysconf(Int32(_SC_PAGESIZE)))
    let space = limit(RLIMIT_AS).map { max(0, $0.bytes - floor) } ?? .max
    return (ControlGroup.own().map(\.limit) + [machine, space]).min()!
  }

  /// A limit, and what it may be raised to; nil: there is none.
  private static func limit(_ resource: __rlimit_resource) -> (bytes: Int, most: Int?)? {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0 else { return nil }
    return Int(exactly: limit.rlim_cur).map { ($0, Int(exactly: limit.rlim_max)) }
  }

  private static var available: Int? { fileText("/proc/meminfo").flatMap { number("MemAvailable:", in: $0) }.map { $0 << 10 } }
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
