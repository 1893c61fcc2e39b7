import Numbers

/// A text of filters, one a line: Equalizer APO's, Room EQ Wizard's *Filter Settings file*, AutoEq's ParametricEQ.
public struct EqualiserText: Sendable, Equatable {
  /// A filter, and the line on which it stands.
  struct Filter: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
      case form(SectionForm)
      case section(Section)
    }

    var line: Int
    var kind: Kind
  }

  /// The sum of all `Preamp:` lines, in dB.
  public private(set) var preamp = 0.0
  /// Lines that are switched off, or say `None`.
  public private(set) var leftOut = 0
  private(set) var filters: [Filter] = []

  public var filterCount: Int { filters.count }

  /// The types that a line of a filter may have, in lower case.
  package static var lineTypes: Set<String> { EqualiserLineType.names }

  /// Reads a file's bytes.
  ///
  /// - Throws: every line that is no filter, none is, there are more than `Cascade.mostSections`, or the work was cancelled.
  public init(_ bytes: [UInt8], isCancelled: CancellationCheck = { false }) throws(TextFaults) {
    try self.init(lines: TextLines(bytes, longest: Self.longest, isCancelled: isCancelled).texts, isCancelled)
  }

  /// The most bytes.
  public static let longest = 1 << 20

  /// Reads lines separated by `;`, whose numbers stand for lines.
  public init(items text: String) throws(TextFaults) {
    try self.init(lines: TextLines(text).texts.flatMap { $0.split(separator: ";", omittingEmptySubsequences: false) }) { false }
  }

  private init(lines: some Sequence<Substring>, _ isCancelled: CancellationCheck) throws(TextFaults) {
    var faults = TextFaults()
    var isHeader = Self.isHeader(lines.first { !$0.trimmed.isEmpty } ?? "")
    for (index, line) in lines.enumerated() {
      try TextLines.check(line: index, isCancelled)
      if isHeader {
        if !Self.isFilter(line) { continue }
        isHeader = false
      }
      do throws(DesignError) {
        try TextLines.check(line)
        try add(EqualiserLine(line), line: index + 1)
      } catch {
        faults.add(line: index + 1, error)
      }
      if filters.count > Cascade.mostSections || faults.isFull { break }
    }
    if faults.count == 0, filters.isEmpty, preamp == 0, leftOut == 0 {
      faults.add(line: 1, DesignError("there is no filter: write a line like Filter 1: ON PK Fc 1000 Hz Gain -3 dB Q 1.41"))
    }
    guard faults.count == 0 else { throw faults }
  }

  private mutating func add(_ parsed: EqualiserLine, line: Int) throws(DesignError) {
    switch parsed {
    case .preamp(let gain):
      preamp += gain
      guard preamp.magnitude <= SectionForm.largestGain else {
        throw DesignError(
          found: "\(shown(preamp)) dB",
          "all Preamp lines together are at most \(Int(SectionForm.largestGain)) dB either way: are they in dB?")
      }
    case .form(let form): filters.append(Filter(line: line, kind: .form(form)))
    case .section(let section): filters.append(Filter(line: line, kind: .section(section)))
    case .off: leftOut += 1
    case .remark: break
    }
    if filters.count > Cascade.mostSections {
      throw DesignError("there are more than \(Cascade.mostSections) filters, the rest was not read: is it a text of filters?")
    }
  }

  /// The first line of Room EQ Wizard's file, which notes of any kind follow.
  private static func isHeader(_ line: Substring) -> Bool { line.trimmed.lowercased().hasPrefix("filter settings") }

  /// `Filter  1:`, as the lines after the header begin.
  private static func isFilter(_ line: Substring) -> Bool {
    let head = line.trimmed.prefix { $0 != ":" }
    guard head.endIndex < line.endIndex, head.lowercased().hasPrefix("filter") else { return false }
    return head.dropFirst("filter".count).allSatisfy { $0.isWhitespace || $0.isNumber }
  }
}

extension EqualiserText {
  /// The sections at a rate.
  ///
  /// - Returns: and a note on each filter that does nothing at this rate.
  /// - Throws: every filter that this rate cannot have.
  public func cascade(rate: Double) throws(TextFaults) -> (cascade: Cascade, notes: [TextFault]) {
    var (cascade, notes, faults) = (Cascade(gain: magnitude(decibels: preamp), []), [TextFault](), TextFaults())
    for filter in filters {
      do throws(DesignError) {
        switch filter.kind {
        case .section(let section): cascade.sections.append(section)
        case .form(let form):
          if let section = try form.section(rate: rate) {
            cascade.sections.append(section)
          } else {
            let error = DesignError(
              found: "\(shown(form.frequency)) Hz",
              "the filter does nothing at a rate of \(shown(rate)) Hz, since it lies above half of that")
            notes.append(TextFault(line: filter.line, error))
          }
        }
      } catch {
        faults.add(line: filter.line, error)
      }
    }
    guard faults.count == 0 else { throw faults }
    return (cascade, notes)
  }
}
