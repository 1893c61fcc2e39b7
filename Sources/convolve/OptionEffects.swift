import AudioFile
import NPY
import NumPy

/// Which options are without effect, by what is convolved. docs/convolve.md has the table.
///
/// What other options leave without effect is an error, told before a file is read. What files leave without effect is told and passed
/// over: the result is what was asked for, and a batch may have files of several kinds.
struct OptionEffects {
  enum Subject {
    /// Two arrays, and the type of their sums.
    case arrays(ElementType)
    /// A sound, or an array of float64 that is read as one, and how results are stored.
    case sound(Rounding)
  }

  private let subject: Subject

  /// Says where there is nothing to resample by.
  static func tellRates(signal: Int?, kernel: Int?, _ options: ConvolutionOptions, _ messages: Messages) {
    guard options.isResampling else { return }
    if signal == nil {
      messages.warnOnce("--resample has no effect: the input says no rate")
    } else if kernel == nil {
      messages.warnOnce("--resample has no effect: the kernel says no rate")
    }
  }

  init(of subject: Subject) { self.subject = subject }

  /// Says of each option that has no effect here why, once.
  func tell(_ options: ConvolutionOptions, _ output: OutputOptions, _ messages: Messages) {
    for note in notes(options, isStrict: output.isStrict) { messages.warnOnce(note) }
  }

  private func notes(_ options: ConvolutionOptions, isStrict: Bool) -> [String] {
    var notes: [String] = []
    if options.method == .fft, options.isExact || !mayBeFast, isOrdered {
      let condition = mayBeFast ? " without --fast" : ""
      notes.append("--method fft has no effect: exact sums of \(name) depend on their order, and are direct\(condition)")
    }
    if !options.isExact, let reason = alwaysExact { notes.append("--fast has no effect: \(reason)") }
    if options.isProfileGiven, isOrderless { notes.append("--profile has no effect: sums of \(name) are the same on every processor") }
    if !options.isProfileGiven, !isOrderless, let processor = Profile.unknownProcessor {
      notes.append("no profile has the order in which NumPy adds up on \(processor): --profile cortexa is taken")
    }
    if isStrict, let kind = unclipped { notes.append("--strict has no effect: \(kind) does not clip") }
    return notes
  }

  /// Whether exact sums keep NumPy's order.
  private var isOrdered: Bool {
    switch subject {
    case .arrays(let type): type.isFloating
    case .sound(let rounding): rounding == .none
    }
  }

  private var mayBeFast: Bool {
    if case .arrays(let type) = subject { ArraySums.mayBeFast(type) } else { true }
  }

  /// Why sums have no cost of exactness.
  private var alwaysExact: String? {
    guard case .arrays(let type) = subject, !ArraySums.mayBeFast(type) else { return nil }
    return type.isFloating ? "\(name) is always summed in NumPy's order" : "integers are exact by every method"
  }

  /// Whether sums are the same in any order.
  private var isOrderless: Bool {
    if case .arrays(let type) = subject { !type.isFloating || type == .float16 } else { false }
  }

  /// What is written, if it does not clip.
  private var unclipped: String? {
    switch subject {
    case .arrays: "an array"
    case .sound(.integer): nil
    case .sound: name
    }
  }

  private var name: String {
    switch subject {
    case .arrays(let type): type.rawValue
    case .sound(.none): "float64"
    case .sound(.float32): "float32"
    case .sound(.integer(let bits)): "\(bits)-bit PCM"
    }
  }
}

extension ElementType {
  fileprivate var isFloating: Bool { kind == .float || kind == .complex }
}
