import Numbers

/// A graphic equaliser: `GraphicEQ: 20 -1.2; 21 -1.3`, as Equalizer APO and AutoEq have it, and `Preamp:` lines.
public struct GraphicText: Sendable, Equatable {
  /// With the gain of all `Preamp:` lines.
  public let response: ResponseTable

  /// The most bytes: a line holds all points.
  public static let longest = 1 << 23

  /// - Throws: every line that is neither, every point that is none; no or several equalisers; or the work was cancelled.
  public init(_ bytes: [UInt8], isCancelled: CancellationCheck = { false }) throws(TextFaults) {
    try self.init(TextLines(bytes, longest: Self.longest, isCancelled: isCancelled).texts, isCancelled)
  }

  public init(text: String) throws(TextFaults) { try self.init(TextLines(text).texts) { false } }

  private init(_ text: some Sequence<Substring>, _ isCancelled: CancellationCheck) throws(TextFaults) {
    var (points, line, preamp, faults) = ([ResponseTable.Point](), 0, 0.0, TextFaults())
    for (index, content) in text.enumerated() {
      try TextLines.check(line: index, isCancelled)
      let content = content.trimmed
      let head = content[..<(content.utf8.firstIndex(of: UInt8(ascii: ":")) ?? content.endIndex)]
      if line == 0, head.trimmed.lowercased() == "graphiceq" {
        line = index + 1
        try Self.read(content[head.endIndex...].dropFirst(), line: line, into: &points, &faults, isCancelled)
        if faults.isFull { break }
        continue
      }
      do throws(DesignError) {
        if head.trimmed.lowercased() == "graphiceq" {
          throw DesignError("there is a second GraphicEQ line: leave one out, or name two kernels")
        }
        try TextLines.check(content)
        switch try? EqualiserLine(content) {
        case .preamp(let gain)?: preamp += gain
        case .remark?: break
        default: throw DesignError(found: String(head), "this is no graphic equaliser: write GraphicEQ: 20 -1.2; 1000 0.5")
        }
      } catch {
        faults.add(line: index + 1, error)
      }
      if faults.isFull { break }
    }
    if line == 0, faults.count == 0 {
      faults.add(line: 1, DesignError("there is no graphic equaliser: write GraphicEQ: 20 -1.2; 1000 0.5"))
    }
    guard faults.count == 0 else { throw faults }
    do throws(DesignError) {
      response = try ResponseTable(points.map { ResponseTable.Point($0.frequency, $0.gain + preamp) })
    } catch {
      throw TextFaults(line: line, error)
    }
  }

  private static func read(
    _ text: Substring, line: Int, into points: inout [ResponseTable.Point], _ faults: inout TextFaults, _ isCancelled: CancellationCheck
  ) throws(TextFaults) {
    for (index, item) in Items(rest: text).enumerated() {
      try TextLines.check(line: index, isCancelled)
      if item.isEmpty { continue }
      do throws(DesignError) {
        let columns = item.split(maxSplits: 2) { $0.isWhitespace }
        guard columns.count == 2 else {
          throw DesignError(found: String(item), "a point is a frequency and a gain: write 1000 -3; 2000 1.5")
        }
        let point = ResponseTable.Point(try NumberText.value(columns[0], as: .listed), try NumberText.value(columns[1]))
        try ResponseTable.check(point)
        guard points.count < ResponseTable.mostPoints else {
          throw DesignError("there are more than \(ResponseTable.mostPoints) points: leave some out")
        }
        points.append(point)
      } catch {
        faults.add(line: line, error)
        if faults.isFull { return }
      }
    }
  }
}

/// What stands between semicolons, without blanks around it, one after the other: there may be millions.
private struct Items: Sequence, IteratorProtocol {
  /// Nil after the last one.
  var rest: Substring?

  mutating func next() -> Substring? {
    guard let text = rest else { return nil }
    guard let end = text.utf8.firstIndex(of: UInt8(ascii: ";")) else {
      rest = nil
      return text.trimmed
    }
    rest = text[text.utf8.index(after: end)...]
    return end == text.startIndex ? "" : text[..<end].trimmed
  }
}
