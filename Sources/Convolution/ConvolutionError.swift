/// The reason why a convolver or a plan cannot be made.
public enum ConvolutionError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The kernel has no tap.
  case emptyKernel
  /// A tap is NaN or infinite.
  case tapNotFinite(index: Int, value: Double)
  /// A route starts or ends at a channel that does not exist.
  case routeOutOfRange(from: Int, to: Int, inputs: Int, outputs: Int)
  /// A gain is NaN or infinite, or a delay negative.
  case routeNotPossible(gain: Double, delay: Int)
  /// Nobody wants it any more.
  case cancelled
  /// The text of a plan that cannot be followed, and its fault.
  case plan(String, String)

  public var description: String {
    switch self {
    case .emptyKernel: "the kernel has no taps: give at least one"
    case .tapNotFinite(let index, let value): "tap \(index) of the kernel is \(value): every tap must be a finite number"
    case .routeOutOfRange(let from, let to, let inputs, let outputs):
      "a route leads from input \(from) to output \(to), but there are \(inputs) inputs and \(outputs) outputs, counted from 0"
    case .routeNotPossible(let gain, let delay):
      "a route has gain \(gain) and a delay of \(delay) frames: gains are finite factors, delays from 0 up"
    case .cancelled: "making it was broken off"
    case .plan(let text, let fault): "plan \"\(text)\": \(fault)"
    }
  }
}
