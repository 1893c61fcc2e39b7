import Numbers

/// A value of a YAML document, and where it stands.
package struct Node {
  package enum Content {
    case scalar(String, isPlain: Bool)
    case sequence([Node])
    case mapping([Entry])
    /// Refused already: nothing more is to be said about it.
    case refused
  }

  package struct Entry {
    package var key: String
    /// From 1.
    package var line: Int
    package var value: Node
  }

  /// From 1.
  package var line: Int
  package var content: Content
}

extension Node {
  /// The tree of any YAML text.
  ///
  /// - Throws: `ConfigurationError.invalid` with all that is no YAML, or is not supported.
  package init(yaml bytes: [UInt8], file: String?) throws(ConfigurationError) {
    let faults = FaultList()
    let root = Composer(bytes: bytes, faults: faults).document()
    guard let root, faults.isEmpty else { throw .invalid(file: file, faults: faults.byLine) }
    self = root
  }
}

/// Makes a tree of a YAML text. Aliases, anchors, tags, duplicate keys and further documents are faults.
struct Composer {
  /// Levels of lists and mappings in each other. A configuration has three.
  static let maximumDepth = 16
  /// Bytes of a key.
  static let mostKeyBytes = 128

  private let events: EventReader
  private let faults: FaultList

  init(bytes: [UInt8], faults: FaultList) {
    events = EventReader(bytes: bytes, faults: faults)
    self.faults = faults
  }

  /// The text's only document; nil where there is none to be had, for a reason that is then among the faults.
  func document() -> Node? {
    var root: Node?
    while let event = events.next() {
      switch event.kind {
      case .streamStart, .documentEnd: continue
      case .documentStart where root == nil: continue
      case .documentStart:
        faults.add(line: event.line, "another document begins here: a configuration is a single one")
        return root
      case .streamEnd:
        if root == nil { faults.add(line: 1, "the configuration is empty: `rate`, `capture`, `playback` and `filters` are needed") }
        return root
      default:
        guard let node = node(event, depth: 0) else { return nil }
        root = node
      }
    }
    return nil
  }

  /// The value that begins with `event`; nil where the text cannot be read on.
  private func node(_ event: Event, depth: Int) -> Node? {
    guard depth <= Self.maximumDepth else {
      faults.add(line: event.line, "more than \(Self.maximumDepth) lists and mappings in each other: a configuration has three")
      return nil
    }
    if let anchor = event.anchor { faults.add(line: event.line, "anchors are not supported: remove \(quoted("&" + anchor))") }
    if let tag = event.tag { faults.add(line: event.line, "tags are not supported: remove \(quoted(tag))") }
    switch event.kind {
    case .scalar(let text, _) where text.hasLongMarkRuns:
      faults.add(line: event.line, "\(quoted(text)): \(MarkRuns.fault)")
      return Node(line: event.line, content: .refused)
    case .scalar(let text, let isPlain): return Node(line: event.line, content: .scalar(text, isPlain: isPlain))
    case .sequenceStart: return sequence(from: event.line, depth: depth)
    case .mappingStart: return mapping(from: event.line, depth: depth)
    case .alias(let name):
      faults.add(line: event.line, "aliases are not supported: write the value in place of \(quoted("*" + name))")
      return Node(line: event.line, content: .refused)
    default: preconditionFailure("libyaml reports a value where it has begun one")
    }
  }

  private func sequence(from line: Int, depth: Int) -> Node? {
    var items: [Node] = []
    while let event = events.next() {
      if case .sequenceEnd = event.kind { return Node(line: line, content: .sequence(items)) }
      guard let item = node(event, depth: depth + 1) else { return nil }
      items.append(item)
    }
    return nil
  }

  private func mapping(from line: Int, depth: Int) -> Node? {
    var entries: [Node.Entry] = []
    var firstLines: [String: Int] = [:]
    while let event = events.next() {
      if case .mappingEnd = event.kind { return Node(line: line, content: .mapping(entries)) }
      guard let key = node(event, depth: depth + 1), let first = events.next(), let value = node(first, depth: depth + 1) else {
        return nil
      }
      switch key.content {
      case .scalar(let name, _) where name.utf8.count > Self.mostKeyBytes:
        faults.add(line: key.line, "\(keyName(name)) has \(name.utf8.count) bytes: a key has at most \(Self.mostKeyBytes)")
      case .scalar(let name, _):
        if let line = firstLines[name] {
          faults.add(line: key.line, "\(keyName(name)) is given twice, here and in line \(line): remove one")
        } else {
          firstLines[name] = key.line
          entries.append(Node.Entry(key: name, line: key.line, value: value))
        }
      case .refused: continue
      default: faults.add(line: key.line, "a list or mapping stands where a key is needed")
      }
    }
    return nil
  }
}
