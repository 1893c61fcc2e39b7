import WordKernels

extension LiveFilter {
  /// Longer texts are left out of status, which is sent to many.
  private static let mostBytes = 4_096

  /// The filter lines in words for a kernel; nil if there are none, or very many.
  static func equaliser(_ words: String) -> String? {
    guard words.hasPrefix("eq:"), words.utf8.count <= mostBytes, let name = try? KernelName(words), name.files.isEmpty else { return nil }
    return String(words.dropFirst("eq:".count))
  }

  /// Those of a kernel that was sent: in its words, or as the file that they name.
  package static func equaliser(_ sent: SentKernel) -> String? {
    switch sent.source {
    case .named(let words): equaliser(words)
    case .made(let words, let body) where words.hasPrefix("eq:") && body.count <= mostBytes: String(validating: body, as: UTF8.self)
    case .made, .file: nil
    }
  }
}
