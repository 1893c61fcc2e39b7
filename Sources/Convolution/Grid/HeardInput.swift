/// An input that an output hears, and for how long one of its samples matters to the output's sums.
public struct HeardInput: Sendable, Equatable {
  public private(set) var input: Int
  /// Frames, from the sample's own on, whose sums contain it.
  public private(set) var frames: Int
  /// Frames, from the sample's own on, whose rounding errors it enlarges if it is loud: those of all windows that contain it.
  public private(set) var roundedFrames: Int

  init(_ route: Route, plan: Plan) {
    (input, frames) = (route.from, route.extent.upperBound)
    roundedFrames = plan.levels.enumerated().reduce(frames) { latest, item in
      let (index, level) = item
      let taps = plan.taps(of: index, end: route.extent.upperBound)
      let partitions = partitionRange(of: route.extent, in: taps, size: level.size)
      return partitions.isEmpty ? latest : max(latest, level.offset + (partitions.upperBound + 1) * level.size)
    }
  }

  /// The same, `delay` frames later and as another input.
  func delayed(by delay: Int, as input: Int) -> HeardInput {
    var later = self
    later.input = input
    later.frames += delay
    later.roundedFrames += delay
    return later
  }

  /// Another path from the same input, heard too.
  mutating func add(_ other: HeardInput) {
    frames = max(frames, other.frames)
    roundedFrames = max(roundedFrames, other.roundedFrames)
  }
}
