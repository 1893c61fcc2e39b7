import CConvolved
import Convolution
import Vector

/// The block, channels and precision of a convolver, checked.
struct Shape {
  var block: Int
  var inputs: Int
  var outputs: Int
  var precision: Precision

  /// - Throws: the first argument that is out of range.
  init(block: Int32, inputs: Int32, outputs: Int32, precision: convolved_precision) throws(CallError) {
    for (name, value, most) in [
      ("block", block, CONVOLVED_MAX_BLOCK), ("inputs", inputs, CONVOLVED_MAX_CHANNELS),
      ("outputs", outputs, CONVOLVED_MAX_CHANNELS),
    ] {
      guard 1...most ~= value else { throw CallError(CONVOLVED_ERROR_SIZE, "\(name) is \(value): choose 1 to \(most)") }
    }
    switch precision {
    case CONVOLVED_FLOAT32: self.precision = .float32
    case CONVOLVED_FLOAT64: self.precision = .float64
    default:
      throw CallError(
        CONVOLVED_ERROR_PRECISION, "precision is \(precision.rawValue): choose CONVOLVED_FLOAT32 (0) or CONVOLVED_FLOAT64 (1)")
    }
    (self.block, self.inputs, self.outputs) = (Int(block), Int(inputs), Int(outputs))
  }

  /// - Throws: the fault of a route.
  func makeConvolver(_ routes: [Route], reusing known: PreparedMatrix? = nil) throws(CallError) -> Convolver {
    do throws(ConvolutionError) {
      return try Convolver(
        block: block, inputs: inputs, outputs: outputs, routes: routes, precision: precision, reusing: known)
    } catch {
      throw CallError(error)
    }
  }
}
