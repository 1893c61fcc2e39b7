import FoundationEssentials

/// An event of `GET /v1/events`.
public enum Event: Sendable, Equatable {
  case state(State)
  case levels(Levels)
  case xruns(Status.Xruns)
  case changes(Changes)
  /// How the audio thread runs. Sent when that changes.
  case realtime(Status.RealTime)

  /// Sent when a member changes.
  public struct State: Codable, Sendable, Equatable {
    public var state: Status.State
    public var cause: String?
    public var devices: Status.Devices
  }

  /// Sent a few times a second.
  public struct Levels: Codable, Sendable, Equatable {
    /// Peaks since the last such event, one a channel, in dBFS; nil: silence.
    public var inputs: [Double?]
    public var outputs: [Double?]
    public var load: Status.Load
    public var latency: Status.Latency
    /// Samples out of the playback format's range, since the start.
    public var clipped: Int
    /// Nil from a daemon that does not send them.
    public var guards: Status.Guards?
  }

  /// Sent when a member changes.
  public struct Changes: Codable, Sendable, Equatable {
    public var changes: Int
    public var filters: [Status.Filter]
    public var plan: String
    public var output: Status.Output
    public var rollback: String?
    public var differsFromFile: Bool
    /// The preset that is in force, unchanged; nil: none.
    public var preset: String?
    /// All that there are; nil from a daemon that does not send them.
    public var presets: [Status.Preset]?
  }

  public static let contentType = "text/event-stream"

  /// All events of a status.
  package static func all(_ status: Status) -> [Event] {
    [
      .state(State(state: status.state, cause: status.cause, devices: status.devices)), .xruns(status.xruns),
      .changes(
        Changes(
          changes: status.changes, filters: status.filters, plan: status.plan, output: status.output, rollback: status.rollback,
          differsFromFile: status.differsFromFile, preset: status.preset, presets: status.presets)),
      .realtime(status.realtime),
      .levels(
        Levels(
          inputs: status.levels.inputs, outputs: status.levels.outputs, load: status.load, latency: status.latency,
          clipped: status.clipped, guards: status.guards)),
    ]
  }

  public var name: String {
    switch self {
    case .state: "state"
    case .levels: "levels"
    case .xruns: "xruns"
    case .changes: "changes"
    case .realtime: "realtime"
    }
  }

  private var document: any Encodable {
    switch self {
    case .state(let document): document
    case .levels(let document): document
    case .xruns(let document): document
    case .changes(let document): document
    case .realtime(let document): document
    }
  }

  /// As it is sent, its document on one line; nil where that holds a number that JSON does not have.
  package var bytes: [UInt8]? {
    guard let document = json else { return nil }
    return Array("event: \(name)\ndata: ".utf8) + document + Array("\n\n".utf8)
  }

  private var json: [UInt8]? { if case .levels(let levels) = self { levels.json } else { encoded } }

  /// The document, as JSONEncoder writes it.
  package var encoded: [UInt8]? {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(document)).map { Array($0) }
  }

  /// Reads an event's lines; nil for one that is not known.
  package init?(lines: [Substring]) {
    func value(_ field: String) -> Substring? { lines.first { $0.hasPrefix(field + ": ") }?.dropFirst(field.count + 2) }
    guard let name = value("event"), let data = value("data").map({ Data($0.utf8) }) else { return nil }
    let decoder = JSONDecoder()
    let event: Event? =
      switch name {
      case "state": (try? decoder.decode(State.self, from: data)).map { .state($0) }
      case "levels": (try? decoder.decode(Levels.self, from: data)).map { .levels($0) }
      case "xruns": (try? decoder.decode(Status.Xruns.self, from: data)).map { .xruns($0) }
      case "changes": (try? decoder.decode(Changes.self, from: data)).map { .changes($0) }
      case "realtime": (try? decoder.decode(Status.RealTime.self, from: data)).map { .realtime($0) }
      default: nil
      }
    guard let event else { return nil }
    self = event
  }
}
