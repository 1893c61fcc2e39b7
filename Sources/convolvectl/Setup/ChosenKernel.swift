import ALSA
import AudioFile
import ConfigurationFile
import Design
import FilterKernels
import Glibc
import Numbers
import Platform
import Terminal
import WordKernels

/// What a kernel was given as, and what it holds.
struct ChosenKernel {
  /// Words, or a path: files are named from the root, and `{rate}` may stand in their names.
  var text: String
  /// The files that are read; none for a specification.
  let files: [String]
  /// One, or one for each rate there is a file for.
  let kernels: [Kernel]
  /// Hz; nil: any.
  let rates: [Int]?

  /// Those of words with several too.
  var allFiles: [String] { files + ((try? KernelName(text))?.files ?? []) }

  var channels: Int { kernels[0].channels.count }
  private static let placeholder = "{rate}"
  /// Hz: where kernels that are made for a rate are looked at.
  private static let usualRate = 48_000

  init(_ given: String) throws(Failure) {
    do throws(AudioFileError) {
      _ = try KernelName(given)
      text = KernelName.renamed(given, Self.absolute)
      let path = try KernelName(text).files.first
      guard path?.isSystemText != true else {
        throw AudioFileError(.badData, "\(given): its name is not UTF-8, as all of a configuration is: rename it, or its folder")
      }
      guard let path, path.firstRange(of: Self.placeholder) != nil else {
        let kernel = try Self.kernel(text, rate: nil)
        let isMade = try KernelName(text).dependsOnRate
        (files, kernels, rates) = (path.map { [$0] } ?? [], [kernel], isMade ? nil : kernel.sampleRate.map { [$0] })
        return
      }
      let found = Self.perRate(path)
      var read: [Kernel] = []
      for (rate, _) in found { read.append(try Self.kernel(text.filled(rate: rate), rate: rate)) }
      (files, kernels, rates) = (found.map(\.path), read, read.count == 1 ? read[0].sampleRate.map { [$0] } : found.map(\.rate))
      try checkAgreement(found.map(\.rate))
    } catch {
      throw Failure(error)
    }
  }

  private static func kernel(_ text: String, rate: Int?) throws(AudioFileError) -> Kernel {
    switch try KernelName(text) {
    case .specification(let text): try Kernel(specification: text, limit: KernelReader.limit)
    case .file(let path): try Kernel(path: path, limit: KernelReader.limit)
    case .raw(let file): try Kernel(file, limit: KernelReader.limit)
    case .words(let words):
      try words.kernel(
        name: text, rate: words.dependsOnRate ? rate ?? usualRate : nil,
        from: KernelSupply(limit: KernelReader.limit) { name throws(AudioFileError) in try kernel(name, rate: rate) })
    }
  }

  /// The files that are there, with the rates in their names.
  private static func perRate(_ path: String) -> [(rate: Int, path: String)] {
    DeviceOffer.usualRates.map { ($0, path.filled(rate: $0)) }.filter { access($0.1, F_OK) == 0 }
  }

  private func checkAgreement(_ named: [Int]) throws(AudioFileError) {
    guard let first = kernels.first else {
      throw AudioFileError(.missing, "\(text): there is no file for any rate, such as \(text.filled(rate: Self.usualRate))")
    }
    for (kernel, rate) in zip(kernels, named) {
      if let own = kernel.sampleRate, own != rate {
        throw AudioFileError(.badData, "\(kernel.name) has \(own) Hz: name it after its rate, or resample it")
      }
      guard kernel.channels.count == first.channels.count else {
        throw AudioFileError(
          .badData,
          "\(kernel.name) has \(quantity(kernel.channels.count, "channel")), \(first.name) has \(first.channels.count): they must agree")
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
