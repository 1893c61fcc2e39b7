import AudioFile

/// A logical input or output of BruteFIR.
struct BruteFIRChannel {
  var name: BruteFIRSetting.Value?
  /// Of the device.
  var channel: Int
  /// Frames.
  var delay: Int
  var isMuted: Bool

  /// ALSA's names of formats.
  private static let formats = [
    "S16_LE": "S16_LE", "S24_LE": "S24_3LE", "S24_3LE": "S24_3LE", "S24_4LE": "S24_LE", "S32_LE": "S32_LE", "FLOAT_LE": "FLOAT_LE",
    "FLOAT64_LE": "FLOAT64_LE", "S16_NE": "S16_LE", "S32_NE": "S32_LE", "FLOAT_NE": "FLOAT_LE", "FLOAT64_NE": "FLOAT64_LE",
  ]

  /// All of a kind, with the channels of their device.
  static func list(
    _ kind: String, _ settings: [BruteFIRSetting], _ report: ImportReport
  ) throws(AudioFileError) -> (channels: [BruteFIRChannel], count: Int, end: ImportedSystem.End) {
    let structures = settings.filter { $0.name == kind && $0.fields != nil }
    var (result, count, end) = ([BruteFIRChannel](), 0, ImportedSystem.End())
    guard !structures.isEmpty else {
      throw report.fault(1, "there is no `\(kind)`: those of ~/.brutefir_defaults are not read: write it here")
    }
    for (index, structure) in structures.enumerated() {
      let own = device(structure, kind, report)
      if index == 0 {
        end = own
      } else if own.device != end.device {
        report.lose(structure.line, "a second device for `\(kind)` has no equal here: make one of both (docs/pipewire-jack.md)")
        continue
      }
      let (open, indices) = try places(structure, kind, report)
      // What is no device's is a file's: those follow each other.
      let base = index > 0 && own.device == nil ? count : 0
      count = max(count, base + open)
      result += logical(structure, indices.map { $0 + base }, kind, report)
    }
    guard (1...64).contains(count) else { throw report.fault(structures[0].line, "`\(kind)` has \(count) channels: 64 are the most here") }
    return (result, count, end)
  }

  private static func device(_ structure: BruteFIRSetting, _ kind: String, _ report: ImportReport) -> ImportedSystem.End {
    guard let module = structure.field("device")?.first, module.text == "alsa" else {
      let name = structure.field("device")?.first?.text ?? "nothing"
      report.note(structure.line, "`\(kind)` is of the module \(quoted(name)), which is no device of ALSA")
      return ImportedSystem.End()
    }
    var end = ImportedSystem.End(device: module.block.last { $0.name == "device" }?.first?.text)
    if let sample = structure.field("sample")?.first, sample.text != "AUTO" {
      end.format = formats[sample.text]
      if end.format == nil {
        report.note(sample.line, "the format \(quoted(sample.text)) is none of ours: the best of the device is taken")
      }
    }
    return end
  }

  /// `channels: 8/0,1`: how many the device has, and which are used.
  private static func places(
    _ structure: BruteFIRSetting, _ kind: String, _ report: ImportReport
  ) throws(AudioFileError) -> (open: Int, indices: [Int]) {
    guard let setting = structure.field("channels") else { return (structure.items.count, Array(0..<structure.items.count)) }
    guard let open = setting.first?.whole, (1...256).contains(open) else {
      throw report.fault(setting.line, "`channels` of `\(kind)` is no number of 1 to 256: correct it")
    }
    var values = setting.items.map { $0.last ?? nil }
    if setting.items[0].count < 2 { values.removeFirst() }
    let indices = values.compactMap { $0?.whole }
    guard indices.count == values.count, indices.allSatisfy((0..<open).contains) else {
      throw report.fault(setting.line, "`channels` of `\(kind)` has indices that are none of \(open), from 0: correct them")
    }
    return (open, indices.isEmpty ? Array(0..<open) : indices)
  }

  private static func logical(_ structure: BruteFIRSetting, _ places: [Int], _ kind: String, _ report: ImportReport) -> [BruteFIRChannel] {
    func value(_ name: String, _ index: Int) -> BruteFIRSetting.Value? {
      let items = structure.field(name)?.items ?? []
      return items.indices.contains(index) ? items[index].first ?? nil : nil
    }
    return structure.items.enumerated().compactMap { index, item in
      let name = item.first ?? nil
      let place = value("mapping", index)?.whole ?? index
      guard places.indices.contains(place) else {
        report.lose(
          structure.line, "\(quoted(name?.text ?? "")) of `\(kind)` has no channel of the device: correct `channels` or `mapping`")
        return nil
      }
      if let rest = value("subdelay", index)?.whole, rest != 0, rest.magnitude < 100 {
        report.lose(structure.line, "`subdelay` of \(quoted(name?.text ?? "")) has no equal here: put it into the kernels")
      }
      let isMuted = value("mute", index)?.isTrue ?? false
      if isMuted { report.note(structure.line, "\(quoted(name?.text ?? "")) is muted, and left out") }
      let delay = max(0, min(value("delay", index)?.whole ?? 0, 1 << 30))
      return BruteFIRChannel(name: name, channel: places[place], delay: delay, isMuted: isMuted)
    }
  }
}
