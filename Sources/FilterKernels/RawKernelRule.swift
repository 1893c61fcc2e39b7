import AudioFile
import ConfigurationFile
import Glibc
import Platform
import WordKernels

/// Which taps without a header a request may name by their path.
///
/// Every file is such taps, and what status tells of a kernel tells them. The files of the configuration file are those that its owner
/// wants to be heard: what it names, with the same format and place, and what lies below its folder.
package struct RawKernelRule: Sendable {
  private let file: ConfigurationText
  private let rates: [Int]

  /// - Parameters:
  ///   - file: the configuration file, or what stands for it.
  ///   - rates: Hz, those at which it may name kernels where its rate is auto.
  package init(_ file: ConfigurationText, rates: [Int]) { (self.file, self.rates) = (file, rates) }

  /// What may be read for `named`, by a path that no link changes any more where the name alone does not allow it.
  ///
  /// - Parameter own: what the configuration file names; only asked for where the folder does not decide.
  /// - Throws: there is no such file, or it must not be read.
  func permitted(_ named: RawKernelFile, own: () -> Set<RawKernelFile>) throws(AudioFileError) -> RawKernelFile {
    var result = named
    let path = resolvedPath(named.path)
    let reason = errno
    if let path, let folder, path.utf8.starts(with: folder.utf8) {
      result.path = path
      return result
    }
    let names = own()
    // Its path, not the request's: texts that are equal may differ in bytes.
    if let index = names.firstIndex(of: Self.place(named)) {
      result.path = names[index].path
      return result
    }
    guard path != nil else {
      if reason == EACCES { throw AudioFileError(.notPermitted, named.path) }
      throw AudioFileError(.missing, "\(named.path): there is no such file")
    }
    throw AudioFileError(
      .badData,
      "\(named.path): a request does not name taps without a header here, since they would tell any file's bytes: send them"
        + " (convolvectl load FILTER \(named.format.rawValue):FILE), or name it with the same format, skip and take in the configuration"
        + " file\(folder.map { ", or put it below \($0)" } ?? "")")
  }

  /// What the configuration file names. O(its bytes), for each rate.
  func names() -> Set<RawKernelFile> {
    var names: Set<RawKernelFile> = []
    for rate in rates {
      guard let configuration = try? file.configuration(sourceRate: rate) else { continue }
      for kernel in configuration.filters.flatMap(\.kernels) {
        names.formUnion(((try? KernelName(kernel))?.rawFiles ?? []).map(Self.place))
      }
      if !configuration.followsSource { break }
    }
    return names
  }

  /// That of the configuration file, with a slash at its end; nil: it has none, or one that holds everything.
  private var folder: String? {
    let folder = file.folder.isEmpty && file.file != nil ? "." : file.folder
    guard !folder.isEmpty, let path = resolvedPath(folder), path != "/" else { return nil }
    return path + "/"
  }

  /// Which bytes they are: a rate changes none.
  private static func place(_ file: RawKernelFile) -> RawKernelFile {
    var place = file
    place.rate = nil
    return place
  }
}
