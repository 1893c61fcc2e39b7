/// The channels of Equalizer APO: the device's, and those that a Copy has made.
struct APOChannels {
  private(set) var order: [String]
  private var channels: [String: Channel]
  private let count: Int

  private static let names = ["L", "R", "C", "LFE", "RL", "RR", "SL", "SR"]
  private static let others = ["SUB": "LFE", "LF": "L", "RF": "R", "BL": "RL", "BR": "RR"]
  private static let most = 256

  init(count: Int) {
    self.count = count
    order = (0..<count).map(Self.name(at:))
    channels = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($0.element, .input($0.offset)) })
  }

  private static func name(at index: Int) -> String { index < names.count ? names[index] : "\(index + 1)" }

  /// A name as all have it: in capitals, and for a number the channel's.
  static func name(_ text: Substring) -> String {
    let upper = text.uppercased()
    if let number = wholeNumber(upper), (1...64).contains(number) { return name(at: number - 1) }
    return others[upper] ?? upper
  }

  /// The place of a device's channel, from 0; nil of another one.
  static func index(_ name: String) -> Int? {
    names.firstIndex(of: name) ?? wholeNumber(name).flatMap { (1...64).contains($0) ? $0 - 1 : nil }
  }

  /// Nil where there is none of the name.
  subscript(name: String) -> Channel? { channels[name] }

  /// - Returns: whether there is room for it.
  mutating func set(_ name: String, to channel: Channel) -> Bool {
    if channels[name] == nil {
      guard order.count < Self.most else { return false }
      order.append(name)
    }
    channels[name] = channel
    return true
  }

  var outputs: [Channel] { order.prefix(count).map { channels[$0] ?? Channel() } }

  var pathCount: Int { channels.values.reduce(0) { $0 + $1.paths.count } }

  /// As another stage finds them: the device's alone.
  var mixed: APOChannels {
    var result = APOChannels(count: count)
    for name in order.prefix(count) { _ = result.set(name, to: channels[name] ?? Channel()) }
    return result
  }
}
