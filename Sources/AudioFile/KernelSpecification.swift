extension Kernel {
  /// Whether a command names a kernel by what it is instead of a file.
  public static func isSpecification(_ text: String) -> Bool { text == "dirac" || text.hasPrefix("taps:") }

  /// "taps:0.5,1,0.5", or "dirac": one tap of 1.
  public init(specification: String) throws(AudioFileError) {
    if specification == "dirac" {
      try self.init(channels: [[1]], name: specification, layout: "unit impulse, 1 tap")
      return
    }
    guard specification.hasPrefix("taps:") else {
      throw AudioFileError(.specification, "\(specification): it is no kernel: write taps:0.5,1,0.5 or dirac")
    }
    var taps: [Double] = []
    for item in specification.dropFirst("taps:".count).split(separator: ",", omittingEmptySubsequences: false) {
      guard let tap = Double(item) else {
        throw AudioFileError(.specification, "\(specification): \"\(item)\" is no number: write taps:0.5,1,0.5")
      }
      taps.append(tap)
    }
    if let tap = taps.firstIndex(where: { !$0.isFinite }) {
      throw AudioFileError(.specification, "\(specification): tap \(tap) is \(taps[tap]): every tap must be a finite number")
    }
    try self.init(channels: [taps], name: specification, layout: "list, \(count(taps.count, "tap"))")
  }
}
