import Numbers

/// A response as text: frequency, dB and, where it is known, the phase in degrees, a point a line (`.frd`, Room EQ Wizard's
/// *Export measurement as text*).
public struct ResponseText: Sendable, Equatable {
  public let response: ResponseTable

  /// The most bytes.
  public static let longest = 1 << 25

  /// - Throws: every line that is no point, there are fewer than two, or the work was cancelled.
  public init(_ bytes: [UInt8], isCancelled: CancellationCheck = { false }) throws(TextFaults) {
    let lines = try TextLines(bytes, longest: Self.longest, isCancelled: isCancelled).texts
    var faults = TextFaults()
    var points: [(line: Int, point: ResponseTable.Point)] = []
    let separators = try Separators(lines.lazy.filter(Self.isPoint), isCancelled)
    for (index, line) in lines.enumerated() {
      try TextLines.check(line: index, isCancelled)
      if Self.isRemark(line) { continue }
      // Names of columns come before the first point.
      if points.isEmpty, faults.count == 0, !Self.isPoint(line) { continue }
      do throws(DesignError) {
        let point = try Self.point(line, separators)
        if let first = points.first?.point, (first.phase == nil) != (point.phase == nil) {
          throw DesignError("the line has another number of columns than those before it: give a phase on each line, or on none")
        }
        guard points.count < ResponseTable.mostPoints else {
          throw DesignError("there are more than \(ResponseTable.mostPoints) points: leave some out")
        }
        points.append((index + 1, point))
      } catch {
        faults.add(line: index + 1, error)
      }
      if faults.isFull || points.count == ResponseTable.mostPoints && faults.count > 0 { break }
    }
    if faults.count == 0 { Self.findTwins(points, &faults) }
    if faults.count == 0, points.count < 2 {
      faults.add(line: 1, DesignError("a response has at least two points: write a frequency in Hz and a gain in dB on each line"))
    }
    guard faults.count == 0 else { throw faults }
    do throws(DesignError) {
      response = try ResponseTable(points.map(\.point))
    } catch {
      throw TextFaults(line: 1, error)
    }
  }

  private static func point(_ line: Substring, _ separators: Separators) throws(DesignError) -> ResponseTable.Point {
    try TextLines.check(line)
    let columns = try separators.columns(line)
    guard (2...3).contains(columns.count) else {
      throw DesignError(
        found: String(line.trimmed),
        "a line has two or three columns, not \(columns.count): a frequency in Hz, a gain in dB, and a phase in degrees if it is known")
    }
    let frequency = try NumberText.value(columns[0], as: separators.hasDecimalCommas ? .plain : .listed)
    let point = ResponseTable.Point(
      frequency, try NumberText.value(columns[1]), phase: columns.count == 3 ? try NumberText.value(columns[2]) : nil)
    try ResponseTable.check(point)
    return point
  }

  /// Names the lines whose frequency an earlier line has with another gain.
  private static func findTwins(_ points: [(line: Int, point: ResponseTable.Point)], _ faults: inout TextFaults) {
    let sorted = points.sorted { ($0.point.frequency, $0.line) < ($1.point.frequency, $1.line) }
    for (first, second) in zip(sorted, sorted.dropFirst()) where first.point.frequency == second.point.frequency {
      if first.point == second.point { continue }
      faults.add(
        line: second.line,
        DesignError(
          found: "\(shown(second.point.frequency))", "line \(first.line) has the same frequency with another value: leave one out"))
      if faults.isFull { return }
    }
  }

  private static func isRemark(_ line: Substring) -> Bool { first(line).map { "*#\";%".utf8.contains($0) } ?? true }

  private static func isPoint(_ line: Substring) -> Bool {
    first(line).map { (0x30...0x39).contains($0) || "+-.,".utf8.contains($0) } ?? false
  }

  /// By bytes, since characters take ten times as long.
  private static func first(_ line: Substring) -> UInt8? { line.utf8.first { $0 != 0x20 && $0 != 0x09 } }
}

/// What lies between the columns of a file, and what its commas are.
private struct Separators {
  /// Whether a comma that cannot be one of thousands stands in a number.
  private(set) var hasDecimalCommas = false
  /// Whether there is a decimal point.
  private var hasPoints = false

  init(_ lines: some Sequence<Substring>, _ isCancelled: CancellationCheck) throws(TextFaults) {
    for (index, line) in lines.enumerated() {
      try TextLines.check(line: index, isCancelled)
      if !hasPoints { hasPoints = line.utf8.contains(0x2E) }
      guard !hasDecimalCommas, line.utf8.contains(0x2C) else { continue }
      hasDecimalCommas = (Self.plainColumns(line) ?? []).contains { column in
        let halves = column.split(separator: ",", omittingEmptySubsequences: false)
        return halves.count == 2 && halves[1].utf8.count != 3 && !halves[1].isEmpty
      }
    }
  }

  /// - Throws: commas could lie between columns as well as before decimals.
  func columns(_ line: Substring) throws(DesignError) -> [Substring] {
    if let columns = Self.plainColumns(line) { return columns }
    let columns = line.split(separator: ",").map(\.trimmed)
    if columns.count > 2, !hasPoints {
      throw DesignError(
        found: String(line.trimmed),
        "commas could lie between columns or before decimals: write decimal points, or semicolons between columns")
    }
    return columns
  }

  /// The columns between semicolons, tabs or blanks; nil if there is none of them.
  private static func plainColumns(_ line: Substring) -> [Substring]? {
    let hard = line.utf8.contains { $0 == 0x3B || $0 == 0x09 }
    var columns = line.utf8.split { hard ? $0 == 0x3B || $0 == 0x09 : $0 == 0x20 }.map(Self.column)
    columns.removeAll(where: \.isEmpty)
    return columns.count > 1 ? columns : nil
  }

  /// Without blanks around it, and without a comma behind it.
  private static func column(_ text: Substring.UTF8View) -> Substring {
    var text = text.drop { $0 == 0x20 }
    while let last = text.last, last == 0x20 || last == 0x2C { text.removeLast() }
    return Substring(text)
  }
}
