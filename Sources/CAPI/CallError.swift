import CConvolved
import Convolution
import NPY
import NumPy

/// The reason why a call fails: its result, and the text of `convolved_message`.
struct CallError: Error {
  var code: convolved_error
  var message: String

  init(_ code: convolved_error, _ message: String) {
    (self.code, self.message) = (code, message)
  }

  /// - Parameter route: the index of the faulty route.
  init(_ error: ConvolutionError, route: Int? = nil) {
    code =
      switch error {
      case .emptyKernel: CONVOLVED_ERROR_TAPS
      case .tapNotFinite: CONVOLVED_ERROR_NUMBER
      case .routeOutOfRange, .plan: CONVOLVED_ERROR_ROUTE
      case .routeNotPossible(let gain, _): gain.isFinite ? CONVOLVED_ERROR_DELAY : CONVOLVED_ERROR_NUMBER
      case .cancelled: preconditionFailure("no call can be cancelled")
      }
    message = route.map { "routes[\($0)]: \(error)" } ?? "\(error)"
  }
}

extension CallError {
  /// Why work on arrays ended early.
  init(_ error: WorkError) {
    self =
      switch error {
      case .cancelled: CallError(CONVOLVED_ERROR_STOPPED, "stopped by the caller's function")
      case .memory(let bytes): CallError(CONVOLVED_ERROR_MEMORY, "the system refuses \(bytes) bytes: give shorter arrays, or free memory")
      }
  }
}

/// Runs `body`; if it throws, sets the thread's message and returns the error's code.
func result(of body: () throws(CallError) -> Void) -> convolved_error {
  do throws(CallError) {
    try body()
    return CONVOLVED_OK
  } catch {
    set_thread_message(error.message)
    return error.code
  }
}
