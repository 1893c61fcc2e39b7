/// Where words find what they name.
public struct WordSource {
  /// The bytes of a text.
  public var text: (_ name: String) throws(DesignError) -> [UInt8]
  /// The taps of each channel of a kernel, at the rate.
  public var taps: (_ name: String) throws(DesignError) -> [[Double]]
  /// Whether messages may quote what a file holds.
  public var quotes: Bool
  /// How much memory transforms may take.
  public var mostBytes: Int
  /// Whether there is room for a kernel of so many channels and taps, of which some are made. Asked before each channel.
  public var checkRoom: (_ channels: Int, _ taps: Int, _ made: Int) throws(DesignError) -> Void = { _, _, _ in }

  public init(
    quotes: Bool, mostBytes: Int = .max, text: @escaping (_ name: String) throws(DesignError) -> [UInt8],
    taps: @escaping (_ name: String) throws(DesignError) -> [[Double]]
  ) {
    (self.quotes, self.mostBytes, self.text, self.taps) = (quotes, mostBytes, text, taps)
  }
}
