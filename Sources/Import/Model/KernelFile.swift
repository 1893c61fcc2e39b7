import AudioFile

/// A file of taps that a path goes through.
struct KernelFile: Hashable, Sendable {
  /// From the root, or relative to the folder of files that are written beside the configuration (`isMade`).
  var path: String
  var isMade = false
  /// Of taps without a header; its own path is of no account.
  var raw: RawKernelFile?
  /// From 0.
  var channel = 0
  /// Channels of the file: one of several has to be chosen.
  var channels = 1
}

/// A file that is written beside the configuration.
package struct MadeFile: Sendable, Equatable {
  package enum Content: Sendable, Equatable {
    /// Taps of each channel, at a rate in Hz.
    case taps([[Double]], rate: Int)
    case bytes([UInt8])
  }

  /// Relative to the folder of such files. It may hold one folder.
  package var name: String
  package var content: Content
}
