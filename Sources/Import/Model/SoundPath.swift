import Numbers

/// A step of a path that is no gain and no delay.
enum PathKernel: Hashable, Sendable {
  /// Filters of an equaliser, one a line.
  case lines([String])
  /// `lowpass:LR4@2000`, `graphic:GraphicEQ: ...`, `taps:0.5,1`.
  case words(String)
  case file(KernelFile)
}

/// A way of the sound from an input to wherever it is by now.
struct SoundPath: Hashable, Sendable {
  /// Channel of the capture device, from 0.
  var from: Int
  /// May be negative: the other polarity.
  var factor = 1.0
  /// Frames.
  var delay = 0
  var kernels: [PathKernel] = []
  /// What the configuration calls it, if it has a name.
  var name: String?
  /// Where its last step stands.
  var line = 1

  /// The same way, with filters that follow each other as one list.
  var merged: SoundPath {
    var result = self
    var lines: [String] = []
    var place: Int?
    result.kernels = []
    for kernel in kernels {
      guard case .lines(let more) = kernel else {
        result.kernels.append(kernel)
        continue
      }
      lines += more
      if place == nil {
        place = result.kernels.count
        result.kernels.append(.lines([]))
      }
    }
    if let place { result.kernels[place] = .lines(lines) }
    return result
  }

  mutating func amplify(decibels: Double) { factor *= magnitude(decibels: decibels) }
}

/// A channel: the sum of all paths that end in it.
struct Channel: Sendable {
  var paths: [SoundPath] = []

  /// What a device captures.
  static func input(_ channel: Int) -> Channel { Channel(paths: [SoundPath(from: channel)]) }

  mutating func apply(_ step: (inout SoundPath) -> Void) {
    for index in paths.indices { step(&paths[index]) }
  }

  mutating func amplify(by factor: Double) { apply { $0.factor *= factor } }

  mutating func append(_ kernel: PathKernel, line: Int) {
    apply {
      $0.kernels.append(kernel)
      $0.line = line
    }
  }

  /// The most paths of all channels.
  static let mostPaths = 4_096

  /// The sum of channels.
  static func sum(_ channels: [Channel]) -> Channel {
    var (order, sums) = ([SoundPath](), [SoundPath: Double]())
    for path in channels.flatMap(\.paths) {
      var key = path.merged
      (key.factor, key.line, key.name) = (1, 1, nil)
      if sums[key] == nil { order.append(path) }
      sums[key, default: 0] += path.factor
    }
    return Channel(
      paths: order.compactMap { path in
        var (key, result) = (path.merged, path)
        (key.factor, key.line, key.name) = (1, 1, nil)
        result.factor = sums[key] ?? 0
        return result.factor == 0 ? nil : result
      })
  }
}
