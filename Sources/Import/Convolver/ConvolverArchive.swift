import AudioFile
import Numbers

/// A zip of convolver's configurations, or of WAV files alone, with one for each rate.
struct ConvolverArchive {
  private let archive: Archive
  private let folder: KernelFolder
  private let report: ImportReport

  init(_ archive: Archive, _ folder: KernelFolder, _ report: ImportReport) {
    (self.archive, self.folder, self.report) = (archive, folder, report)
  }

  func system(_ options: ImportedConfiguration.Options) throws(AudioFileError) -> ImportedSystem {
    var texts: [Int: ConvolverText] = [:]
    for name in archive.files.keys.sorted() where name.lowercased().hasSuffix(".cfg") {
      let text = try ConvolverText(textLines(archive.files[name] ?? [], report, in: name), name, report)
      if let other = texts[text.rate] {
        throw report.fault(
          1, in: name, "it is for \(text.rate) Hz, as \(quoted(other.file ?? "")) is: leave one of them out of the archive")
      }
      texts[text.rate] = text
    }
    if texts.isEmpty { texts = try waves() }
    if let rate = options.rate {
      guard let text = texts[rate] else {
        throw report.fault(
          1, "there is nothing for \(rate) Hz in it, but for \(texts.keys.sorted().map { "\($0)" }.joined(separator: ", ")) Hz")
      }
      texts = [rate: text]
    }
    guard let first = texts.values.min(by: { $0.rate < $1.rate }) else { throw report.fault(1, "there is neither .cfg nor .wav in it") }
    if texts.count == 1 { return first.system(folder, from: Self.folder(of: first.file), report) }
    return try system(texts.values.sorted { $0.rate < $1.rate })
  }

  private static func folder(of file: String?) -> String {
    let file = file ?? ""
    return file.lastIndex(of: "/").map { String(file[..<$0]) } ?? ""
  }

  /// Without a configuration: the channels of a file go straight through, one file a rate.
  private func waves() throws(AudioFileError) -> [Int: ConvolverText] {
    var texts: [Int: ConvolverText] = [:]
    for name in archive.files.keys.sorted() where name.lowercased().hasSuffix(".wav") {
      guard let kernel = folder.kernel(name, line: 1, in: name) else { continue }
      guard let rate = kernel.sampleRate, kernel.channels.count <= 2 else {
        throw report.fault(
          1, in: name,
          "it has \(quantity(kernel.channels.count, "channel")): without a .cfg there is one file of two channels for each rate")
      }
      guard texts[rate] == nil else {
        throw report.fault(1, in: name, "there are several files of \(rate) Hz: add a .cfg that says what each is for")
      }
      let right = kernel.channels.count - 1
      let lines = ["\(rate) 2 2 0", name, "0", "0.0", "0.0", name, "\(right)", "1.0", "1.0"]
      texts[rate] = try ConvolverText(lines.map { $0[...] }, name, report)
    }
    return texts
  }

  /// One system for all rates, whose kernels differ alone.
  private func system(_ texts: [ConvolverText]) throws(AudioFileError) -> ImportedSystem {
    let first = texts[0]
    for text in texts {
      guard text.inputs == first.inputs, text.outputs == first.outputs, text.paths.count == first.paths.count,
        zip(text.paths, first.paths).allSatisfy({ $0.inputs == $1.inputs && $0.outputs == $1.outputs && $0.channel == $1.channel })
      else {
        throw report.fault(
          1, in: text.file, "its paths are others than those of \(quoted(first.file ?? "")): import one rate alone, with --rate")
      }
      if text.hasDelays {
        report.lose(
          2, in: text.file, "delays in ms are other frames at each rate, which has no equal here: import one rate alone, with --rate")
      }
    }
    var names: [String: Int] = [:]
    var system = first.system { path in
      guard let index = first.paths.firstIndex(where: { $0.line == path.line }) else { return nil }
      // Paths of one file in all rates share it.
      let name = withoutRateWord("\(names[path.file, default: names.count])-\(stem(of: path.file.replacing("\\", with: "/"))).wav")
      names[path.file] = names[path.file] ?? names.count
      guard let channels = add(texts, index, name) else { return nil }
      return .file(KernelFile(path: "{rate}/" + name, isMade: true, channel: path.channel, channels: channels))
    }
    system.followsSource = true
    report.note(1, "there are kernels for \(texts.map { "\($0.rate)" }.joined(separator: ", ")) Hz: the rate follows the source")
    return system
  }

  /// Puts the file of each rate by.
  ///
  /// - Returns: its channels; nil where one is not there.
  private func add(_ texts: [ConvolverText], _ index: Int, _ name: String) -> Int? {
    var channels: Int?
    for text in texts {
      let path = text.paths[index]
      guard let found = folder.find(path.file, line: path.line, in: text.file, from: Self.folder(of: text.file)),
        let kernel = folder.kernel(found, line: path.line, in: text.file)
      else { return nil }
      guard kernel.sampleRate == text.rate, path.channel < kernel.channels.count, channels ?? kernel.channels.count == kernel.channels.count
      else {
        report.lose(
          path.line, in: text.file,
          "\(quoted(path.file)) has \(kernel.sampleRate ?? 0) Hz and \(quantity(kernel.channels.count, "channel")): correct it")
        return nil
      }
      channels = kernel.channels.count
      let made = MadeFile(name: "\(text.rate)/\(name)", content: .bytes(archive.files[found] ?? []))
      guard !folder.made.contains(where: { $0.name == made.name && $0.content != made.content }) else {
        report.lose(
          path.line, in: text.file,
          "\(quoted(path.file)) is another file for one path than for another, in other rates: import one with --rate")
        return nil
      }
      folder.add(made)
    }
    return channels
  }
}
