import AudioFile
import Numbers

/// Reads a configuration of BruteFIR.
struct BruteFIRReader {
  let folder: KernelFolder
  let report: ImportReport
  var system = ImportedSystem(program: "BruteFIR", inputs: 0)
  /// Frames of a partition, and of all.
  private(set) var partition = 65_536
  private(set) var length = 65_536
  var coefficients: [BruteFIRSetting] = []
  private var inputs: [BruteFIRChannel] = []
  private var outputs: [BruteFIRChannel] = []

  static func system(_ lines: [Substring], _ folder: KernelFolder, _ report: ImportReport) throws(AudioFileError) -> ImportedSystem {
    let settings = try BruteFIRText.settings(lines, report)
    var reader = BruteFIRReader(folder: folder, report: report)
    for setting in settings where setting.fields == nil { try reader.readGeneral(setting) }
    reader.coefficients = settings.filter { $0.name == "coeff" && $0.fields != nil }
    (reader.inputs, reader.system.inputs, reader.system.capture) = try BruteFIRChannel.list("input", settings, report)
    let outputs: Int
    (reader.outputs, outputs, reader.system.playback) = try BruteFIRChannel.list("output", settings, report)
    reader.system.isDithered = settings.contains { $0.name == "output" && $0.field("dither")?.first?.isTrue ?? false }
    for setting in settings where setting.fields != nil && !["coeff", "input", "output", "filter"].contains(setting.name) {
      report.lose(setting.line, "a structure \(quoted(setting.name)) has no equal here")
    }
    try reader.connect(settings.filter { $0.name == "filter" && $0.fields != nil }, outputs: outputs)
    return reader.system
  }

  private mutating func readGeneral(_ setting: BruteFIRSetting) throws(AudioFileError) {
    let (value, line) = (setting.first, setting.line)
    switch setting.name {
    case "sampling_rate":
      guard let rate = value?.whole, (1_000...768_000).contains(rate) else {
        throw report.fault(line, "`sampling_rate` is no number of Hz, 1000 to 768000: correct it")
      }
      system.rate = rate
    case "filter_length":
      let numbers = setting.items.compactMap { ($0.first ?? nil)?.whole }
      guard let size = numbers.first, (1...1 << 24).contains(size), (1...1 << 24).contains(numbers.count > 1 ? numbers[1] : 1) else {
        throw report.fault(line, "`filter_length` is no length, with a number of partitions if wanted: correct it")
      }
      (partition, length) = (size, size * (numbers.count > 1 ? numbers[1] : 1))
    case "float_bits": system.precision = value?.whole == 32 ? "float32" : "float64"
    case "safety_limit":
      if let limit = value?.number, limit != 0 {
        system.limit(to: limit)
        report.note(line, "`safety_limit` becomes `ceiling`, which mutes in place of ending")
      }
    case "logic":
      for module in setting.items.compactMap({ $0.first ?? nil }) {
        if module.text == "cli" {
          report.note(module.line, "for the commands of `cli` there are convolvectl and the API: docs/control-api.md")
        }
        if module.text != "cli" { report.lose(module.line, "the module \(quoted(module.text)) has no equal here") }
      }
    case "config_file", "overflow_warnings", "show_progress", "max_dither_table_size", "allow_poll_mode", "modules_path", "powersave",
      "monitor_rate", "lock_memory", "sdf_length", "convolver_config", "benchmark", "debug", "realtime_priority":
      break
    default: report.lose(line, "the setting \(quoted(setting.name)) is unknown: correct it")
    }
  }

  // MARK: Filters

  private mutating func connect(_ filters: [BruteFIRSetting], outputs count: Int) throws(AudioFileError) {
    var network = BruteFIRNetwork(filters, report)
    let (inputs, coefficients) = (inputs, self.coefficients)
    system.outputs = Array(repeating: Channel(), count: count)
    var (parts, paths) = (Array(repeating: [Channel](), count: count), 0)
    let kernels = filters.map { kernel(of: $0, coefficients) }
    let partition = partition
    for (index, filter) in filters.enumerated() {
      let channel = try network.output(
        of: index, inputs: inputs,
        through: { index, channel in
          guard let kernel = kernels[index] else { return Channel() }
          var channel = channel
          channel.amplify(by: kernel.factor)
          for kernel in kernel.kernels { channel.append(kernel, line: filters[index].line) }
          let blocks = max(0, min(filters[index].field("delay")?.first?.whole ?? 0, 1 << 20))
          channel.apply { $0.delay += blocks * partition }
          return channel
        })
      for part in network.parts(of: filter.field("to_outputs")) {
        guard let target = network.find(part.target, among: self.outputs.map(\.name)) else {
          report.lose(part.target.line, "\(quoted(part.target.text)) is no output: correct it")
          continue
        }
        let output = self.outputs[target]
        if output.isMuted { continue }
        var copy = channel
        copy.amplify(by: part.factor)
        copy.apply {
          $0.delay += output.delay
          $0.name = filter.first.map { $0.isString ? $0.text : "filter\($0.text)" }
          $0.line = filter.line
        }
        parts[output.channel].append(copy)
        paths += copy.paths.count
        guard paths <= Channel.mostPaths else {
          throw report.fault(filter.line, "more than \(Channel.mostPaths) ways lead to the outputs: that is too much for one matrix")
        }
      }
    }
    system.outputs = parts.map(Channel.sum)
  }

  /// The kernels of a filter; nil where they cannot be had, which is then among the losses.
  private func kernel(of filter: BruteFIRSetting, _ all: [BruteFIRSetting]) -> (kernels: [PathKernel], factor: Double)? {
    guard let value = filter.field("coeff")?.first else {
      report.lose(filter.line, "`coeff` is missing: -1 is none")
      return nil
    }
    if !value.isString, value.whole == -1 { return ([], 1) }
    guard let index = BruteFIRNetwork.index(value, among: all.map { $0.first }) else {
      report.lose(value.line, "\(quoted(value.text)) is no coeff: correct it")
      return nil
    }
    return BruteFIRCoefficients(all[index], length: length, partition: partition, rate: system.rate ?? 48_000, folder, report).kernels()
  }
}
