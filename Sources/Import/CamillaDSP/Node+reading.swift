import ConfigurationFile

// A configuration of CamillaDSP, as it is read: nothing is known of its types beforehand.

extension Node {
  /// The value of a key; nil where there is none, or it is null.
  subscript(key: String) -> Node? {
    guard case .mapping(let entries) = content, let entry = entries.first(where: { $0.key == key }), !entry.value.isNull else { return nil }
    return entry.value
  }

  var entries: [Entry] {
    if case .mapping(let entries) = content { entries } else { [] }
  }

  var items: [Node] {
    if case .sequence(let items) = content { items } else { [] }
  }

  var isNull: Bool {
    if case .scalar(let text, isPlain: true) = content { ["", "~", "null", "Null", "NULL"].contains(text) } else { false }
  }

  var text: String? {
    if case .scalar(let text, _) = content { text } else { nil }
  }

  var number: Double? {
    guard let text, text.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }) else { return nil }
    return Double(text).flatMap { $0.isFinite ? $0 : nil }
  }

  var whole: Int? { text.flatMap { wholeNumber($0) } }

  var isTrue: Bool { ["true", "True", "TRUE"].contains(text ?? "") }
}
