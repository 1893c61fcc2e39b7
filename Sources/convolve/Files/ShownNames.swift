import Synchronization

/// What messages call files that are reached under other names than those that were given.
enum ShownNames {
  private static let names = Mutex<[String: String]>([:])

  static func add(_ path: String, shown name: String) { names.withLock { $0[path] = name } }

  /// A message with the names that were given.
  static func restored(_ message: String) -> String {
    let names = names.withLock { $0 }
    // The longest first: one descriptor's number may begin another's.
    return names.sorted { $0.key.utf8.count > $1.key.utf8.count }.reduce(message) { message, entry in
      message.contains(entry.key) ? message.replacing(entry.key, with: entry.value) : message
    }
  }
}
