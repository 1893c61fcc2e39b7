import Convolution
import Glibc
import PCM
import Vector

/// Reads a document's tree as a configuration.
struct ConfigurationReader {
  let folder: String
  let faults: FaultList
  /// What `rate: auto` stands for.
  let sourceRate: Int
  /// Why a device's name is refused; nil: it is not.
  let deviceRefusal: (_ device: String, _ isCapture: Bool) -> String?

  /// Nil exactly where there are faults.
  func configuration(_ root: Node) -> Configuration? {
    guard var file = MappingReader(root, name: nil, faults: faults) else { return nil }
    _ = file.value("version", default: (), version)
    let rate = file.value("rate", self.rate)
    let resample = file.value("resample", default: false) { node throws(Mismatch) in try node.boolean() }
    let block = file.value("block", default: 256) { node throws(Mismatch) in try node.integer(in: 1...16384, unit: "frames") }
    let precision = file.value("precision", default: .float64) { node throws(Mismatch) in
      try node.word(Precision.allCases.map { ($0.rawValue, $0) })
    }
    let plan = file.value("plan", default: .some(.none)) { node throws(Mismatch) in try self.plan(node, block: block) }
    let workers = file.value("workers", default: 0) { node throws(Mismatch) in try node.integer(in: 0...16) }
    let capture = file.mapping("capture").flatMap { device($0, hasPeriods: false) }
    let playback = file.mapping("playback").flatMap { device($0, hasPeriods: true) }
    let filters = file.value("filters", list).map { items in
      self.filters(items, rate: rate?.hertz, resample: resample, capture?.channels, playback?.channels)
    }
    let alignment = file.value("align", default: Configuration.Alignment.none) { node throws(Mismatch) in
      try node.word(Configuration.Alignment.allCases.map { ($0.rawValue, $0) })
    }
    let fade = file.value("fade", default: 20) { node throws(Mismatch) in try node.number(in: 0...1000, unit: "ms") }
    let output = file.take("output").map { self.output($0.value) } ?? Configuration.OutputSettings()
    let control = file.take("control").map { self.control($0.value) } ?? Configuration.Control()
    file.finish()
    guard let rate, resample != nil, let block, let precision, let plan, let workers, let capture, let playback, let filters,
      let alignment, let fade, let output, let control
    else { return nil }
    return Configuration(
      rate: rate.hertz, followsSource: rate.isAuto, block: block, precision: precision, plan: plan, workers: workers, capture: capture,
      playback: playback, filters: filters.compactMap { $0 }, alignment: alignment, fade: fade, output: output, control: control)
  }

  /// The filters in which nothing is at fault, and the rate if it is none.
  func soundFilters(_ root: Node) -> (filters: [Configuration.Filter], rate: Int?, followsSource: Bool) {
    guard var file = MappingReader(root, name: nil, faults: faults) else { return ([], nil, false) }
    let rate = file.value("rate", self.rate)
    let resample = file.value("resample", default: false) { node throws(Mismatch) in try node.boolean() }
    let capture = file.mapping("capture").flatMap { device($0, hasPeriods: false) }
    let playback = file.mapping("playback").flatMap { device($0, hasPeriods: true) }
    let filters = file.value("filters", list).map { items in
      self.filters(items, rate: rate?.hertz, resample: resample, capture?.channels, playback?.channels)
    }
    return (filters?.compactMap { $0 } ?? [], rate?.hertz, rate?.isAuto ?? false)
  }

  func soundControl(_ root: Node) -> Configuration.Control? {
    guard var file = MappingReader(root, name: nil, faults: faults) else { return nil }
    return file.take("control").flatMap { control($0.value) }
  }

  private func filters(_ items: [Node], rate: Int?, resample: Bool?, _ inputs: Int?, _ outputs: Int?) -> [Configuration.Filter?] {
    FilterReader(folder: folder, faults: faults, rate: rate, resample: resample ?? false, inputs: inputs, outputs: outputs).filters(items)
  }

  private func version(_ node: Node) throws(Mismatch) {
    guard case .scalar("1", isPlain: true) = node.content else {
      throw Mismatch(message: "is \(node.summary): this version of convolved reads version 1")
    }
  }

  private func rate(_ node: Node) throws(Mismatch) -> (hertz: Int, isAuto: Bool) {
    if case .scalar("auto", _) = node.content { return (sourceRate, true) }
    return (try node.integer(in: 1000...768_000, unit: "Hz"), false)
  }

