import AudioFile
import Numbers

/// How filters of BruteFIR lead into each other.
struct BruteFIRNetwork {
  private let filters: [BruteFIRSetting]
  private let report: ImportReport
  private var known: [Int: Channel] = [:]
  private var open: [Int] = []

  /// Filters one after the other.
  private static let deepest = 64

  init(_ filters: [BruteFIRSetting], _ report: ImportReport) {
    (self.filters, self.report) = (filters, report)
    for (index, filter) in filters.enumerated() {
      for part in parts(of: filter.field("to_filters")) { check(part.target, from: index) }
    }
  }

  /// `to_filters` repeats what `from_filters` of the other one says.
  private func check(_ value: BruteFIRSetting.Value, from index: Int) {
    let names = filters.map(\.first)
    guard let target = Self.index(value, among: names) else {
      return report.lose(value.line, "\(quoted(value.text)) is no filter: correct it")
    }
    let sources = parts(of: filters[target].field("from_filters")).map { Self.index($0.target, among: names) }
    if !sources.contains(index) { report.lose(value.line, "\(quoted(value.text)) does not name this filter in its `from_filters`: add it") }
  }

  /// Names or indices, each with the factor that its attenuation in dB and its multiplier make.
  func parts(of setting: BruteFIRSetting?) -> [(target: BruteFIRSetting.Value, factor: Double)] {
    (setting?.items ?? []).compactMap { item in
      guard let target = item.first ?? nil else { return nil }
      let attenuation = item.count > 1 ? item[1]?.number ?? 0 : 0
      let multiplier = item.count > 2 ? item[2]?.number ?? 1 : 1
      return (target, magnitude(decibels: -attenuation) * multiplier)
    }
  }

  func find(_ value: BruteFIRSetting.Value, among names: [BruteFIRSetting.Value?]) -> Int? { Self.index(value, among: names) }

  /// A name, or an index in the file's order.
  static func index(_ value: BruteFIRSetting.Value, among names: [BruteFIRSetting.Value?]) -> Int? {
    if value.isString { return names.firstIndex { $0?.isString ?? false && $0?.text == value.text } }
    return value.whole.flatMap { names.indices.contains($0) ? $0 : nil }
  }

  /// What a filter gives.
  ///
  /// - Throws: filters feed each other in a circle.
  mutating func output(
    of index: Int, inputs: [BruteFIRChannel], through apply: (Int, Channel) -> Channel
  ) throws(AudioFileError) -> Channel {
    if let channel = known[index] { return channel }
    let filter = filters[index]
    guard !open.contains(index) else { throw report.fault(filter.line, "the filter leads into itself: that has no equal here") }
    guard open.count < Self.deepest else { throw report.fault(filter.line, "more than \(Self.deepest) filters lead into each other") }
    open.append(index)
    defer { open.removeLast() }
    var channels: [Channel] = []
    for part in parts(of: filter.field("from_inputs")) {
      guard let source = find(part.target, among: inputs.map(\.name)) else {
        report.lose(part.target.line, "\(quoted(part.target.text)) is no input: correct it")
        continue
      }
      if inputs[source].isMuted { continue }
      var channel = Channel.input(inputs[source].channel)
      channel.apply { ($0.delay, $0.factor, $0.line) = (inputs[source].delay, part.factor, filter.line) }
      channels.append(channel)
      try check(channels, filter.line)
    }
    for part in parts(of: filter.field("from_filters")) {
      guard let source = Self.index(part.target, among: filters.map(\.first)) else {
        report.lose(part.target.line, "\(quoted(part.target.text)) is no filter: correct it")
        continue
      }
      var channel = try output(of: source, inputs: inputs, through: apply)
      channel.amplify(by: part.factor)
      channels.append(channel)
      try check(channels, filter.line)
    }
    let result = apply(index, Channel.sum(channels))
    known[index] = result
    return result
  }

  private func check(_ channels: [Channel], _ line: Int) throws(AudioFileError) {
    guard channels.reduce(0, { $0 + $1.paths.count }) <= Channel.mostPaths else {
      throw report.fault(line, "more than \(Channel.mostPaths) ways lead into the filter: that is too much for one matrix")
    }
  }
}
