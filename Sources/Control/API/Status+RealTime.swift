extension Status {
  /// What the system granted to the audio thread, read back.
  public struct RealTime: Codable, Sendable, Equatable {
    /// Scheduling policy, as sched(7) names it.
    public var policy = ""
    public var priority = 0
    /// Memory of the process that cannot be paged out, and what of it the audio thread needs.
    public var lockedBytes = 0
    public var neededBytes = 0
    public var denormalsFlushed = false
    /// Who sets the processors' frequency; several are separated by commas; nil where the system does not say.
    public var governor: String?
    public var limits = Limits(priority: nil, lockedBytes: nil, microseconds: nil)
    /// What was not granted, and how to grant it.
    public var warnings: [String] = []

    /// What the process may ask for, as getrlimit(2) has it; nil: no limit.
    public struct Limits: Codable, Sendable, Equatable {
      /// RLIMIT_RTPRIO: the highest real-time priority.
      public var priority: Int?
      /// RLIMIT_MEMLOCK
      public var lockedBytes: Int?
      /// RLIMIT_RTTIME: how long a real-time thread may run without a pause.
      public var microseconds: Int?

      public init(priority: Int?, lockedBytes: Int?, microseconds: Int?) {
        self.priority = priority
        self.lockedBytes = lockedBytes
        self.microseconds = microseconds
      }
    }

    public init() {}

    /// In one line, as status and log have it.
    public var summary: String {
      let priority = priority > 0 ? " at priority \(priority)" : ""
      let denormals = denormalsFlushed ? "flushed" : "not flushed"
      return "\(policy)\(priority), \(Self.mebibytes(lockedBytes)) locked, \(Self.mebibytes(neededBytes)) needed, denormals \(denormals)"
        + (governor.map { ", governor \($0)" } ?? "")
    }

    /// With one decimal.
    public static func mebibytes(_ bytes: Int) -> String {
      let tenths = Int((Double(bytes.magnitude) * 10 / 1_048_576).rounded())
      return "\(bytes < 0 ? "-" : "")\(tenths / 10).\(tenths % 10) MiB"
    }
  }
}
