import AudioFile
import ConfigurationFile
import FilterKernels
import Filters
import Foundation
import Import
import TestSupport
import Testing

/// An imported configuration, and what it does.
struct Rendering {
  let configuration: ImportedConfiguration
  let yaml: String
  let filters: FilterSet

  /// Imports a file, writes what is to be written beside it into `folder`, and makes its kernels.
  init(_ path: String, in folder: ScratchFolder, _ options: ImportedConfiguration.Options = .init(), rate: Int? = nil) throws {
    configuration = try ImportedConfiguration(path: path, options)
    let home = URL(fileURLWithPath: folder.path).resolvingSymlinksInPath().path
    yaml = configuration.yaml(source: path, folder: home, kernelFolder: "kernels")
    for file in configuration.made {
      let target = folder.file("kernels/" + file.name)
      try FileManager.default.createDirectory(
        at: URL(fileURLWithPath: target).deletingLastPathComponent(), withIntermediateDirectories: true)
      switch file.content {
      case .taps(let channels, let rate): try AudioWriter(encoding: .double, sampleRate: rate).write(channels, path: target)
      case .bytes(let bytes): try Data(bytes).write(to: URL(fileURLWithPath: target))
      }
    }
    let text = ConfigurationText(yaml: yaml, folder: folder.path)
    filters = try RatedFilters(text).filters(at: rate ?? text.configuration().rate)
  }

  /// The impulse response of each way, by input and output.
  var responses: [[Int]: [Double]] {
    var responses: [[Int]: [Double]] = [:]
    for filter in filters.filters {
      var sum = responses[[filter.from, filter.to]] ?? []
      let taps = filter.response.taps
      sum += Array(repeating: 0, count: max(0, filter.delay + taps.count - sum.count))
      for (index, tap) in taps.enumerated() { sum[filter.delay + index] += filter.factor * tap }
      responses[[filter.from, filter.to]] = sum
    }
    return responses
  }

  /// The largest difference from what CASE-INPUT-OUTPUT.npy in a folder hold, by the peak of each; nil where there is another way.
  func error(_ name: String, in folder: ScratchFolder) throws -> Double? {
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasPrefix(name + "-") && $0.hasSuffix(".npy") }
    let found = responses
    guard files.count == found.count else { return nil }
    return try files.map { file in
      let ends = file.dropLast(4).split(separator: "-").suffix(2).compactMap { Int($0) }
      return distance(found[ends] ?? [], try Kernel(path: folder.file(file)).channels[0])
    }.max()
  }
}

/// The largest difference, by the peak of what is wanted.
func distance(_ found: [Double], _ wanted: [Double]) -> Double {
  let peak = wanted.reduce(0) { max($0, abs($1)) }
  let count = max(found.count, wanted.count)
  return (0..<count).reduce(0) { worst, index in
    max(worst, abs((index < found.count ? found[index] : 0) - (index < wanted.count ? wanted[index] : 0)) / peak)
  }
}

/// A folder with files of text.
func folder(_ files: [String: String]) throws -> ScratchFolder {
  let folder = try ScratchFolder()
  for (name, text) in files { try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file(name))) }
  return folder
}
