import AudioFile
import Design
import Glibc
import Platform
import WordKernels

// From a name in the configuration to a kernel for its stream.

extension KernelReader {
  /// Reads a kernel as it stands: a specification, or a file that is never waited for.
  private func unfitted(_ name: KernelName, text: String) throws(AudioFileError) -> Kernel {
    if let kernel = read[text] { return kernel }
    let kernel: Kernel
    switch name {
    case .specification(let text): kernel = try Kernel(specification: text, limit: limit)
    case .raw(let file):
      var raw = try Kernel(permitted(file), limit: limit)
      raw.name = file.path
      kernel = raw
    case .file(let path): kernel = try Kernel(path: path, limit: limit, quotes: quotes)
    case .words: preconditionFailure("words are made for a rate")
    }
    hold(kernel)
    read[text] = kernel
    return kernel
  }

  /// Who reads: a service is another user than the one who asks it.
  private static var user: String { getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) } ?? "\(geteuid())" }

  /// How a kernel is to be had.
  package struct Use: Sendable {
    /// Hz; nil: it is not known, or the kernel is wanted as it is.
    package var rate: Int?
    package var resample: Bool
    /// The wanted one: what is resampled has it alone. A kernel of one channel serves any.
    package var channel: Int
    /// Whether the rate stands in its name.
    package var isRated: Bool
    /// Whether it is only to be known if it serves: none is made or resampled then.
    package var isTrial: Bool

    package init(rate: Int?, resample: Bool, channel: Int = 0, isRated: Bool = false, isTrial: Bool = false) {
      (self.rate, self.resample, self.channel, self.isRated, self.isTrial) = (rate, resample, channel, isRated, isTrial)
    }
  }

  /// Reads a kernel as it is at its own rate; of words, as many silent channels.
  package func kernel(_ text: String) throws(KernelFault) -> Kernel { try kernel(text, Use(rate: nil, resample: true)) }

  /// Reads or makes the kernel of a name.
  package func kernel(_ text: String, _ use: Use) throws(KernelFault) -> Kernel {
    do throws(AudioFileError) {
      let name = try KernelName(text)
      guard !isCancelled() else { throw AudioFileError(.inputOutput, "reading it was broken off") }
      for file in name.files {
        guard file != "-" else { throw AudioFileError(.badData, "\(text): a configuration cannot name standard input: name a file") }
        guard file.utf8.count < PATH_MAX else {
          throw AudioFileError(
            .badData, "\(quotable(file)): it has \(file.utf8.count) bytes, and a path \(PATH_MAX - 1) at the most: name a file")
        }
      }
      guard case .words(let words) = name else {
        return try fitted(unfitted(name, text: text), text, use)
      }
      return try made(words, text, use)
    } catch {
      guard error.cause == .notPermitted else { throw KernelFault(error) }
      let file = ((try? KernelName(text))?.files.first).map { $0 == text ? text : "\(text): \($0)" } ?? text
      throw KernelFault(
        "\(file): the user \(Self.user) may not read it: allow that user the file and its folders, or send it (convolvectl load)")
    }
  }

  private func fitted(_ kernel: Kernel, _ text: String, _ use: Use) throws(AudioFileError) -> Kernel {
    guard let rate = use.rate, use.resample, !use.isTrial, let own = kernel.sampleRate, own != rate else { return try fitted(kernel, use) }
    let key = Fit(name: text, rate: rate, channel: use.channel, resample: true)
    if let kernel = fitted[key] { return kernel }
    let result = try fitted(kernel, use)
    hold(result)
    fitted[key] = result
    return result
  }

  private func fitted(_ kernel: Kernel, _ use: Use) throws(AudioFileError) -> Kernel {
    guard let rate = use.rate, !(use.isTrial && use.resample) else { return kernel }
    do throws(KernelFault) {
      return try kernel.fitted(
        to: rate, resample: use.resample, channel: kernel.channels.count == 1 ? 0 : use.channel, isRated: use.isRated,
        remedy: remedy, isCancelled: isCancelled)
    } catch {
      throw AudioFileError(error.isAbsent ? .missing : .badData, error.message)
    }
  }

  /// Makes a kernel from words, each once for a rate.
  private func made(_ words: KernelWords, _ text: String, _ use: Use) throws(AudioFileError) -> Kernel {
    let supply = supply(use)
    if use.isTrial || use.rate == nil { return try tried(words, text, use, supply) }
    let key = Fit(name: text, rate: use.rate ?? 0, channel: try channel(of: words, use), resample: use.resample)
    if let kernel = fitted[key] { return kernel }
    do throws(AudioFileError) {
      let kernel = try words.kernel(name: text, rate: use.rate, from: supply)
      hold(kernel)
      fitted[key] = kernel
      return kernel
    } catch {
      _ = try tried(words, text, use, supply)
      throw error
    }
  }

  /// Which channel of the kernels that words name is wanted; 0 where they have only one.
  private func channel(of words: KernelWords, _ use: Use) throws(AudioFileError) -> Int {
    for name in words.files.taps {
      let kernel = try unfitted(KernelName(name), text: name)
      if kernel.channels.count == 1 { continue }
      _ = try wanted(kernel, use)
      return use.channel
    }
    return 0
  }

  private func supply(_ use: Use) -> KernelSupply {
    KernelSupply(quotes: quotes, limit: limit, workBytes: bytesLeft) { [self] name throws(AudioFileError) in
      try wanted(fitted(unfitted(KernelName(name), text: name), name, use), use)
    }
  }

  /// The wanted channel alone: words make no other.
  private func wanted(_ kernel: Kernel, _ use: Use) throws(AudioFileError) -> Kernel {
    guard use.rate != nil, !use.isTrial, kernel.channels.count > 1 else { return kernel }
    var result = kernel
    do throws(KernelFault) { result.channels = [try kernel.taps(channel: use.channel)] } catch {
      throw AudioFileError(.badData, error.message)
    }
    return result
  }

  /// Whether words can have a kernel at a rate. What only another rate can have is absent rather than bad.
  private func tried(_ words: KernelWords, _ text: String, _ use: Use, _ supply: KernelSupply) throws(AudioFileError) -> Kernel {
    do throws(AudioFileError) {
      return try words.check(name: text, rate: use.rate, from: supply)
    } catch {
      let anywhere = self.supply(Use(rate: nil, resample: true))
      guard error.cause == .badData, use.rate != nil, (try? words.check(name: text, rate: nil, from: anywhere)) != nil else { throw error }
      throw AudioFileError(.missing, error.message, faults: error.faults)
    }
  }

  /// Makes a kernel of words that name the file which holds `body`; without a rate as many silent channels.
  package func kernel(_ text: String, of body: [UInt8], _ use: Use) throws(KernelFault) -> Kernel {
    do throws(AudioFileError) {
      guard case .words(let words) = try KernelName(text) else {
        throw AudioFileError(.specification, "\(text): these are no words that a kernel is made from")
      }
      let supply = KernelSupply(
        limit: limit, workBytes: bytesLeft, text: { _ throws(AudioFileError) in body },
        kernel: { [self] name throws(AudioFileError) in try wanted(fitted(sent(name, body), use), use) })
      guard let rate = use.rate else { return try words.check(name: text, rate: nil, from: supply) }
      let kernel = try words.kernel(name: text, rate: rate, from: supply)
      hold(kernel)
      return kernel
    } catch {
      throw KernelFault(error.message)
    }
  }

  private func sent(_ text: String, _ body: [UInt8]) throws(AudioFileError) -> Kernel {
    switch try KernelName(text) {
    case .raw(let file): try Kernel(file, of: body, limit: limit)
    default: try Kernel(bytes: body, name: text, limit: limit)
    }
  }
}
