import CAPI
import CConvolved

/// Our convolver as C has it: the functions of `convolved.h`.
class OursByC {
  let name: String
  let plan: String
  fileprivate let handle: OpaquePointer

  init(_ material: Material, _ precision: convolved_precision) throws {
    let cell = material.cell
    let taps = material.kernels.map { row in row.map { kernel in kernel.map { Double($0) } } }
    var made: OpaquePointer?
    var routes: [convolved_route] = []
    var held: [UnsafeMutablePointer<Double>] = []
    defer { for kernel in held { kernel.deallocate() } }
    for (to, row) in taps.enumerated() {
      for (from, kernel) in row.enumerated() {
        let copy = UnsafeMutablePointer<Double>.allocate(capacity: kernel.count)
        copy.initialize(from: kernel, count: kernel.count)
        held.append(copy)
        routes.append(convolved_make_route(Int32(from), Int32(to), copy, kernel.count))
      }
    }
    let result = create(&made, Int32(cell.block), Int32(cell.channels), Int32(cell.channels), precision, &routes, routes.count)
    guard result == CONVOLVED_OK, let made else { throw Refused(code: result.rawValue) }
    handle = made
    name = "the C interface"
    var text = [CChar](repeating: 0, count: 256)
    _ = CAPI.plan(made, &text, text.count)
    plan = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { destroy(handle) }

  private struct Refused: Error { var code: UInt32 }
}

/// Float32 within, float32 samples.
final class OursByC32: OursByC, Contender {
  init(_ material: Material) throws { try super.init(material, CONVOLVED_FLOAT32) }

  func process(_ x: UnsafePointer<UnsafePointer<Float>>, to y: UnsafePointer<UnsafeMutablePointer<Float>>) {
    _ = CAPI.process(handle, optional(x), optional(y))
  }
}

/// Float64 within, float64 samples.
final class OursByC64: OursByC, Contender {
  init(_ material: Material) throws { try super.init(material, CONVOLVED_FLOAT64) }

  func process(_ x: UnsafePointer<UnsafePointer<Double>>, to y: UnsafePointer<UnsafeMutablePointer<Double>>) {
    _ = CAPI.process(handle, optional(x), optional(y))
  }
}

/// A list of pointers as C takes it, any of which could be NULL.
private func optional<P>(_ list: UnsafePointer<P>) -> UnsafePointer<P?> {
  UnsafeRawPointer(list).assumingMemoryBound(to: P?.self)
}
