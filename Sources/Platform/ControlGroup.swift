/// The memory of a control group.
package struct ControlGroup: Equatable {
  /// Bytes that its processes may have.
  package var limit: Int
  /// Bytes that they have, without what is only cached of files.
  package var used: Int

  package init(limit: Int, used: Int) { (self.limit, self.used) = (limit, used) }

  /// Those of this process with a limit: its own, and each above it. Source: cgroups(7); the kernel's cgroup-v2 and cgroup-v1 memory.
  package static func own(process: String = "/proc/self/cgroup", root: String = "/sys/fs/cgroup") -> [ControlGroup] {
    let lines = (fileText(process) ?? "").split(separator: "\n")
    // Where both are mounted, memory belongs to one of them.
    if let path = lines.lazy.compactMap({ line in line.firstRange(of: ":memory:/").map { line[$0.upperBound...] } }).first {
      return groups("\(root)/memory", path) {
        Self("\($0)/memory.limit_in_bytes", "\($0)/memory.usage_in_bytes", "\($0)/memory.stat", cached: "total_")
      }
    }
    guard let path = lines.first(where: { $0.hasPrefix("0::/") })?.dropFirst(4) else { return [] }
    return groups(root, path) { Self("\($0)/memory.max", "\($0)/memory.current", "\($0)/memory.stat", cached: "") }
  }

  private static func groups(_ root: String, _ path: Substring, _ read: (String) -> Self?) -> [Self] {
    let names = path.split(separator: "/")
    return (0...names.count).reversed().compactMap { read(([root] + names.prefix($0).map(String.init)).joined(separator: "/")) }
  }

  private init?(_ limit: String, _ usage: String, _ statistics: String, cached: String) {
    // `max`, or a number beyond any machine: none.
    guard let most = fileText(limit).flatMap({ number("", in: $0) }), most < 1 << 62 else { return nil }
    let text = fileText(statistics) ?? ""
    let files = ["inactive_file ", "active_file "].reduce(0) { $0 + (number("\(cached)\($1)", in: text) ?? 0) }
    self.limit = most
    used = max(0, (fileText(usage).flatMap { number("", in: $0) } ?? 0) - files)
  }
}

/// The number that follows `key` on the first line that begins with it.
func number(_ key: String, in text: String) -> Int? {
  text.split(separator: "\n").first { $0.hasPrefix(key) }
    .flatMap { Int($0.dropFirst(key.count).drop { $0 == " " }.prefix { $0.isNumber }) }
}
