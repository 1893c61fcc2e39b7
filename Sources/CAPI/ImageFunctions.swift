// The functions of convolved_arrays.h for images, which it documents.
import CConvolved
import NPY
import NumPy

@_cdecl("convolved_shape_2d")
public func imageShape(
  _ image: UnsafePointer<convolved_array>?, _ kernel: UnsafePointer<convolved_array>?, _ mode: convolved_mode,
  _ shape: UnsafeMutablePointer<Int>?, _ dtype: UnsafeMutablePointer<convolved_dtype>?
) -> convolved_error {
  result { () throws(CallError) in
    let image = try ArrayLayout(image, "image", dimensions: 2), kernel = try ArrayLayout(kernel, "kernel", dimensions: 2)
    let (mode, type) = (try ConvolutionMode(mode), try imageType(image, kernel))
    let outputs: [Int]
    do throws(NumPyError) { outputs = try ImageConvolution.shape(image.shape, kernel.shape, mode: mode) } catch {
      throw CallError(CONVOLVED_ERROR_LENGTH, error.message)
    }
    if let shape { (shape[0], shape[1]) = (outputs[0], outputs[1]) }
    dtype?.pointee = type.dtype
  }
}

@_cdecl("convolved_convolve_2d")
public func convolveImages(
  _ image: UnsafePointer<convolved_array>?, _ kernel: UnsafePointer<convolved_array>?, _ mode: convolved_mode,
  _ boundary: convolved_boundary, _ fill: UnsafeRawPointer?, _ options: UnsafePointer<convolved_options>?,
  _ result: UnsafeMutableRawPointer?, _ room: Int
) -> convolved_error {
  CAPI.result { () throws(CallError) in
    let image = try ArrayArgument(image, "image", dimensions: 2), kernel = try ArrayArgument(kernel, "kernel", dimensions: 2)
    let (mode, boundary, options) = (try ConvolutionMode(mode), try ImageBoundary(boundary), try WorkOptions(options))
    let type = try imageType(image.layout, kernel.layout)
    func images(_ image: StoredImage, _ kernel: StoredImage) throws(CallError) -> ImageConvolution {
      do throws(NumPyError) {
        return try ImageConvolution(image, kernel, mode: mode, boundary: boundary, jobs: options.jobs)
      } catch {
        throw CallError(CONVOLVED_ERROR_LENGTH, error.message)
      }
    }
    let (shape, kernelShape) = (image.layout.shape, kernel.layout.shape)
    let checked = try images(StoredImage(image.elements, shape: shape), StoredImage(kernel.elements, shape: kernelShape))
    let room = try resultRoom(result, room: room, count: checked.shape[0] * checked.shape[1], type: type)
    let readableImage = try ReadableArray(image), readableKernel = try ReadableArray(kernel)
    let work = try images(
      StoredImage(readableImage.elements, shape: shape), StoredImage(readableKernel.elements, shape: kernelShape))
    do throws(WorkError) { try work.write(to: room, fill: fill, within: options.limits) } catch { throw CallError(error) }
  }
}

/// The type of a result.
private func imageType(_ image: ArrayLayout, _ kernel: ArrayLayout) throws(CallError) -> ElementType {
  let type = ElementType.promoted(image.type, kernel.type)
  guard ImageConvolution.isAvailable(type) else {
    throw CallError(
      CONVOLVED_ERROR_DTYPE, "convolve2d not available for this type: \(image.type.rawValue) with \(kernel.type.rawValue)")
  }
  return type
}

extension ImageBoundary {
  fileprivate init(_ boundary: convolved_boundary) throws(CallError) {
    switch boundary {
    case CONVOLVED_BOUNDARY_FILL: self = .fill
    case CONVOLVED_BOUNDARY_WRAP: self = .wrap
    case CONVOLVED_BOUNDARY_SYMM: self = .symm
    default:
      throw CallError(
        CONVOLVED_ERROR_MODE,
        "boundary is \(boundary.rawValue): choose CONVOLVED_BOUNDARY_FILL (0), _WRAP (1) or _SYMM (2)")
    }
  }
}
