extension Status {
  /// Whether an output is np.convolve's sums, rounded half to even where the playback format rounds, ties included.
  public struct Exactness: Codable, Sendable, Equatable {
    public var exact: Bool
    /// Where it is exact: all sums are multiples of 2^grid. Nil for an output that is always silent.
    public var grid: Int?
    /// Why it is not exact.
    public var cause: String?

    public init(grid: Int?) { (exact, self.grid) = (true, grid) }

    public init(cause: String) { (exact, self.cause) = (false, cause) }
  }
}

extension Status.Exactness: CustomStringConvertible {
  public var description: String { cause.map { "no: \($0)" } ?? grid.map { "grid 2^\($0)" } ?? "silent" }

  /// All outputs in one line; what they have in common once.
  public static func line(_ outputs: [Status.Exactness]) -> String {
    let texts = outputs.map(\.description)
    if Set(texts).count == 1 { return texts[0] }
    return texts.enumerated().map { "output \($0) \($1)" }.joined(separator: "; ")
  }
}
