import Glibc

/// The memory that this process may take: by the machine, by the process' control groups and by its own limits.
///
/// Swift's arrays end the process where memory is refused, so that work whose size comes from input asks here first.
package enum ProcessMemory {
  /// Bytes that stay free: for the stacks and heaps of threads, for files' buffers and messages.
  package static let reserve = 96 << 20

  /// What can be taken now without swapping, less the reserve.
  ///
  /// Source: proc_meminfo(5), MemAvailable; getrlimit(2), RLIMIT_AS and RLIMIT_DATA; proc_pid_statm(5)
  package static var freeBytes: Int {
    var free = [available ?? .max] + ControlGroup.own().map { max(0, $0.limit - $0.used) }
    let pages = (fileText("/proc/self/statm") ?? "").split(separator: " ").compactMap { Int($0) }
    for (resource, field) in [(RLIMIT_AS, 0), (RLIMIT_DATA, 5)] where pages.count > field {
      if let most = limit(resource) { free.append(most - pages[field] * sysconf(Int32(_SC_PAGESIZE))) }
    }
    return max(0, free.min()! - reserve)
  }

  /// What there is in all, whoever has it.
  ///
  /// - Parameter floor: what is not counted of RLIMIT_AS: code, stacks and what libraries map.
  package static func mostBytes(addressFloor floor: Int) -> Int {
    let machine = max(1, sysconf(Int32(_SC_PHYS_PAGES))) * max(1, sysconf(Int32(_SC_PAGESIZE)))
    let space = limit(RLIMIT_AS).map { max(0, $0 - floor) } ?? .max
    return (ControlGroup.own().map(\.limit) + [machine, space]).min()!
  }

  private static func limit(_ resource: __rlimit_resource) -> Int? {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0 else { return nil }
    return Int(exactly: limit.rlim_cur)
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
