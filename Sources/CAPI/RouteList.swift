import CConvolved
import Convolution
import Vector

/// A caller's routes: checked before anything is allocated for them, then copied.
struct RouteList {
  private let routes: UnsafeBufferPointer<convolved_route>

  /// - Throws: the fault of the first faulty route; taps that are not finite are found by `copied`.
  init(_ start: UnsafePointer<convolved_route>?, count: Int, shape: Shape) throws(CallError) {
    guard 0...Int(CONVOLVED_MAX_ROUTES) ~= count else {
      throw CallError(
        CONVOLVED_ERROR_ROUTE, "count is \(UInt(bitPattern: count)): give at most \(CONVOLVED_MAX_ROUTES) routes")
    }
    guard start != nil || count == 0 else { throw CallError(CONVOLVED_ERROR_NULL, "routes is NULL, but count is \(count)") }
    routes = UnsafeBufferPointer(start: start, count: count)
    for (index, route) in routes.enumerated() { try Self.check(route, index, shape) }
  }

  private static func check(_ route: convolved_route, _ index: Int, _ shape: Shape) throws(CallError) {
    let (from, to) = (Int(route.from), Int(route.to))
    guard 0..<shape.inputs ~= from, 0..<shape.outputs ~= to else {
      throw CallError(.routeOutOfRange(from: from, to: to, inputs: shape.inputs, outputs: shape.outputs), route: index)
    }
    guard route.count != 0 else { throw CallError(.emptyKernel, route: index) }
    guard 1...Int(CONVOLVED_MAX_TAPS) ~= route.count else {
      throw CallError(
        CONVOLVED_ERROR_TAPS,
        "routes[\(index)]: count is \(UInt(bitPattern: route.count)): give at most \(CONVOLVED_MAX_TAPS) taps")
    }
    guard route.taps != nil else { throw CallError(CONVOLVED_ERROR_NULL, "routes[\(index)]: taps is NULL") }
    guard route.gain.isFinite, route.delay >= 0 else {
      throw CallError(.routeNotPossible(gain: route.gain, delay: Int(route.delay)), route: index)
    }
    guard route.delay <= Int64(CONVOLVED_MAX_DELAY) else {
      throw CallError(
        CONVOLVED_ERROR_DELAY, "routes[\(index)]: delay is \(route.delay) frames: choose at most \(CONVOLVED_MAX_DELAY)")
    }
  }

  /// For each route, its taps and the frames before them.
  var lengths: [(taps: Int, delay: Int)] { routes.map { (Int($0.count), Int($0.delay)) } }

  /// - Parameter known: the responses of former routes: one whose taps the route of the same place still has is taken as it is.
  /// - Complexity: O(taps).
  func copied(for precision: Precision, reusing known: [ImpulseResponse] = []) throws(CallError) -> [Route] {
    var copies: [Route] = []
    for (index, route) in routes.enumerated() {
      let taps = UnsafeBufferPointer(start: route.taps, count: Int(route.count))
      do throws(ConvolutionError) {
        let isKnown = index < known.count && known[index].equals(taps)
        let response = isKnown ? known[index] : try ImpulseResponse(taps)
        copies.append(
          Route(from: Int(route.from), to: Int(route.to), response: response, gain: route.gain, delay: Int(route.delay)))
      } catch {
        throw CallError(error, route: index)
      }
      try checkLevel(copies[index], index, precision)
    }
    return copies
  }

  /// No value of a spectrum exceeds the sum of the magnitudes.
  private func checkLevel(_ route: Route, _ index: Int, _ precision: Precision) throws(CallError) {
    let most = precision == .float32 ? Double(Float.greatestFiniteMagnitude) : .greatestFiniteMagnitude
    // Far below it, roundings make no difference.
    if route.response.magnitudes * abs(route.gain) < most / 2 { return }
    let sum = route.response.taps.reduce(0) { $0 + abs($1 * route.gain) }
    guard precision == .float32 ? Float(sum).isFinite : sum.isFinite else {
      throw CallError(
        CONVOLVED_ERROR_NUMBER,
        "routes[\(index)]: the magnitudes of the taps times gain \(route.gain) add up to \(sum), too much for \(precision):"
          + " lower them")
    }
  }
}
