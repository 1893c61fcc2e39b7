// The functions of convolved_arrays.h for lists, which it documents.
import CConvolved
import Glibc
import NPY
import NumPy

@_cdecl("convolved_dtype_size")
public func dtypeSize(_ dtype: convolved_dtype) -> Int { ElementType(dtype)?.bytes ?? 0 }

@_cdecl("convolved_shape")
public func listShape(
  _ a: UnsafePointer<convolved_array>?, _ v: UnsafePointer<convolved_array>?, _ mode: convolved_mode,
  _ length: UnsafeMutablePointer<Int>?, _ dtype: UnsafeMutablePointer<convolved_dtype>?
) -> convolved_error {
  result { () throws(CallError) in
    let a = try ArrayLayout(a, "a", dimensions: 1), v = try ArrayLayout(v, "v", dimensions: 1)
    let mode = try ConvolutionMode(mode)
    if a.count == 0 { throw CallError(CONVOLVED_ERROR_EMPTY, "a cannot be empty") }
    if v.count == 0 { throw CallError(CONVOLVED_ERROR_EMPTY, "v cannot be empty") }
    length?.pointee = mode.outputs(max(a.count, v.count), min(a.count, v.count)).count
    dtype?.pointee = ElementType.promoted(a.type, v.type).dtype
  }
}

@_cdecl("convolved_convolve")
public func convolveLists(
  _ a: UnsafePointer<convolved_array>?, _ v: UnsafePointer<convolved_array>?, _ mode: convolved_mode,
  _ options: UnsafePointer<convolved_options>?, _ result: UnsafeMutableRawPointer?, _ room: Int
) -> convolved_error {
  CAPI.result { () throws(CallError) in try write(.convolve, a, v, mode, options, result, room) }
}

@_cdecl("convolved_correlate")
public func correlateLists(
  _ a: UnsafePointer<convolved_array>?, _ v: UnsafePointer<convolved_array>?, _ mode: convolved_mode,
  _ options: UnsafePointer<convolved_options>?, _ result: UnsafeMutableRawPointer?, _ room: Int
) -> convolved_error {
  CAPI.result { () throws(CallError) in try write(.correlate, a, v, mode, options, result, room) }
}

private func write(
  _ operation: ListConvolution.Operation, _ a: UnsafePointer<convolved_array>?, _ v: UnsafePointer<convolved_array>?,
  _ mode: convolved_mode, _ options: UnsafePointer<convolved_options>?, _ result: UnsafeMutableRawPointer?, _ room: Int
) throws(CallError) {
  let a = try ArrayArgument(a, "a", dimensions: 1), v = try ArrayArgument(v, "v", dimensions: 1)
  let (mode, options) = (try ConvolutionMode(mode), try WorkOptions(options))
  func lists(_ a: StoredElements, _ v: StoredElements) throws(CallError) -> ListConvolution {
    do throws(NumPyError) {
      return try ListConvolution(operation, a, v, mode: mode, profile: options.profile, jobs: options.jobs)
    } catch {
      throw CallError(CONVOLVED_ERROR_EMPTY, error.message)
    }
  }
  let checked = try lists(a.elements, v.elements)
  let room = try resultRoom(result, room: room, count: checked.outputs.count, type: checked.type)
  let readableA = try ReadableArray(a), readableV = try ReadableArray(v)
  let work = try lists(readableA.elements, readableV.elements)
  do throws(WorkError) { try work.write(to: room, within: options.limits) } catch { throw CallError(error) }
}

@_cdecl("convolved_profile")
public func automaticProfile() -> UnsafePointer<CChar>? { automaticProfileName }

/// Never freed.
nonisolated(unsafe) private let automaticProfileName = UnsafePointer(strdup(Profile.automatic.rawValue))

extension ConvolutionMode {
  init(_ mode: convolved_mode) throws(CallError) {
    switch mode {
    case CONVOLVED_FULL: self = .full
    case CONVOLVED_SAME: self = .same
    case CONVOLVED_VALID: self = .valid
    default:
      throw CallError(
        CONVOLVED_ERROR_MODE, "mode is \(mode.rawValue): choose CONVOLVED_FULL (0), CONVOLVED_SAME (1) or CONVOLVED_VALID (2)")
    }
  }
}
