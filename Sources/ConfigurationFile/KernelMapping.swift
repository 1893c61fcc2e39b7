import AudioFile
import WordKernels

/// A kernel as a mapping, whose keys say with names what words say in one text: `{ lowpass: LR4, at: 2000, phase: linear }` is
/// `linear:lowpass:LR4@2000`.
struct KernelMapping {
  /// The words, or the name of a file.
  let text: String
  /// Where they stand, from 1.
  let line: Int

  /// The kinds of kernels, of which a mapping has one.
  private static let kinds = ["file", "eq", "graphic", "response", "lowpass", "highpass", "bandpass"]

  /// Nil where something is at fault, which is then among the faults.
  init?(_ node: Node, faults: FaultList) {
    guard var mapping = MappingReader(node, name: "kernel", faults: faults) else { return nil }
    let given = Self.kinds.compactMap { kind in mapping.take(kind).map { (kind: kind, value: $0.value) } }
    guard let (kind, value) = given.first, given.count == 1 else {
      let names = Self.kinds.joined(separator: ", ")
      mapping.refuse(line: node.line, given.isEmpty ? "none of \(names) is given" : "only one of \(names) may be given")
      return nil
    }
    Self.refuseOthers(kind, &mapping)
    let phase = mapping.value("phase", default: "natural", Self.phase)
    let taps = mapping.value("taps", default: .some(nil)) { node throws(Mismatch) -> Int? in try node.integer(in: 1...1 << 20) }
    let isInverted = mapping.value("invert", default: false) { node throws(Mismatch) in try node.boolean() }
    let body: String? =
      switch kind {
      case "file": Self.file(value, &mapping)
      case "eq": mapping.checked(kind, value, Self.lines).map { "eq:\($0)" }
      case "graphic", "response": mapping.checked(kind, value) { node throws(Mismatch) in try node.text() }.map { "\(kind):\($0)" }
      default: Self.pass(kind, value, &mapping, taps: phase == "natural" ? taps ?? nil : nil)
      }
    mapping.finish()
    guard let phase, let taps, let isInverted, let body else { return nil }
    if phase == "natural", taps != nil, !body.contains(":sinc@") {
      mapping.refuse(
        line: node.line, "`taps` is for phase: minimum or linear, and for sinc: natural phase takes as many as the filters need")
      return nil
    }
    let head = phase == "natural" ? "" : "\(phase)\(taps.map { "/\($0)" } ?? ""):"
    (text, line) = ((isInverted ? "invert:" : "") + head + body, value.line)
  }

  /// Keys of other kinds.
  private static func refuseOthers(_ kind: String, _ mapping: inout MappingReader) {
    func refuse(_ key: String, _ owner: String) {
      if let entry = mapping.take(key) { mapping.refuse(line: entry.line, "`\(key)` is for \(owner): remove it here") }
    }
    if !["lowpass", "highpass", "bandpass"].contains(kind) { refuse("at", "lowpass, highpass and bandpass") }
    if kind != "file" { for key in ["format", "skip", "take", "rate"] { refuse(key, "taps without a header, in `file`") } }
  }

  /// As words begin.
  private static func phase(_ node: Node) throws(Mismatch) -> String {
    let text = try node.text()
    if text.hasPrefix("linear-above@") || text.hasPrefix("linear-below@") { return text }
    return try node.word(["natural", "minimum", "linear"].map { ($0, $0) })
  }

  /// Filters one a line, one an item of a list, or a file's name.
  private static func lines(_ node: Node) throws(Mismatch) -> String {
    switch node.content {
    case .sequence(let items):
      var lines: [String] = []
      for item in items { lines.append(try item.text()) }
      return lines.joined(separator: "; ")
    case .scalar(let text, _) where text.contains { $0.isNewline }:
      guard text.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control || "\n\t".unicodeScalars.contains($0) }) else {
        throw Mismatch(message: "holds control characters: leave them out")
      }
      let lines = text.split(whereSeparator: \.isNewline).map { $0.prefix { $0 != "#" } }
      return lines.filter { !$0.allSatisfy(\.isWhitespace) }.joined(separator: "; ")
    default: return try node.text()
    }
  }

  private static func file(_ value: Node, _ mapping: inout MappingReader) -> String? {
    let path = mapping.checked("file", value) { node throws(Mismatch) in
      let text = try node.text()
      guard KernelName.isFile(text) else { throw Mismatch(message: "is \(quoted(text)): words stand alone: write kernel: \(quoted(text))") }
      return text
    }
    let format = mapping.value("format", default: .some(nil)) { node throws(Mismatch) -> RawKernelFormat? in
      try node.word(RawKernelFormat.allCases.map { ($0.rawValue, $0) })
    }
    let skip = mapping.value("skip", default: 0) { node throws(Mismatch) in try node.integer(in: 0...1 << 40, unit: "bytes") }
    let take = mapping.value("take", default: .some(nil)) { node throws(Mismatch) -> Int? in
      try node.integer(in: 1...1 << 24, unit: "taps")
    }
    let rate = mapping.value("rate", default: .some(nil)) { node throws(Mismatch) -> Int? in
      try node.integer(in: RawKernelFile.rates, unit: "Hz")
    }
    guard let path, let format, let skip, let take, let rate else { return nil }
    if let format { return RawKernelFile(path: path, format: format, rate: rate, skip: skip, take: take).words }
    if skip != 0 || take != nil || rate != nil {
      mapping.refuse(line: value.line, "`skip`, `take` and `rate` are for files without a header: give `format` too, or leave them out")
      return nil
    }
    return path
  }

  private static func pass(_ kind: String, _ value: Node, _ mapping: inout MappingReader, taps: Int?) -> String? {
    let family = mapping.checked(kind, value) { node throws(Mismatch) in try node.text() }
    let frequency = mapping.value("at") { node throws(Mismatch) -> String in
      guard case .sequence(let items) = node.content else { return try node.text() }
      var edges: [String] = []
      for item in items { edges.append(try item.text()) }
      return edges.joined(separator: "-")
    }
    guard let family, let frequency else { return nil }
    return "\(kind):\(family)@\(frequency)" + (family.lowercased() == "sinc" ? taps.map { "/\($0)" } ?? "" : "")
  }
}

extension MappingReader {
  /// A value that was taken, as `read` understands it; nil where that is at fault.
  fileprivate func checked<Value>(_ key: String, _ node: Node, _ read: (Node) throws(Mismatch) -> Value) -> Value? {
    if case .refused = node.content { return nil }
    do {
      return try read(node)
    } catch {
      refuse(line: node.line, "`\(key)` \(error.message)")
      return nil
    }
  }
}
