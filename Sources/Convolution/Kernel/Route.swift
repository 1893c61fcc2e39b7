/// One path of a matrix: from an input through a kernel to an output.
public struct Route: Sendable, Hashable {
  public var from: Int
  public var to: Int
  public var response: ImpulseResponse
  /// A factor on every tap. It costs nothing.
  public var gain: Double
  /// Frames by which the response is delayed. They cost nothing but history.
  public var delay: Int

  public init(from: Int, to: Int, response: ImpulseResponse, gain: Double = 1, delay: Int = 0) {
    self.from = from
    self.to = to
    self.response = response
    self.gain = gain
    self.delay = delay
  }

  /// The range of the taps that are not zero, as delays in frames; empty if there is none.
  var extent: Range<Int> {
    gain == 0 || response.extent.isEmpty ? 0..<0 : response.extent.lowerBound + delay..<response.extent.upperBound + delay
  }
}

// MARK: Cut in two at a frame

extension Route {
  /// The part with delays below `frame` frames; nil if it is empty.
  public func head(before frame: Int) -> Route? {
    part(extent.clamped(to: 0..<max(0, frame)))
  }

  /// The part with delays from `frame` frames up, less `frame`; nil if it is empty.
  public func tail(from frame: Int) -> Route? {
    var route = part(extent.clamped(to: frame..<max(frame, extent.upperBound)))
    route?.delay -= frame
    return route
  }

  /// The taps with delays in `frames`, which are not copied; zeros before them become delay.
  private func part(_ frames: Range<Int>) -> Route? {
    guard !frames.isEmpty else { return nil }
    if frames == extent, delay == extent.lowerBound { return self }
    guard let response = try? ImpulseResponse(frames.lowerBound - delay..<frames.upperBound - delay, of: response) else { return nil }
    return Route(from: from, to: to, response: response, gain: gain, delay: frames.lowerBound)
  }
}
