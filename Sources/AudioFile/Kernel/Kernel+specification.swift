import Numbers
import Platform

extension Kernel {
  /// Whether `text` specifies a kernel instead of naming a file.
  public static func isSpecification(_ text: String) -> Bool {
    text == "dirac" || text == "diff" || text.hasPrefix("taps:") || text.hasPrefix("box:")
  }

  /// Lists the specifications, for help texts.
  public static let specificationHelp =
    "taps:0.5,1,0.5, box:N (moving average: N taps of 1/N), diff (central difference: taps 0.5,0,-0.5,"
    + " so that with mode same y[n] = (x[n+1] - x[n-1]) / 2) or dirac (taps:1)"

  /// Parses "taps:0.5,1,0.5"; "box:N", N taps of 1/N; "diff", the central difference; "dirac", one tap of 1.
  ///
  /// - Throws: the text is none of these, a tap is not finite, or a whole number is beyond 64 bits.
  public init(specification: String, limit: KernelLimit = .none) throws(AudioFileError) {
    switch specification {
    case "dirac":
      try self.init(channels: [[1]], name: specification, layout: "unit impulse, 1 tap")
      integers = [1]
    case "diff":
      // The interior of np.gradient: y[n] = (x[n+1] - x[n-1]) / 2 with mode same.
      try self.init(channels: [[0.5, 0, -0.5]], name: specification, layout: "central difference, 3 taps")
    default:
      if specification.hasPrefix("box:") {
        try self.init(box: specification, limit)
      } else if specification.hasPrefix("taps:") {
        try self.init(list: specification)
      } else {
        throw AudioFileError(.specification, "\(quotable(specification)): it is not a kernel: write taps:0.5,1,0.5, box:8, diff or dirac")
      }
    }
  }

  /// Throws as `init(specification:)` does, without making the taps.
  public static func check(specification: String) throws(AudioFileError) {
    if specification.hasPrefix("box:") { _ = try boxLength(specification) } else { _ = try Kernel(specification: specification) }
  }

  private static func boxLength(_ specification: String) throws(AudioFileError) -> Int {
    let longest = 1 << 24
    let digits = specification.dropFirst("box:".count)
    guard isWholeNumber(digits), let length = Int(digits), (1...longest).contains(length) else {
      throw AudioFileError(.specification, "\(quotable(specification)): a moving average has 1 to \(longest) taps: write box:8")
    }
    return length
  }

  private init(box specification: String, _ limit: KernelLimit) throws(AudioFileError) {
    let length = try Self.boxLength(specification)
    try limit.check(taps: length, channels: 1, name: specification)
    // The taps, and a copy of whoever works with them.
    try AudioFileError.checkMemory(saturatedProduct(length, 16), for: specification)
    let taps = [Double](repeating: 1 / Double(length), count: length)
    try self.init(channels: [taps], name: specification, layout: "moving average, \(quantity(length, "tap"))")
  }

  private init(list specification: String) throws(AudioFileError) {
    let items = specification.dropFirst("taps:".count).split(separator: ",", omittingEmptySubsequences: false)
    var taps: [Double] = []
    for item in items {
      guard let tap = decimalNumber(item) ?? (item.lowercased().contains("x") ? nil : Double(item)) else {
        throw AudioFileError(
          .specification, "\(quotable(specification)): \"\(quotable(item))\" is not a number: write decimal digits, as in taps:0.5,1,0.5")
      }
      guard tap.isFinite else {
        throw AudioFileError(
          .specification,
          "\(quotable(specification)): tap \(taps.count) is \(quotable(item)): every tap must be a finite number of float64")
      }
      taps.append(tap)
    }
    // A list may be as long as its kernel.
    try self.init(channels: [taps], name: quotable(specification, most: 200), layout: "list, \(quantity(taps.count, "tap"))")
    integers = try Self.integers(items, specification)
  }

  /// The list as integers, which NumPy takes it for if all items are whole numbers; nil otherwise.
  private static func integers(_ items: [Substring], _ specification: String) throws(AudioFileError) -> [Int64]? {
    guard items.allSatisfy(isWholeNumber) else { return nil }
    var integers: [Int64] = []
    for (index, item) in items.enumerated() {
      guard let integer = Int64(item) else {
        throw AudioFileError(
          .specification,
          "\(quotable(specification)): tap \(index) is \(quotable(item)), beyond 64 bits: write a decimal point, for floating point")
      }
      integers.append(integer)
    }
    return integers
  }

  private static func isWholeNumber(_ text: Substring) -> Bool {
    let digits = text.first == "-" || text.first == "+" ? text.dropFirst() : text
    return !digits.isEmpty && digits.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }
}
