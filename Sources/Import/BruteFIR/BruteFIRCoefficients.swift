import AudioFile
import Numbers

/// A set of coefficients of BruteFIR.
struct BruteFIRCoefficients {
  private let setting: BruteFIRSetting
  /// Frames of the longest filter.
  private let length: Int
  private let rate: Int
  private let folder: KernelFolder
  private let report: ImportReport

  private static let formats: [String: RawKernelFormat] = [
    "S16_LE": .s16, "S24_LE": .s24packed, "S24_3LE": .s24packed, "S24_4LE": .s24in32, "S32_LE": .s32, "FLOAT_LE": .f32,
    "FLOAT64_LE": .f64, "S16_NE": .s16, "S32_NE": .s32, "FLOAT_NE": .f32, "FLOAT64_NE": .f64,
  ]

  init(_ setting: BruteFIRSetting, length: Int, partition: Int, rate: Int, _ folder: KernelFolder, _ report: ImportReport) {
    let blocks = setting.field("blocks")?.first?.whole ?? -1
    let (own, isBeyond) = blocks.multipliedReportingOverflow(by: partition)
    self.length = blocks > 0 && !isBeyond ? min(length, own) : length
    (self.setting, self.rate, self.folder, self.report) = (setting, rate, folder, report)
  }

  /// Nil where they cannot be had, which is then among the losses.
  func kernels() -> (kernels: [PathKernel], factor: Double)? {
    guard let file = setting.field("filename"), let value = file.first else { return lose("`filename` is missing") }
    guard value.isString else { return lose("coefficients in shared memory have no equal here") }
    let attenuation = setting.field("attenuation")?.first?.number ?? 0
    let factor = magnitude(decibels: -attenuation)
    if value.text == "dirac pulse" { return ([], factor) }
    guard let found = folder.find(value.text, line: value.line) else { return nil }
    let format = setting.field("format")?.first?.text ?? "text"
    let skip = max(0, setting.field("skip")?.first?.whole ?? 0)
    if format.lowercased() == "text" { return text(found, skip: skip).map { ([$0], factor) } }
    return raw(found, format, skip: skip).map { ([$0], factor) }
  }

  private func lose(_ message: String) -> (kernels: [PathKernel], factor: Double)? {
    report.lose(setting.line, "coeff \(quoted(setting.first?.text ?? "")): \(message)")
    return nil
  }

  private func text(_ found: String, skip: Int) -> PathKernel? {
    guard skip > 0 else {
      guard let kernel = folder.kernel(found, line: setting.line) else { return nil }
      let taps = kernel.channels[0]
      return taps.count <= length ? folder.file(found, channels: kernel.channels.count) : cut(taps, found)
    }
    do throws(AudioFileError) {
      let bytes = try folder.text(found, longest: 1 << 28)
      let kernel = try Kernel(bytes: Array(bytes.dropFirst(skip)), name: found, contentType: "text/plain")
      return cut(kernel.channels[0], found)
    } catch {
      _ = lose(error.message)
      return nil
    }
  }

  /// The taps that fit, in a file of their own.
  private func cut(_ taps: [Double], _ found: String) -> PathKernel {
    if taps.count > length { noteEnd(of: found) }
    return folder.file(taps: Array(taps.prefix(length)), rate: rate, named: "\(stem(of: found))-\(setting.first?.text ?? "")")
  }

  private func noteEnd(of found: String) {
    report.note(setting.line, "\(quoted(found)) ends after \(quantity(length, "tap")), as `filter_length` or `blocks` say")
  }

  private func raw(_ found: String, _ format: String, skip: Int) -> PathKernel? {
    guard let own = Self.formats[format] else {
      _ = lose("the format \(quoted(format)) has no equal here: convert the file")
      return nil
    }
    if format == "S24_4LE" { report.note(setting.line, "S24_4LE has 24 bits in the lower three bytes, as since BruteFIR 1.0m") }
    var file = RawKernelFile(path: found, format: own, skip: skip)
    guard let kernel = folder.kernel(found, raw: file, line: setting.line) else { return nil }
    if kernel.channels[0].count > length {
      noteEnd(of: found)
      file.take = length
    }
    return folder.file(found, raw: file, channels: 1)
  }
}
