import ArgumentParser
import AudioFile
import ControlAPI
import ControlCalling
import Glibc
import Numbers
import Platform
import Terminal
import WordKernels

struct SetFilters: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set", abstract: "Change gain, delay or kernel of filters in one step; return when that is heard.",
    discussion: """
      After a filter's name come its changes: gain=DB, delay=FRAMES, kernel=FILE (or words: eq:FILE, lowpass:LR4@2000, \
      taps:0.5,1, box:8, diff, dirac), channel=NUMBER. \
      Several filters change together, as in: set left gain=-3 delay=480 right gain=-3. The daemon itself reads the kernel files of set, \
      where load sends them.
      """)

  @Argument(help: ArgumentHelp("A filter's name, then its changes.", valueName: "name | key=value"))
  var words: [String]

  @OptionGroup var target: Target

  func run() async throws {
    let changes = try parsed()
    let list: FilterList
    do throws(Failure) {
      list = try await target.call { client throws(ControlError) in try await client.changeFilters(changes) }
    } catch {
      throw Failure(error.status, error.message + hint(error.message, changes))
    }
    for filter in list.filters where changes[filter.name] != nil {
      let (gain, delay) = (decimal(filter.gain, places: 2), quantity(filter.delay, "frame"))
      print("\(filter.name): gain \(gain) dB, delay \(delay), \(filter.layout)".brief.printable)
    }
    await target.warnOfWorstCase(of: changes.keys)
  }

  /// What helps where a file is here, and the daemon does not see it.
  private func hint(_ message: String, _ changes: [String: FilterChange]) -> String {
    let unseen = changes.first { change in
      let files = change.value.kernel.flatMap { try? KernelName($0) }?.files ?? []
      return files.contains { message.contains("\($0): there is no such file") && access($0, R_OK) == 0 }
    }
    return unseen.map { ". It is here, but the service does not see that folder: convolvectl load \($0.key) \($0.value.kernel!) sends it" }
      ?? ""
  }

  private func parsed() throws(Failure) -> [String: FilterChange] {
    var changes: [String: FilterChange] = [:]
    var name: String?
    for word in words {
      guard let equals = word.firstIndex(of: "=") else {
        try checkChange(of: name, changes)
        name = word
        continue
      }
      guard let name else { throw Failure(.usage, "\(word): a filter's name comes first, as in: set left gain=-3") }
      try changes[name, default: FilterChange()].set(word[..<equals], to: String(word[word.index(after: equals)...]))
    }
    try checkChange(of: name, changes)
    return changes
  }

  private func checkChange(of name: String?, _ changes: [String: FilterChange]) throws(Failure) {
    guard let name, changes[name] == nil else { return }
    throw Failure(.usage, "\(name): nothing is to be changed: give gain=DB, delay=FRAMES or kernel=FILE")
  }
}

extension FilterChange {
  fileprivate mutating func set(_ key: Substring, to value: String) throws(Failure) {
    switch key {
    case "gain":
      guard let number = decimalNumber(value), number.isFinite else {
        throw Failure(.usage, "gain=\(value): it must be a number, in dB")
      }
      gain = number
    case "delay":
      guard let number = Int(value) else { throw Failure(.usage, "delay=\(value): it must be a whole number, of frames") }
      delay = number
    case "channel":
      guard let number = Int(value) else { throw Failure(.usage, "channel=\(value): it must be a whole number, from 0") }
      channel = number
    case "kernel": kernel = try Self.kernel(value)
    default: throw Failure(.usage, "\(key)=\(value): the keys are gain, delay, kernel and channel")
    }
  }

  /// Words, or a file, with its path from the root, since the daemon has a folder of its own.
  private static func kernel(_ value: String) throws(Failure) -> String {
    let named: KernelName
    do throws(AudioFileError) { named = try KernelName(value) } catch { throw Failure(error) }
    var paths: [String: String] = [:]
    for file in named.files { paths[file] = try path(file, sent: "convolvectl load NAME \(value) sends it") }
    return KernelName.renamed(value) { paths[$0] ?? $0 }
  }

  /// A path that begins at the root may be one that only the daemon sees.
  private static func path(_ value: String, sent: String) throws(Failure) -> String {
    guard value != "-", !value.isSystemText else {
      throw Failure(.usage, "kernel=\(value): the daemon opens files by names of UTF-8: \(sent)")
    }
    var status = stat()
    if stat(value, &status) == 0 {
      guard status.st_mode & S_IFMT == S_IFREG else {
        throw Failure(.noInput, "kernel=\(value): it is not a regular file, and the daemon opens no other: \(sent)")
      }
      return resolvedPath(value) ?? value
    }
    // Names of files for each rate hold a placeholder.
    if value.hasPrefix("/") || value.contains("{rate}") { return pathInResolvedFolder(value) }
    throw Failure(
      .noInput,
      "kernel=\(value): there is no such file here: name one from the root if it is the daemon's, or words: lowpass:LR4@2000, taps:, box:,"
        + " diff, dirac")
  }
}
