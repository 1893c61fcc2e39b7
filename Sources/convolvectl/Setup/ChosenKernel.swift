import ALSA
import AudioFile
import ConfigurationFile
import Filters
import Glibc
import Platform
import Terminal

/// What a kernel was given as, and what it holds.
struct ChosenKernel {
  /// A specification, or a path from the root, in which `{rate}` may stand.
  var text: String
  /// The files of `kernels`; none for a specification.
  let files: [String]
  /// One, or one for each rate there is a file for.
  let kernels: [Kernel]
  /// Hz; nil: any.
  let rates: [Int]?

  var channels: Int { kernels[0].channels.count }
  private static let placeholder = "{rate}"

  init(_ given: String) throws(Failure) {
    do throws(AudioFileError) {
      if Kernel.isSpecification(given) {
        (text, files, kernels, rates) = (given, [], [try Kernel(specification: given, limit: KernelReader.limit)], nil)
        return
      }
      let path = Self.absolute(given)
      guard !path.isSystemText else {
        throw AudioFileError(.badData, "\(given): its name is not UTF-8, as all of a configuration is: rename it, or its folder")
      }
      text = path
      let found = path.firstRange(of: Self.placeholder) == nil ? [(nil, path)] : Self.perRate(path)
      var read: [Kernel] = []
      for (_, file) in found { read.append(try Kernel(path: file, limit: KernelReader.limit)) }
      (files, kernels, rates) = (found.map(\.path), read, read.count == 1 ? read[0].sampleRate.map { [$0] } : found.compactMap(\.rate))
      try checkAgreement(found.map(\.rate))
    } catch {
      throw Failure(error)
    }
  }

  /// The files that are there, with the rates in their names.
  private static func perRate(_ path: String) -> [(rate: Int?, path: String)] {
    DeviceOffer.usualRates.map { (Optional($0), path.filled(rate: $0)) }.filter { access($0.1, F_OK) == 0 }
  }

  private func checkAgreement(_ named: [Int?]) throws(AudioFileError) {
    guard let first = kernels.first else {
      throw AudioFileError(.missing, "\(text): there is no file for any rate, such as \(text.filled(rate: 48000))")
    }
    for (kernel, rate) in zip(kernels, named) {
      if let rate, let own = kernel.sampleRate, own != rate {
        throw AudioFileError(.badData, "\(kernel.name) has \(own) Hz: name it after its rate, or resample it")
      }
      guard kernel.channels.count == first.channels.count else {
        throw AudioFileError(
          .badData, "\(kernel.name) has \(kernel.channels.count) channels, \(first.name) has \(first.channels.count): they must agree")
      }
    }
  }

  /// From the root, since the configuration lies elsewhere; a tilde is what a shell would make of it.
  private static func absolute(_ path: String) -> String {
    var path = path
    if path.hasPrefix("~/"), let home = getenv("HOME") { path = String(cString: home) + path.dropFirst() }
    return pathInResolvedFolder(path)
  }
}
