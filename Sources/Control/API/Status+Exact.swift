extension Status {
  /// For which signals an output is np.convolve's sums, rounded half to even where the playback format rounds, ties included.
  public struct Exact: Codable, Sendable, Equatable {
    /// The most bits of such a signal's samples, as they are, whatever the format in which they come. Nil: it is for none.
    public var signalBits: Int?
    /// Whether the capture format holds no other samples.
    public var always = false
    /// The sums of such signals are multiples of 2^grid. Nil for an output that is always silent.
    public var grid: Int?
    /// Why it is exact for no signal.
    public var cause: String?
    /// How far the sums of other signals lie from the exact ones at most; full scale is 1. Nil where nothing is known of it.
    public var bound: Double?
    /// By how many steps of the playback format other signals differ at most; nil: as `bound`, a format of floating point, or more
    /// than 2^53.
    public var steps: Int?

    public init() {}
  }
}

extension Status.Exact: CustomStringConvertible {
  public var description: String {
    if let cause { return "no: \(cause)" + rest("samples") }
    guard let grid else { return "always, silent" }
    if always { return "always, grid 2^\(grid)" }
    return "for signals of up to \(signalBits ?? 0) bits, grid 2^\(grid)" + rest("others")
  }

  /// How much other signals differ.
  private func rest(_ others: String) -> String {
    guard let bound, bound > 0 else { return "" }
    guard let steps else { return "; \(others) lie within 2^\(bound.exponent + 1) of the exact sums" }
    return "; \(others) differ by at most \(steps == 1 ? "one step, at ties" : "\(steps) steps")"
  }

  /// A line for all outputs of which the same is to be said.
  public static func lines(_ outputs: [Status.Exact]) -> [String] {
    let groups = Dictionary(grouping: outputs.indices) { outputs[$0].description }.sorted { $0.value[0] < $1.value[0] }
    if groups.count == 1 { return [groups[0].key] }
    return groups.map { text, outputs in
      "output\(outputs.count == 1 ? "" : "s") \(outputs.map(String.init).joined(separator: ", ")) \(text)"
    }
  }
}
