import AudioFile
import WordKernels

/// Reads the list of filters, against what the rest of the file says; that is nil where it is at fault itself.
struct FilterReader {
  let folder: String
  let faults: FaultList
  let rate: Int?
  /// What filters do that say nothing of their own.
  let resample: Bool
  let inputs: Int?
  let outputs: Int?
  private let names = NameCount()

  init(folder: String, faults: FaultList, rate: Int?, resample: Bool, inputs: Int?, outputs: Int?) {
    (self.folder, self.faults, self.rate, self.resample) = (folder, faults, rate, resample)
    (self.inputs, self.outputs) = (inputs, outputs)
  }

  /// Nil in place of each filter that is at fault.
  func filters(_ nodes: [Node]) -> [Configuration.Filter?] {
    var lines: [String: Int] = [:]
    return nodes.map { node in
      guard var mapping = MappingReader(node, name: "filters", faults: faults) else { return nil }
      let filter = filter(&mapping)
      if let (name, line) = filter.name {
        if let first = lines[name] {
          mapping.refuse(line: line, "`name` is \(name), as in line \(first): each filter needs a name of its own")
        }
        lines[name] = lines[name] ?? line
      }
      return filter.filter
    }
  }

  private func filter(_ mapping: inout MappingReader) -> (name: (String, Int)?, filter: Configuration.Filter?) {
    let name = mapping.value("name", self.name)
    let from = mapping.value("from") { node throws(Mismatch) in try self.channel(node, of: "capture", inputs) }
    let to = mapping.value("to") { node throws(Mismatch) in try self.channel(node, of: "playback", outputs) }
    let kernels = kernels(&mapping)
    let channel = mapping.value("channel", default: 0) { node throws(Mismatch) in try node.integer(in: 0...Configuration.Filter.mostChannel)
    }
    let gain = mapping.value("gain", default: .some(0)) { node throws(Mismatch) in
      try node.number(in: Configuration.Filter.gains, unit: "dB", or: "auto")
    }
    let delay = mapping.value("delay", default: 0) { node throws(Mismatch) in
      try node.integer(in: 0...Configuration.Filter.mostDelay, unit: "frames")
    }
    let bypass = mapping.value("bypass", default: .impulse) { node throws(Mismatch) in
      try node.word(Configuration.Filter.Bypass.allCases.map { ($0.rawValue, $0) })
    }
    let resample = mapping.value("resample", default: resample) { node throws(Mismatch) in try node.boolean() }
    mapping.finish()
    guard let name, let from, let to, let kernels, let channel, let gain, let delay, let bypass, let resample else { return (name, nil) }
    return (
      name,
      Configuration.Filter(
        name: name.text, from: from, to: to, kernels: kernels.map(\.text), channel: channel, gain: gain, delay: delay,
        bypass: bypass, resample: resample, line: mapping.line, kernelLine: kernels[0].line,
        ratedKernels: Set(kernels.filter(\.isRated).map(\.text)))
    )
  }

  private func name(_ node: Node) throws(Mismatch) -> (text: String, line: Int) {
    let name = try node.text()
    let allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-".utf8
    // A URL with the last two as a step would be another one.
    guard name.utf8.allSatisfy(allowed.contains), name.utf8.count <= 64, name != ".", name != ".." else {
      throw Mismatch(message: "is \(quoted(name)): it must be 1 to 64 letters (a to z), digits, full stops, underscores or hyphens")
    }
    return (name, node.line)
  }

  private func channel(_ node: Node, of end: String, _ channels: Int?) throws(Mismatch) -> Int {
    guard let channels else { return try node.integer(in: 0...63) }
    let have = channels == 1 ? "1 channel (0)" : "\(channels) channels (0 \(channels == 2 ? "and" : "to") \(channels - 1))"
    return try node.integer(
      in: 0...channels - 1, outside: ", but \(end) has \(have): choose one of them, or set `channels` of \(end)")
  }

  /// Of a path, with its end: PATH_MAX of the system.
  private static let mostPathBytes = 4_096

  /// `kernel` with one, or `kernels` with a list: which of them, if the other one is not there.
  private func kernels(_ mapping: inout MappingReader) -> [ReadKernel]? {
    guard let entry = mapping.take("kernels") else { return mapping.value("kernel", kernel).flatMap { $0 }.map { [$0] } }
    if let single = mapping.take("kernel") {
      mapping.refuse(line: single.line, "`kernel` and `kernels` are both given: put all of them into `kernels`")
      return nil
    }
    guard case .sequence(let items) = entry.value.content, !items.isEmpty else {
      let summary = if case .sequence = entry.value.content { "an empty list" } else { entry.value.summary }
      mapping.refuse(line: entry.value.line, "`kernels` is \(summary): it must be a list of kernels, at least one")
      return nil
    }
    guard items.count <= Configuration.Filter.mostKernels else {
      mapping.refuse(
        line: entry.value.line,
        "`kernels` has \(items.count) kernels: \(Configuration.Filter.mostKernels) are the most: convolve some of them beforehand")
      return nil
    }
    var kernels: [ReadKernel] = []
    for item in items where !names.isFull {
      do throws(Mismatch) {
        if let kernel = try kernel(item) { kernels.append(kernel) }
      } catch {
        mapping.refuse(line: item.line, "`kernels` holds what \(error.message)")
      }
    }
    return kernels.count == items.count ? kernels : nil
  }

  /// Nil where a mapping is at fault, which is then among the faults.
  private func kernel(_ node: Node) throws(Mismatch) -> ReadKernel? {
    if case .mapping = node.content {
      guard let mapping = KernelMapping(node, faults: faults) else { return nil }
      do throws(Mismatch) {
        return try kernel(mapping.text, line: mapping.line)
      } catch {
        faults.add(line: mapping.line, "kernel: this \(error.message)")
        return nil
      }
    }
    return try kernel(node.text(), line: node.line)
  }

  private func kernel(_ text: String, line: Int) throws(Mismatch) -> ReadKernel {
    do throws(AudioFileError) { _ = try KernelName(text) } catch { throw Mismatch(message: "is at fault: \(error.message)") }
    var (isRated, longest) = (false, 0)
    let named = KernelName.renamed(text) { file in
      let filled = rate.map(file.filled) ?? file
      let path = resolved(filled, in: folder)
      (isRated, longest) = (isRated || filled != file, max(longest, file.utf8.count, path.utf8.count))
      return path
    }
    guard longest < Self.mostPathBytes else {
      throw Mismatch(message: "is \(quoted(text)), as a path \(longest) bytes: a path has \(Self.mostPathBytes - 1) at the most")
    }
    guard names.add(named) else {
      throw Mismatch(
        message: "is one too many: the paths of all kernels, with their folder, have more than \(NameCount.mostBytes) bytes:"
          + " use a shorter folder, or fewer kernels")
    }
    return ReadKernel(text: named, line: line, isRated: isRated)
  }

  /// A kernel as a filter names it.
  private struct ReadKernel {
    var text: String
    var line: Int
    /// Whether the rate was put into its name.
    var isRated: Bool
  }
}

/// Bytes of the names of all kernels of a configuration, which their folder may make a hundred times as long as its text.
private final class NameCount {
  private var bytes = 0

  /// For thousands of filters of several kernels each, with paths of some dozens of bytes.
  static let mostBytes = 16 << 20

  /// Whether no other name is taken.
  var isFull: Bool { bytes > Self.mostBytes }

  /// Counts a name. Returns whether it was taken.
  func add(_ name: String) -> Bool {
    bytes += name.utf8.count
    return !isFull
  }
}
