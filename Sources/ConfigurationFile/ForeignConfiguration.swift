import Numbers

/// Configurations of other programs, told by words that only they have.
package struct ForeignConfiguration {
  /// The program.
  package let name: String
  /// Where its first such word stands, from 1.
  let line: Int

  /// Programs whose configurations can be imported.
  package static let importable: Set = ["CamillaDSP", "BruteFIR", "Equalizer APO", "jconvolver", "convolver"]

  private struct Sign {
    var name: String
    /// What a line begins with, of which so many kinds must be there.
    var beginnings: [String]
    var least: Int
  }

  private static let signs = [
    Sign(name: "CamillaDSP", beginnings: ["devices:", "pipeline:", "mixers:", "processors:"], least: 2),
    Sign(name: "CamillaDSP", beginnings: ["devices:", "samplerate:", "chunksize:", "enable_rate_adjust:"], least: 2),
    Sign(
      name: "BruteFIR",
      beginnings: [
        "sampling_rate:", "filter_length:", "float_bits:", "convolver_config:", "coeff \"", "filter \"", "input \"", "output \"",
      ],
      least: 2),
    Sign(name: "Equalizer APO", beginnings: ["preamp:", "filter:", "convolution:", "graphiceq:", "include:"], least: 2),
    Sign(name: "Equalizer APO", beginnings: ["preamp:", "filter 1:", "filter  1:", "convolution:", "graphiceq:"], least: 1),
    Sign(name: "jconvolver", beginnings: ["/convolver/new", "/impulse/read", "/input/name", "/output/name"], least: 1),
    Sign(name: "PipeWire", beginnings: ["context.modules", "filter.graph", "{ name = libpipewire-module-filter-chain"], least: 1),
    Sign(name: "EasyEffects", beginnings: ["\"plugins_order\"", "\"convolver#0\"", "\"convolver\""], least: 1),
    Sign(name: "ALSA", beginnings: ["pcm.", "ctl.", "pcm_slave."], least: 1),
  ]

  package init?(_ bytes: [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    if text.hasLongMarkRuns { return nil }
    let whole = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    // Only ours has these at the top. Lines of an equaliser may stand in it as in another's.
    if whole.contains(where: { $0.hasPrefix("capture:") || $0.hasPrefix("playback:") }) { return nil }
    if let first = whole.first, Self.isConvolver(first) {
      (name, line) = ("convolver", 1)
      return
    }
    let lines = whole.map { $0.drop(while: \.isWhitespace).lowercased() }
    for sign in Self.signs {
      let found = sign.beginnings.compactMap { beginning in lines.firstIndex { $0.hasPrefix(beginning) } }
      guard found.count >= sign.least, let first = found.min() else { continue }
      (name, line) = (sign.name, first + 1)
      return
    }
    return nil
  }

  /// Rate, inputs, outputs and a mask.
  private static func isConvolver(_ line: Substring) -> Bool {
    let words = line.split(whereSeparator: \.isWhitespace)
    return words.count == 4 && words.prefix(3).allSatisfy { $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
      && Int(words[3], radix: 16) != nil
  }

  /// - Parameter file: its name, if it has one.
  func fault(file: String?) -> ConfigurationFault {
    let counterparts = "docs/migration.md (/usr/share/doc/convolved) has the counterparts of its settings"
    let command = "convolvectl import \(file ?? "FILE")"
    return ConfigurationFault(
      line: line,
      message: "this is a configuration of \(name), and convolved has its own: "
        + (Self.importable.contains(name)
          ? "`\(command)` makes one of it; \(counterparts)" : "convolved.yaml(5) has its keys, and \(counterparts)"))
  }
}
