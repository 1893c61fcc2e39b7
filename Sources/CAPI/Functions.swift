// The functions of convolved.h, which documents them.
import CConvolved
import Convolution

private typealias InstancePointer = UnsafeMutablePointer<Instance>

@_cdecl("convolved_create")
public func create(
  _ made: UnsafeMutablePointer<OpaquePointer?>?, _ block: Int32, _ inputs: Int32, _ outputs: Int32,
  _ precision: convolved_precision, _ routes: UnsafePointer<convolved_route>?, _ count: Int
) -> convolved_error {
  made?.pointee = nil
  return result { () throws(CallError) in
    guard let made else { throw CallError(CONVOLVED_ERROR_NULL, "made is NULL: give the address of a pointer") }
    let shape = try Shape(block: block, inputs: inputs, outputs: outputs, precision: precision)
    let list = try RouteList(routes, count: count, shape: shape)
    try MemoryNeed(shape, lengths: list.lengths).check()
    let routes = try list.copied(for: shape.precision)
    let convolver = try shape.makeConvolver(routes)
    let instance = InstancePointer.allocate(capacity: 1)
    instance.initialize(to: Instance(shape, convolver, routes))
    made.pointee = OpaquePointer(instance)
  }
}

@_cdecl("convolved_process_f32") @_noLocks @_noAllocation
public func process(
  _ convolver: OpaquePointer?, _ input: UnsafePointer<UnsafePointer<Float>?>?,
  _ output: UnsafePointer<UnsafeMutablePointer<Float>?>?
) -> convolved_error {
  guard let convolver, let input, let output, InstancePointer(convolver).pointee.process(input, to: output) else {
    return CONVOLVED_ERROR_NULL
  }
  return CONVOLVED_OK
}

@_cdecl("convolved_process_f64") @_noLocks @_noAllocation
public func process(
  _ convolver: OpaquePointer?, _ input: UnsafePointer<UnsafePointer<Double>?>?,
  _ output: UnsafePointer<UnsafeMutablePointer<Double>?>?
) -> convolved_error {
  guard let convolver, let input, let output, InstancePointer(convolver).pointee.process(input, to: output) else {
    return CONVOLVED_ERROR_NULL
  }
  return CONVOLVED_OK
}

@_cdecl("convolved_replace")
public func replace(
  _ convolver: OpaquePointer?, _ routes: UnsafePointer<convolved_route>?, _ count: Int, _ fade: Int
) -> convolved_error {
  result { () throws(CallError) in
    guard let convolver else { throw CallError(CONVOLVED_ERROR_NULL, "convolver is NULL") }
    guard 0...Int(CONVOLVED_MAX_FADE) ~= fade else {
      throw CallError(
        CONVOLVED_ERROR_FADE, "fade is \(UInt(bitPattern: fade)) frames: choose at most \(CONVOLVED_MAX_FADE)")
    }
    let instance = InstancePointer(convolver)
    let shape = instance.pointee.shape
    let list = try RouteList(routes, count: count, shape: shape)
    try MemoryNeed(shape, lengths: list.lengths, fadeFrames: fade).check()
    try instance.pointee.replace(list, fadeFrames: fade)
  }
}

@_cdecl("convolved_is_changing")
public func isChanging(_ convolver: OpaquePointer?) -> Int32 {
  guard let convolver else { return 0 }
  return InstancePointer(convolver).pointee.isChanging() ? 1 : 0
}

@_cdecl("convolved_reset") @_noLocks @_noAllocation
public func reset(_ convolver: OpaquePointer?) -> convolved_error {
  guard let convolver else { return CONVOLVED_ERROR_NULL }
  return InstancePointer(convolver).pointee.reset() ? CONVOLVED_OK : CONVOLVED_ERROR_BUSY
}

@_cdecl("convolved_latency") @_noLocks @_noAllocation
public func latency(_ convolver: OpaquePointer?) -> Int32 { 0 }

@_cdecl("convolved_plan")
public func plan(_ convolver: OpaquePointer?, _ text: UnsafeMutablePointer<CChar>?, _ size: Int) -> Int {
  let description = convolver.map { InstancePointer($0).pointee.planDescription() } ?? ""
  guard let text, size > 0 else { return description.utf8.count }
  let kept = description.utf8.prefix(size - 1)
  for (index, byte) in kept.enumerated() { text[index] = CChar(bitPattern: byte) }
  text[kept.count] = 0
  return description.utf8.count
}

@_cdecl("convolved_destroy")
public func destroy(_ convolver: OpaquePointer?) {
  guard let convolver else { return }
  let instance = InstancePointer(convolver)
  instance.deinitialize(count: 1)
  instance.deallocate()
}
