import Glibc

/// The shares of their time that the real-time threads take, by prediction or as measured: of a block's duration for the audio thread,
/// and of a job's for each worker.
package struct PredictedLoad: Sendable, Equatable {
  package var audioThread = 0.0
  package var workers: [Double] = []

  /// For nothing to convolve.
  package init() {}

  /// Of threads that are too late already: whatever takes their place is an improvement.
  package static let overload = PredictedLoad(audioThread: .infinity, workers: [.infinity])

  package init(audioThread: Double, workers: [Double]) { (self.audioThread, self.workers) = (audioThread, workers) }

  /// Share of the time of all processors.
  var processors: Double { (audioThread + workers.reduce(0, +)) / Double(Self.processorCount) }

  static let processorCount = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))

  static func + (one: Self, other: Self) -> Self {
    Self(audioThread: one.audioThread + other.audioThread, workers: one.workers + other.workers)
  }
}
