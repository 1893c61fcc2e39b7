import AudioFile
import ConfigurationFile
import Design
import Numbers
import Platform

extension ImportedConfiguration {
  /// The most bytes of a configuration.
  private static let longest = 1 << 22
  /// The most bytes of an archive.
  private static let longestArchive = 1 << 30

  /// Reads a configuration of another program, told by what it holds.
  ///
  /// - Throws: it is none of a known program, or is at fault. What has no equal here is in `losses`.
  package init(path: String, _ options: Options = Options()) throws(AudioFileError) {
    let report = ImportReport(path)
    let base = resolvedPath(folderAndName(of: path).folder) ?? folderAndName(of: path).folder
    // Says why a file cannot be had.
    guard let head = regularFileContents(path, limit: 4) else { throw Self.unread(path) }
    if head.starts(with: [0x50, 0x4B, 0x03, 0x04]) {
      let archive = try Archive(textFile(path, longest: Self.longestArchive), name: path)
      let folder = KernelFolder(base, archive: archive.files, report)
      self = try Self(ConvolverArchive(archive, folder, report).system(options), options, folder, report)
      return
    }
    let folder = KernelFolder(base, report)
    if [[0x52, 0x49, 0x46, 0x46], [0x52, 0x46, 0x36, 0x34], [0x66, 0x4C, 0x61, 0x43]].contains(head) {
      self = try Self(HeSuVi.system(path, folder, report), options, folder, report)
      return
    }
    let bytes = try textFile(path, longest: Self.longest)
    self = try Self(Self.system(bytes, options, folder, report), options, folder, report)
  }

  private static func unread(_ path: String) -> AudioFileError {
    do throws(AudioFileError) { _ = try textFile(path, longest: longest) } catch { return error }
    return AudioFileError(.inputOutput, "\(path): it cannot be read: try again")
  }

  private static func system(
    _ bytes: [UInt8], _ options: Options, _ folder: KernelFolder, _ report: ImportReport
  ) throws(AudioFileError) -> ImportedSystem {
    let lines = try textLines(bytes, report)
    let text = Array(lines.joined(separator: "\n").utf8)
    if EqualizerAPO.isConfiguration(lines) { return try EqualizerAPO.system(lines, options, folder, report) }
    switch ForeignConfiguration(text)?.name {
    case "CamillaDSP": return try CamillaDSPReader.system(yaml(text, report), folder, report)
    case "BruteFIR": return try BruteFIRReader.system(lines, folder, report)
    case "jconvolver": return try JConvolver.system(lines, options, folder, report)
    case "Equalizer APO": return try EqualizerAPO.system(lines, options, folder, report)
    case "convolver": return try ConvolverText(lines, nil, report).system(folder, report)
    case let name?:
      throw report.fault(1, "this is a configuration of \(name), which cannot be imported: docs/migration.md has counterparts")
    case nil:
      throw report.fault(
        1, "this is no configuration of CamillaDSP, BruteFIR, jconvolver, Equalizer APO or convolver, nor HeSuVi's WAV: give one of these")
    }
  }

  private static func yaml(_ text: [UInt8], _ report: ImportReport) throws(AudioFileError) -> Node {
    do throws(ConfigurationError) {
      return try Node(yaml: text, file: nil)
    } catch {
      guard case .invalid(_, let faults) = error, let first = faults.first else { throw report.fault(1, "\(error)") }
      throw report.fault(first.line, first.message)
    }
  }
}

/// The lines of a text of any origin.
func textLines(_ bytes: [UInt8], _ report: ImportReport, in file: String? = nil) throws(AudioFileError) -> [Substring] {
  do throws(TextFaults) {
    return try Array(TextLines(bytes, longest: 1 << 22).texts)
  } catch {
    throw report.fault(error.first.first?.line ?? 1, in: file, error.first.first?.error.message ?? "it is no text")
  }
}
