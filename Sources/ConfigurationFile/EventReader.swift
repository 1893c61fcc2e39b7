import CYAML

/// What libyaml reports next of a document.
struct Event {
  enum Kind {
    case streamStart, streamEnd, documentStart, documentEnd
    case scalar(String, isPlain: Bool)
    case sequenceStart, sequenceEnd, mappingStart, mappingEnd
    case alias(String)
  }

  var kind: Kind
  /// From 1.
  var line: Int
  var anchor: String?
  var tag: String?
}

/// The events of a YAML text. yaml_parser_parse
final class EventReader {
  // libyaml keeps pointers to both.
  private let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
  private let bytes: UnsafeMutableBufferPointer<UInt8>
  private let faults: FaultList

  init(bytes source: [UInt8], faults: FaultList) {
    // libyaml takes no byte order mark where it is told the encoding.
    let text = source.starts(with: [0xEF, 0xBB, 0xBF]) ? source.dropFirst(3) : source[...]
    bytes = .allocate(capacity: text.count)
    _ = bytes.initialize(from: text)
    self.faults = faults
    let isReady = yaml_parser_initialize(parser) == 1
    precondition(isReady, "out of memory")
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, UnsafePointer(bytes.baseAddress), bytes.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
    bytes.deallocate()
  }

  /// The next event; nil where the text is not YAML, which is then among the faults.
  func next() -> Event? {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else {
      faults.add(line: faultLine, faultMessage)
      return nil
    }
    defer { yaml_event_delete(&event) }
    return Event(event)
  }

  // MARK: What is not YAML

  private var faultLine: Int {
    guard parser.pointee.error == YAML_READER_ERROR else { return parser.pointee.problem_mark.line + 1 }
    // libyaml gives bytes that are no UTF-8 an offset, not a line.
    return 1 + bytes.prefix(parser.pointee.problem_offset).count { $0 == UInt8(ascii: "\n") }
  }

  private var faultMessage: String {
    let problem = parser.pointee.problem.map { String(cString: $0) } ?? "out of memory"
    if parser.pointee.error == YAML_READER_ERROR {
      let value = parser.pointee.problem_value
      return "\(problem)" + (value >= 0 ? " (0x\(String(value, radix: 16)))" : "") + ": the file must be UTF-8 text"
    }
    if isAtTab { return "a tab: YAML is indented by spaces" }
    if problem.hasPrefix("mapping values") { return "not YAML: \(problem): put a value that holds a colon and a space in quotes" }
    guard let context = parser.pointee.context.map({ String(cString: $0) }) else { return "not YAML: \(problem)" }
    return "not YAML: \(problem), \(context) that begins in line \(parser.pointee.context_mark.line + 1)"
  }

  private var isAtTab: Bool {
    let scalars = String(decoding: bytes, as: UTF8.self).unicodeScalars
    return scalars.dropFirst(parser.pointee.problem_mark.index).first == "\t"
  }
}

extension Event {
  fileprivate init(_ event: yaml_event_t) {
    line = event.start_mark.line + 1
    switch event.type {
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
      kind = .scalar(text, isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE)
      (anchor, tag) = (string(scalar.anchor), string(scalar.tag))
    case YAML_SEQUENCE_START_EVENT:
      kind = .sequenceStart
      (anchor, tag) = (string(event.data.sequence_start.anchor), string(event.data.sequence_start.tag))
    case YAML_MAPPING_START_EVENT:
      kind = .mappingStart
      (anchor, tag) = (string(event.data.mapping_start.anchor), string(event.data.mapping_start.tag))
    case YAML_ALIAS_EVENT: kind = .alias(string(event.data.alias.anchor) ?? "")
    case YAML_SEQUENCE_END_EVENT: kind = .sequenceEnd
    case YAML_MAPPING_END_EVENT: kind = .mappingEnd
    case YAML_DOCUMENT_START_EVENT: kind = .documentStart
    case YAML_DOCUMENT_END_EVENT: kind = .documentEnd
    case YAML_STREAM_START_EVENT: kind = .streamStart
    default: kind = .streamEnd
    }
  }
}

private func string(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
  pointer.map { String(cString: $0) }
}
