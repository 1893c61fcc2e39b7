import AudioFile
import Glibc
import Numbers
import Platform

/// Finds the files that a configuration names, and keeps those that are to be written beside the new one.
final class KernelFolder {
  /// Where relative paths start.
  let folder: String
  /// Files of an archive by name, in place of those on disk.
  private let archive: [String: [UInt8]]?
  fileprivate let report: ImportReport
  private(set) var made: [MadeFile] = []
  /// Those on disk that were found, from the root.
  private(set) var files: Set<String> = []
  private var kernels: [String: Kernel] = [:]
  private var keptTaps = 0

  /// Of all kernels together, which is 2 GiB of float64.
  private static let mostTaps = 1 << 28
  private static let mostMade = 4_096

  init(_ folder: String, archive: [String: [UInt8]]? = nil, _ report: ImportReport) {
    (self.folder, self.archive, self.report) = (folder, archive, report)
  }

  // MARK: Names

  /// A file as another program's configuration names it: a path of Windows is looked for by its name, beside the file.
  ///
  /// - Returns: its path, or its name in the archive; nil where it is not there, which is then among the losses.
  func find(_ name: String, line: Int, in file: String? = nil, from base: String? = nil) -> String? {
    guard let found = search(name, line, file, base) else { return nil }
    guard archive != nil || !found.contains(rateWord) else {
      report.lose(line, in: file, "\(quoted(found)): \(rateWord) in a name stands for the rate here: rename the file, or its folder")
      return nil
    }
    return found
  }

  private func search(_ name: String, _ line: Int, _ file: String?, _ base: String?) -> String? {
    guard !name.isEmpty, name.utf8.count < Int(PATH_MAX), !name.utf8.contains(0) else {
      report.lose(line, in: file, "\(quoted(name)): this is no file's name: correct it")
      return nil
    }
    let path = name.replacing("\\", with: "/")
    let last = path.split(separator: "/").last.map(String.init) ?? ""
    if archive != nil { return findInArchive(path, from: base ?? "", line, file) }
    let base = base ?? folder
    let isForeign = path.dropFirst().first == ":" || path.hasPrefix("//")
    if !isForeign, let found = regular(path.hasPrefix("/") ? path : base + "/" + path) { return found }
    if !last.isEmpty, let found = regular(base + "/" + last) ?? alike(last, base) {
      report.note(line, in: file, "\(quoted(name)) is taken from beside the file, as \(quoted(folderAndName(of: found).name))")
      return found
    }
    report.lose(line, in: file, "\(quoted(name)): there is no such file, nor \(quoted(last)) in \(quoted(base)): copy it there")
    return nil
  }

  /// By its path beside the configuration, else by its name alone.
  private func findInArchive(_ path: String, from base: String, _ line: Int, _ file: String?) -> String? {
    let (wanted, names) = ((base.isEmpty ? path : base + "/" + path).lowercased(), (archive ?? [:]).keys.sorted())
    for wanted in [wanted, path.lowercased()] {
      if let entry = names.first(where: { $0.lowercased() == wanted }) { return entry }
    }
    let last = path.split(separator: "/").last?.lowercased() ?? ""
    let alike = names.filter { $0.split(separator: "/").last?.lowercased() == last }
    if alike.count == 1 { return alike[0] }
    report.lose(line, in: file, "\(quoted(path)): the archive has \(alike.isEmpty ? "no" : "more than one") such file: correct it")
    return nil
  }

  private func regular(_ path: String) -> String? {
    var status = stat()
    guard withSystemPath(path, { stat($0, &status) }) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    let found = pathInResolvedFolder(path)
    files.insert(found)
    return found
  }

  /// Windows does not tell upper from lower case.
  private func alike(_ name: String, _ folder: String) -> String? {
    guard let stream = withSystemPath(folder, { opendir($0) }) else { return nil }
    defer { closedir(stream) }
    while let entry = readdir(stream) {
      let found = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if found.lowercased() == name.lowercased() { return regular(folder + "/" + found) }
    }
    return nil
  }

  // MARK: Contents

