import ALSA
import Terminal

/// The rates that devices and kernels have in common.
struct RateChoice {
  /// Hz; nil: nobody says.
  private let rates: [Int]?
  /// Who says what.
  private let reasons: String

  init(capture: DeviceChoice, playback: DeviceChoice, kernels: KernelChoice) throws(Failure) {
    var rates: [Int]?
    var reasons: [String] = []
    func narrow(_ name: String, _ some: [Int]?) {
      guard let some else { return }
      rates = rates.map { $0.filter(some.contains) } ?? some
      reasons.append("\(name) \(some.count > 4 ? "\(some[0]) to \(some.last!)" : some.map(String.init).joined(separator: ", ")) Hz")
    }
    narrow(capture.name, capture.offer?.rates)
    narrow(playback.name, playback.offer?.rates)
    for kernel in kernels.kernels { narrow(kernel.text, kernel.rates) }
    self.rates = rates
    self.reasons = reasons.joined(separator: ", ")
    if rates?.isEmpty == true {
      throw Failure(.badData, "no rate suits all, they have: \(self.reasons): choose other devices, or resample the kernels")
    }
  }

  /// The only one there is, or the one that is wanted, as a configuration has it.
  func rate(given: String?, _ questions: Questions) throws(Failure) -> String {
    if let given { return try checked(given) }
    if let rates, rates.count == 1 { return "\(rates[0])" }
    let standard = rates.map { $0.contains(48000) ? 48000 : $0[0] } ?? 48000
    guard questions.isTerminal else { return "\(standard)" }
    return try questions.ask("rate in Hz, or auto", option: "--rate", default: "\(standard)") { (answer) throws(Failure) in
      try checked(answer)
    }
  }

  private func checked(_ text: String) throws(Failure) -> String {
    if text == "auto" { return text }
    guard let rate = Int(text) else { throw Failure(.usage, "\(text): give a whole number of Hz, as 48000, or auto") }
    guard rate > 0 else { throw Failure(.usage, "\(rate) Hz: give a rate above 0") }
    // Unusual rates were not asked for when the devices were.
    guard let rates, DeviceOffer.usualRates.contains(rate), !rates.contains(rate) else { return "\(rate)" }
    throw Failure(.badData, "\(rate) Hz does not suit all, they have: \(reasons)")
  }
}
