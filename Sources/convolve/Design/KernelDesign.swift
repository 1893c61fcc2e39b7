import AudioFile
import Design
import Terminal
import WordKernels

/// What is to be made, with the phase and the taps that options want.
struct KernelDesign {
  private let text: String
  private let words: KernelWords
  private let supplies = WordFiles(resamples: false)
  /// What the kernel is made from.
  let files: [String]

  /// - Throws: the words have no meaning, or taps cannot be wanted of them.
  init(_ text: String, phase: KernelPhase?, taps: Int?) throws(Failure) {
    let named: KernelName
    do throws(AudioFileError) { named = try KernelName(text) } catch { throw Failure(error) }
    let own: KernelWords = if case .words(let words) = named { words } else { .taps(text) }
    (self.text, files) = (text, named.files)
    if let phase, phase != .natural {
      words = .phased(phase, taps: taps, own)
    } else if let taps {
      guard own.takesTaps else {
        throw Failure(.usage, "--taps \(taps): \(text) has its own: give --phase minimum or linear too, or leave it out")
      }
      words = .phased(.natural, taps: taps, own)
    } else {
      words = own
    }
  }

  /// - Throws: a rate is missing.
  func checkRates(_ rates: [Int]) throws(Failure) {
    if rates.isEmpty, words.dependsOnRate {
      throw Failure(.usage, "\(text): the words make another kernel for each rate: give --rate 48000, or several")
    }
  }

  func kernel(rate: Int?) throws(Failure) -> Kernel {
    do throws(AudioFileError) {
      var kernel = try words.kernel(name: text, rate: rate, from: supplies.supply(longestText: words.longestText, rate: rate))
      kernel.sampleRate = kernel.sampleRate ?? rate
      return kernel
    } catch {
      throw Failure(error)
    }
  }
}

extension KernelWords {
  /// Whether they have as many taps as are wanted, without another phase.
  fileprivate var takesTaps: Bool {
    switch self {
    case .equaliser, .equaliserFile, .graphic, .graphicFile, .responseFile: true
    case .pass(let pass): pass.family != nil
    case .taps, .phased, .inverted: false
    }
  }
}
