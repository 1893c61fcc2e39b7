extension Status {
  /// Whether an output is np.convolve's sums, whatever the capture format holds. `Exact` says more.
  public struct Exactness: Codable, Sendable, Hashable {
    public var exact: Bool
    /// Where it is exact: all sums are multiples of 2^grid. Nil for an output that is always silent.
    public var grid: Int?
    /// Why it is not exact.
    public var cause: String?

    public init(grid: Int?) { (exact, self.grid) = (true, grid) }

    public init(cause: String) { (exact, self.cause) = (false, cause) }
  }
}
