// A route cut in two at a frame, which together are the whole.

extension Route {
  /// What is heard less than `frame` frames later; nil where that is nothing.
  public func head(before frame: Int) -> Route? {
    part(extent.clamped(to: 0..<max(0, frame)))
  }

  /// What is heard from `frame` frames on, as many frames earlier; nil where that is nothing.
  public func tail(from frame: Int) -> Route? {
    var route = part(extent.clamped(to: frame..<max(frame, extent.upperBound)))
    route?.delay -= frame
    return route
  }

  /// The taps that are heard in `frames`: silence before them becomes delay.
  private func part(_ frames: Range<Int>) -> Route? {
    guard !frames.isEmpty else { return nil }
    if frames == extent, delay == extent.lowerBound { return self }
    let taps = response.taps[frames.lowerBound - delay..<frames.upperBound - delay]
    guard let response = try? ImpulseResponse(Array(taps)) else { return nil }
    return Route(from: from, to: to, response: response, gain: gain, delay: frames.lowerBound)
  }
}
