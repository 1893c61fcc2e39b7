import FoundationEssentials

/// What `PATCH /v1/filters` changes of one filter: what is nil stays as it is.
public struct FilterChange: Codable, Sendable, Equatable {
  /// Path of a kernel file, from the configuration's folder, or a specification (`dirac`, `taps:0.5,1`).
  public var kernel: String?
  /// Channel of the kernel file, from 0; nil: 0.
  public var channel: Int?
  /// dB: -200 to 60.
  public var gain: Double?
  /// Frames: 0 to 1,048,576.
  public var delay: Int?

  public init(kernel: String? = nil, channel: Int? = nil, gain: Double? = nil, delay: Int? = nil) {
    self.kernel = kernel
    self.channel = channel
    self.gain = gain
    self.delay = delay
  }
}

/// The answer to it: all filters as they are now.
public struct FilterList: Codable, Sendable, Equatable {
  public var filters: [Status.Filter]

  public init(filters: [Status.Filter]) { self.filters = filters }
}

extension FilterChange {
  private enum Member: Decodable {
    case text(String)
    case number(Double)
    case other

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let text = try? container.decode(String.self) {
        self = .text(text)
      } else if let number = try? container.decode(Double.self) {
        self = .number(number)
      } else {
        self = .other
      }
    }
  }

  /// Reads the body of `PATCH /v1/filters`: changes by the filters' names.
  static func read(json: [UInt8]) throws(Problem) -> [String: FilterChange] {
    guard let filters = try? JSONDecoder().decode([String: [String: Member]].self, from: Data(json)) else {
      throw Problem(
        status: 400, detail: "the body must be a JSON object of filters, as in {\"left\": {\"gain\": -3, \"delay\": 480}}")
    }
    guard !filters.isEmpty else { throw Problem(status: 400, detail: "nothing is to be changed: name at least one filter") }
    var changes: [String: FilterChange] = [:]
    for (name, members) in filters.sorted(by: { $0.key < $1.key }) { changes[name] = try FilterChange(members, of: name) }
    return changes
  }

  private init(_ members: [String: Member], of filter: String) throws(Problem) {
    self.init()
    func refusal(_ reason: String) -> Problem { Problem(status: 400, detail: "\(filter.prefix(64)): \(reason)") }
    guard !members.isEmpty else { throw refusal("nothing is to be changed: give `kernel`, `gain` or `delay`") }
    for (name, member) in members.sorted(by: { $0.key < $1.key }) {
      switch (name, member) {
      case ("kernel", .text(let text)) where !text.isEmpty && !text.utf8.contains(0): kernel = text
      case ("kernel", _): throw refusal("`kernel` must be a path or a specification, as in \"taps:0.5,1\"")
      case ("channel", .number(let value)) where (0...Double(Route.maximumChannel)).contains(value) && value == value.rounded():
        channel = Int(value)
      case ("channel", _): throw refusal("`channel` must be a whole number from 0 to \(Route.maximumChannel)")
      case ("gain", .number(let value)) where (-200...60).contains(value): gain = value
      case ("gain", _): throw refusal("`gain` must be a number from -200 to 60 dB")
      case ("delay", .number(let value)) where (0...1_048_576).contains(value) && value == value.rounded(): delay = Int(value)
      case ("delay", _): throw refusal("`delay` must be a whole number from 0 to 1048576 frames")
      default: throw refusal("`\(name.prefix(40))` is unknown: the members are `kernel`, `channel`, `gain` and `delay`")
      }
    }
    guard channel == nil || kernel != nil else { throw refusal("`channel` is that of a kernel file: give `kernel` too") }
  }
}
