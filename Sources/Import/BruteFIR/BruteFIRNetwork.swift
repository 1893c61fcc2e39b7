import AudioFile
import Numbers

/// How filters of BruteFIR lead into each other.
struct BruteFIRNetwork {
  private let filters: [BruteFIRSetting]
  private let report: ImportReport
  private var known: [Int: Channel] = [:]
  private var open: [Int] = []
  /// For each filter those that name it in `to_filters`.
  private var feeding: [Int: [Int]] = [:]

  /// Filters one after the other.
  private static let deepest = 64

  init(_ filters: [BruteFIRSetting], _ report: ImportReport) {
    (self.filters, self.report) = (filters, report)
    for (index, filter) in filters.enumerated() {
      for part in parts(of: filter.field("to_filters")) {
        if let target = Self.index(part.target, among: filters.map(\.first)) {
          feeding[target, default: []].append(index)
        } else {
          report.lose(part.target.line, "\(quoted(part.target.text)) is no filter: correct it")
        }
      }
    }
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
    }
    for part in parts(of: filter.field("from_filters")) {
      guard let source = Self.index(part.target, among: filters.map(\.first)) else {
        report.lose(part.target.line, "\(quoted(part.target.text)) is no filter: correct it")
        continue
      }
      var channel = try output(of: source, inputs: inputs, through: apply)
      channel.amplify(by: part.factor)
      channels.append(channel)
    }
    for source in feeding[index] ?? [] { channels.append(try output(of: source, inputs: inputs, through: apply)) }
    guard channels.reduce(0, { $0 + $1.paths.count }) <= Channel.mostPaths else {
      throw report.fault(filter.line, "more than \(Channel.mostPaths) ways lead into the filter: that is too much for one matrix")
    }
    let result = apply(index, Channel.sum(channels))
    known[index] = result
    return result
  }
}