  /// The bytes of a text that was found.
  func text(_ found: String, longest: Int) throws(AudioFileError) -> [UInt8] {
    if let bytes = archive?[found] { return bytes }
    return try textFile(found, longest: longest)
  }

  /// Reads a kernel that was found.
  ///
  /// - Returns: nil where it is none, which is then among the losses.
  func kernel(_ found: String, raw: RawKernelFile? = nil, line: Int, in file: String? = nil) -> Kernel? {
    let key = (raw?.prefix ?? "") + found
    if let kernel = kernels[key] { return kernel }
    do throws(AudioFileError) {
      let limit = KernelLimit(taps: Self.mostTaps, bytes: Self.mostTaps * 8)
      let kernel: Kernel
      if let raw {
        kernel = if let bytes = archive?[found] { try Kernel(raw, of: bytes, limit: limit) } else { try Kernel(raw, limit: limit) }
      } else if let bytes = archive?[found] {
        kernel = try Kernel(bytes: bytes, name: found, limit: limit)
      } else {
        kernel = try Kernel(path: found, limit: limit)
      }
      keep(kernel, key)
      return kernel
    } catch {
      report.lose(line, in: file, error.message)
      return nil
    }
  }

  /// Keeps what was read, as long as it is not too much.
  private func keep(_ kernel: Kernel, _ key: String) {
    keptTaps += kernel.channels.count * kernel.channels[0].count
    if keptTaps > Self.mostTaps / 16 {
      kernels = [:]
      keptTaps = 0
    }
    kernels[key] = kernel
  }

  /// The file of a kernel as a path goes through it.
  func file(_ found: String, raw: RawKernelFile? = nil, channel: Int = 0, channels: Int) -> PathKernel {
    guard let bytes = archive?[found] else {
      return .file(KernelFile(path: found, raw: raw, channel: channel, channels: channels))
    }
    let name = place(.bytes(bytes), withoutRateWord(found.replacing("/", with: "-")))
    return .file(KernelFile(path: name, isMade: true, raw: raw, channel: channel, channels: channels))
  }

  /// Taps that get a file of their own.
  func file(taps: [Double], rate: Int, named name: String) -> PathKernel {
    let safe = name.map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) ? $0 : "-" }
    let start = String(safe.drop { $0 == "." || $0 == "-" }.prefix(60))
    let name = place(.taps([taps], rate: rate), (start.isEmpty ? "kernel" : start) + ".wav")
    return .file(KernelFile(path: name, isMade: true))
  }

  /// Puts a file by under a name that no other one has.
  private func place(_ content: MadeFile.Content, _ wanted: String) -> String {
    var (name, number) = (wanted, 1)
    while let present = made.first(where: { $0.name == name }), present.content != content {
      number += 1
      name = "\(number)-\(wanted)"
    }
    add(MadeFile(name: name, content: content))
    return name
  }

  func add(_ file: MadeFile) {
    if made.count < Self.mostMade, !made.contains(where: { $0.name == file.name }) { made.append(file) }
  }
}

extension KernelFolder {
  /// Numbers a line of a text, some lines of it.
  ///
  /// - Returns: nil where a line is no number, which is then among the losses.
  func lines(_ found: String, skip: Int, take: Int?, line: Int) -> [Double]? {
    do throws(AudioFileError) {
      let bytes = try text(found, longest: 1 << 26)
      let lines = String(decoding: bytes, as: UTF8.self).split(omittingEmptySubsequences: true, whereSeparator: \.isNewline)
      var taps: [Double] = []
      for text in lines.dropFirst(skip).prefix(take ?? .max) {
        guard let tap = decimalNumber(text.trimmed), tap.isFinite else {
          report.lose(line, "\(quoted(found)): \(quoted(text)) is no number")
          return nil
        }
        taps.append(tap)
      }
      if taps.isEmpty { report.lose(line, "\(quoted(found)): there is no number after the first \(skip == 1 ? "line" : "\(skip) lines")") }
      return taps.isEmpty ? nil : taps
    } catch {
      report.lose(line, error.message)
      return nil
    }
  }
}