  /// - Parameter block: nil where it is at fault itself.
  private func plan(_ node: Node, block: Int?) throws(Mismatch) -> Plan? {
    if case .scalar("auto", _) = node.content { return nil }
    let text = try node.text()
    guard let block else { return nil }
    do throws(ConvolutionError) {
      return try Plan(text, block: block)
    } catch {
      throw Mismatch(message: "is not auto, and no \(error)")
    }
  }

  private func list(_ node: Node) throws(Mismatch) -> [Node] {
    let most = 4096
    guard case .sequence(let items) = node.content else { throw Mismatch(message: "is \(node.summary): it must be a list of filters") }
    guard !items.isEmpty else { throw Mismatch(message: "is empty: at least one filter is needed") }
    guard items.count <= most else { throw Mismatch(message: "has \(items.count) filters: \(most) are the most") }
    return items
  }

  private func device(_ mapping: consuming MappingReader, hasPeriods: Bool) -> Configuration.Device? {
    let device = mapping.value("device") { node throws(Mismatch) in
      let name = try node.text()
      if let refusal = deviceRefusal(name, !hasPeriods) { throw Mismatch(message: "is \(quoted(name)): \(refusal)") }
      return name
    }
    let format = mapping.value("format", default: .some(.none), self.format)
    let channels = mapping.value("channels", default: 2) { node throws(Mismatch) in try node.integer(in: 1...64) }
    var (periods, clock): (Int?, Configuration.Device.Clock?) = (3, .auto)
    if hasPeriods {
      periods = mapping.value("periods", default: 3) { node throws(Mismatch) in try node.integer(in: 2...32) }
    }
    if !hasPeriods {
      clock = mapping.value("clock", default: .auto) { node throws(Mismatch) in
        try node.word(Configuration.Device.Clock.allCases.map { ($0.rawValue, $0) })
      }
    }
    mapping.finish(unfit: [
      "periods": "belongs to playback: remove it here", "clock": "belongs to capture: remove it here",
      "resample": "is about kernels, and belongs to a filter or to the top: for two clocks there is `clock`",
    ])
    guard let device, let format, let channels, let periods, let clock else { return nil }
    return Configuration.Device(device: device, format: format, channels: channels, periods: periods, clock: clock)
  }

  private func format(_ node: Node) throws(Mismatch) -> SampleFormat? {
    return try node.word([("auto", nil)] + SampleFormat.allCases.map { ($0.rawValue, .some($0)) })
  }

  private func control(_ node: Node) -> Configuration.Control? {
    guard var mapping = MappingReader(node, name: "control", faults: faults) else { return nil }
    let socket = mapping.value("socket", default: .some(.none), self.socket)
    let mode = mapping.value("mode", default: 0o660) { node throws(Mismatch) in try node.permissions() }
    mapping.finish()
    guard let socket, let mode else { return nil }
    return Configuration.Control(socket: socket, mode: mode)
  }

  private func output(_ node: Node) -> Configuration.OutputSettings? {
    guard var mapping = MappingReader(node, name: "output", faults: faults) else { return nil }
    let volume = mapping.value("volume", default: 0, self.volume)
    let ceiling = mapping.value("ceiling", default: .some(.none)) { node throws(Mismatch) in
      try node.number(in: -120...0, unit: "dB", or: "none")
    }
    let isDithered = mapping.value("dither", default: false) { node throws(Mismatch) in
      try node.word([("none", false), ("tpdf", true), ("off", false), ("on", true)])
    }
    mapping.finish()
    guard let volume, let ceiling, let isDithered else { return nil }
    return Configuration.OutputSettings(volume: volume, ceiling: ceiling, isDithered: isDithered)
  }

  private func volume(_ node: Node) throws(Mismatch) -> Double {
    if case .scalar(let text, isPlain: true) = node.content, let volume = Double(text), volume > 0 {
      throw Mismatch(message: "is above 0 dB, where a full-scale sound would clip: amplify by a filter's `gain`")
    }
    return try node.number(in: -120...0, unit: "dB")
  }

  /// unix(7): the path and its final zero fit `sun_path`.
  private func socket(_ node: Node) throws(Mismatch) -> String? {
    let path = resolved(try node.text(), in: folder)
    let most = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1
    guard path.utf8.count <= most else {
      throw Mismatch(message: "is \(quoted(path)), \(path.utf8.count) bytes: a socket's path has \(most) at the most")
    }
    return path
  }
}
