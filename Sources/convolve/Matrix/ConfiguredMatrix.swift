import AudioFile
import ConfigurationFile
import FilterKernels
import Glibc
import Platform
import WordKernels

/// A configuration in place of a kernel. It is read once, however many inputs it serves.
final class ConfiguredMatrix {
  let path: String
  private var text: ConfigurationText?
  private var matrices: [Int: PathMatrix] = [:]
  private let reader = KernelReader(quotes: true)
  /// Hz, where nobody says any.
  private static let standardRate = 48_000

  init(_ path: String) { self.path = path }

  /// Whether a file is a configuration: by its name, or by what stands in it.
  static func isConfiguration(_ path: String) -> Bool {
    if ["yaml", "yml"].contains(FileNameParts(path).extension.lowercased()) { return KernelName.isFile(path) }
    guard KernelName.isFile(path), path != "-", let head = regularFileContents(path, limit: 1 << 16), !head.contains(0) else {
      return false
    }
    let lines = head.split(separator: UInt8(ascii: "\n"))
    return ["filters:", "capture:"].allSatisfy { key in lines.contains { $0.starts(with: key.utf8) } }
  }

  /// The files that it names, as far as it can be read; itself first.
  ///
  /// - Parameter rate: Hz, what `rate: auto` stands for; nil: the sound says none.
  func files(rate: Int?) -> [String] {
    let configuration = try? read().configuration(sourceRate: rate ?? Self.standardRate)
    let named = configuration?.filters.flatMap(\.kernels).flatMap { (try? KernelName($0))?.files ?? [] } ?? []
    return [path] + named
  }

  /// The files that it names for any of these inputs. Their headers are read where `rate` is auto.
  func files(inputs: [String]) -> [String] {
    guard (try? read().configuration())?.followsSource != false else { return files(rate: nil) }
    let rates = Set(inputs.compactMap(InputFile.sampleRate))
    return files(rate: nil) + rates.sorted().flatMap { files(rate: $0).dropFirst() }
  }

  /// Reads all that can be read before an input says its rate.
  func check() throws(AudioFileError) {
    let text = try read()
    try named { () throws(ConfigurationError) in
      let configuration = try text.checkedConfiguration(reader)
      if !configuration.followsSource { _ = try matrix(text, configuration) }
    }
  }

  /// - Parameters:
  ///   - rate: Hz of the sound; nil: it says none.
  ///   - signalName: for messages.
  /// - Throws: the configuration is at fault, or of another rate.
  func matrix(rate: Int?, _ signalName: String) throws(AudioFileError) -> PathMatrix {
    let text = try read()
    let configuration = try named { () throws(ConfigurationError) in
      try text.checkedConfiguration(reader, sourceRate: rate ?? Self.standardRate)
    }
    if configuration.followsSource, rate == nil {
      throw AudioFileError(.badData, "\(signalName) says no rate, and `rate` of \(path) is auto: write the rate there")
    }
    if let rate, rate != configuration.rate {
      throw AudioFileError(
        .badData, "\(path) is for \(configuration.rate) Hz, \(signalName) has \(rate) Hz: resample it, or set `rate: auto`")
    }
    return try named { () throws(ConfigurationError) in try matrix(text, configuration) }
  }

  private func named<Value>(_ body: () throws(ConfigurationError) -> Value) throws(AudioFileError) -> Value {
    do throws(ConfigurationError) { return try body() } catch { throw failure(error) }
  }

  private func matrix(_ text: ConfigurationText, _ configuration: Configuration) throws(ConfigurationError) -> PathMatrix {
    if let matrix = matrices[configuration.rate] { return matrix }
    let matrix = PathMatrix(try text.filters(configuration, reader), name: path)
    matrices[configuration.rate] = matrix
    return matrix
  }

  private func read() throws(AudioFileError) -> ConfigurationText {
    if let text { return text }
    do throws(ConfigurationError) {
      let read = try ConfigurationText(path: path)
      text = read
      return read
    } catch {
      switch withSystemPath(path, { access($0, R_OK) }) == 0 ? 0 : errno {
      case ENOENT, ENOTDIR: throw AudioFileError(.missing, "\(path): there is no such file")
      case EACCES, EPERM: throw AudioFileError(.notPermitted, "\(path): you may not read it")
      default: throw AudioFileError(.badData, "\(error)")
      }
    }
  }

  /// Faults that are told.
  private static let toldFaults = 20

  private func failure(_ error: ConfigurationError) -> AudioFileError {
    guard case .invalid(_, let faults) = error else { return AudioFileError(.badData, "\(error)") }
    var told = faults.prefix(Self.toldFaults).map { "\(path):\($0.line): \($0.message)" }
    let more = faults.count - Self.toldFaults
    if more > 0 { told.append("\(path): and \(more) more: convolved --check --config \(path) tells them") }
    return AudioFileError(.badData, told.joined(separator: "; "), faults: told)
  }
}
