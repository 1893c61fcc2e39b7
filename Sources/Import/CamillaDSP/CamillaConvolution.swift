import AudioFile
import ConfigurationFile
import Numbers

/// Names of formats in CamillaDSP.
enum CamillaFormat {
  /// ALSA's names.
  static let device = [
    "S16LE": "S16_LE", "S24LE": "S24_LE", "S24LE3": "S24_3LE", "S32LE": "S32_LE", "FLOAT32LE": "FLOAT_LE", "FLOAT64LE": "FLOAT64_LE",
    "S16_LE": "S16_LE", "S24_4_RJ_LE": "S24_LE", "S24_3_LE": "S24_3LE", "S24_4_LJ_LE": "S32_LE", "S32_LE": "S32_LE", "F32_LE": "FLOAT_LE",
    "F64_LE": "FLOAT64_LE", "S24_LE": "S24_LE", "S24_3LE": "S24_3LE", "FLOAT_LE": "FLOAT_LE", "FLOAT64_LE": "FLOAT64_LE",
  ]

  static let taps: [String: RawKernelFormat] = [
    "S16LE": .s16, "S24LE": .s24in32, "S24LE3": .s24packed, "S32LE": .s32, "FLOAT32LE": .f32, "FLOAT64LE": .f64, "S16_LE": .s16,
    "S24_4_RJ_LE": .s24in32, "S24_4_LJ_LE": .s32, "S24_3_LE": .s24packed, "S32_LE": .s32, "F32_LE": .f32, "F64_LE": .f64,
  ]
}

extension CamillaFilter {
  /// The kernel of a filter of type Conv; nil where its file is not there, which is then among the losses.
  func convolution() throws(Unequal) -> PathKernel? {
    if node["parameters"] == nil { return .words("dirac") }
    switch parameters["type"]?.text {
    case "Dummy": return .words("dirac")
    case "Values": return try taps(Self.numbers("values", parameters) ?? [1])
    case "Wav": return try wave()
    // Version 1 says File.
    case "Raw", "File": return try raw()
    case let type: throw Unequal("a convolution of type \(quoted(type ?? "nothing")) has no equal here")
    }
  }

  /// A name with the rate in place of its token, and as it is to be written.
  private func filename() throws(Unequal) -> (filled: String, written: String) {
    guard let text = parameters["filename"]?.text else { throw Unequal("`filename` is missing") }
    guard !text.contains("$channels$") else { throw Unequal("$channels$ in \(quoted(text)) has no equal here: write the number") }
    return (text.replacing("$samplerate$", with: "\(rate)"), text.replacing("$samplerate$", with: "{rate}"))
  }

  /// The file under the name that has {rate} in it, if both mean the same.
  private func path(_ found: String, _ name: (filled: String, written: String)) -> String {
    guard name.written != name.filled, found.hasSuffix("/" + name.filled.split(separator: "/").last!) else { return found }
    let (last, wanted) = (name.filled.split(separator: "/").last!, name.written.split(separator: "/").last!)
    return String(found.dropLast(last.count)) + wanted
  }

  private func wave() throws(Unequal) -> PathKernel? {
    let name = try filename()
    guard let found = folder.find(name.filled, line: node.line), let kernel = folder.kernel(found, line: node.line) else { return nil }
    let channel = parameters["channel"]?.whole ?? 0
    guard channel < kernel.channels.count else {
      let there = quantity(kernel.channels.count, "channel")
      throw Unequal("\(quoted(name.filled)) has \(there), and channel \(channel) is wanted, from 0: correct it")
    }
    return folder.file(path(found, name), channel: channel, channels: kernel.channels.count)
  }

  private func raw() throws(Unequal) -> PathKernel? {
    let name = try filename()
    guard let found = folder.find(name.filled, line: node.line) else { return nil }
    let format = parameters["format"]?.text ?? "TEXT"
    let skip = parameters["skip_bytes_lines"]?.whole ?? 0
    let take = parameters["read_bytes_lines"]?.whole ?? 0
    if format == "TEXT" { return textFile(path(found, name), found, skip: skip, take: take) }
    guard let own = CamillaFormat.taps[format] else {
      throw Unequal("taps of format \(quoted(format)) have no equal here: convert the file")
    }
    let width = own.bytes
    guard take % width == 0 else {
      throw Unequal("`read_bytes_lines` is \(take), which is no number of taps of \(width) bytes: correct it")
    }
    let raw = RawKernelFile(path: found, format: own, skip: skip, take: take == 0 ? nil : take / width)
    guard folder.kernel(found, raw: raw, line: node.line) != nil else { return nil }
    return folder.file(path(found, name), raw: raw, channels: 1)
  }

  /// A number a line. Lines that are left out make another file.
  private func textFile(_ path: String, _ found: String, skip: Int, take: Int) -> PathKernel? {
    guard skip > 0 || take > 0 else {
      return folder.kernel(found, line: node.line).map { _ in folder.file(path, channels: 1) }
    }
    guard let taps = folder.lines(found, skip: skip, take: take == 0 ? nil : take, line: node.line) else { return nil }
    return folder.file(taps: taps, rate: rate, named: "\(stem(of: found))-from\(skip)")
  }
}
