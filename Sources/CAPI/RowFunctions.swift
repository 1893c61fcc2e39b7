// The function of convolved_arrays.h for rows, which it documents.
import CConvolved
import NPY
import NumPy

@_cdecl("convolved_convolve_rows")
public func convolveRows(
  _ dtype: convolved_dtype, _ rows: Int, _ x: UnsafePointer<convolved_rows>?, _ h: UnsafePointer<convolved_rows>?, _ first: Int,
  _ y: UnsafePointer<convolved_rows>?, _ options: UnsafePointer<convolved_options>?, _ bound: UnsafeMutablePointer<Double>?
) -> convolved_error {
  result { () throws(CallError) in
    let options = try WorkOptions(options)
    let type: ElementType
    switch dtype {
    case CONVOLVED_DTYPE_FLOAT32: type = .float32
    case CONVOLVED_DTYPE_FLOAT64: type = .float64
    default:
      throw CallError(
        CONVOLVED_ERROR_DTYPE, "dtype is \(dtype.rawValue): choose CONVOLVED_DTYPE_FLOAT32 (10) or CONVOLVED_DTYPE_FLOAT64 (11)")
    }
    let (x, h) = (try StoredRows(x, "x", rows, type), try StoredRows(h, "h", rows, type))
    let y = try StoredRows(y, "y", rows, type)
    for (name, operand) in [("x", x), ("h", h)] where operand.count == 0 {
      throw CallError(CONVOLVED_ERROR_EMPTY, "rows of \(name) have no values")
    }
    let all = x.count + h.count - 1
    guard UInt(bitPattern: first) <= UInt(all), y.count <= all - first else {
      throw CallError(
        CONVOLVED_ERROR_LENGTH,
        "first is \(UInt(bitPattern: first)) and y.count \(y.count), but a row with its kernel gives \(all) outputs")
    }
    if rows == 0 || y.count == 0 {
      bound?.pointee = 0
      return
    }
    guard y.count == 1 || y.stride != 0, rows == 1 || y.rowStride != 0 else {
      throw CallError(CONVOLVED_ERROR_LENGTH, "y has strides of 0 bytes: give each output a place of its own")
    }
    do throws(WorkError) {
      let largest = try NumPy.convolveRows(type, rows: rows, x, h, from: first, to: y, jobs: options.jobs, within: options.limits)
      bound?.pointee = largest
    } catch {
      throw CallError(error)
    }
  }
}

extension StoredRows {
  /// A caller's rows, checked.
  ///
  /// - Parameter name: of the argument.
  fileprivate init(_ rows: UnsafePointer<convolved_rows>?, _ name: String, _ count: Int, _ type: ElementType) throws(CallError) {
    guard let rows = rows?.pointee else { throw CallError(CONVOLVED_ERROR_NULL, "\(name) is NULL") }
    // So that no place of a value overflows.
    let most = 1 << 55
    guard 0...most ~= count, 0...most ~= rows.count else {
      throw CallError(
        CONVOLVED_ERROR_LENGTH,
        "\(name) has \(UInt(bitPattern: count)) rows of \(UInt(bitPattern: rows.count)) values, more than any memory holds")
    }
    for (stride, steps) in [(rows.stride, rows.count), (rows.row_stride, count)] {
      let (bytes, overflow) = stride.multipliedReportingOverflow(by: max(1, steps))
      guard !overflow, bytes.magnitude <= 1 << 60, stride % type.bytes == 0 else {
        throw CallError(
          CONVOLVED_ERROR_LENGTH,
          "\(name) has a stride of \(stride) bytes: choose a multiple of \(type.bytes) that stays in memory for \(steps) steps")
      }
    }
    guard let values = rows.values ?? (count == 0 || rows.count == 0 ? UnsafeMutableRawPointer(bitPattern: 64) : nil) else {
      throw CallError(CONVOLVED_ERROR_NULL, "\(name).values is NULL")
    }
    guard Int(bitPattern: values) % type.bytes == 0 else {
      throw CallError(CONVOLVED_ERROR_LENGTH, "\(name).values is not at a multiple of \(type.bytes) bytes, as \(type.rawValue) has to be")
    }
    self.init(values, count: rows.count, stride: rows.stride, rowStride: rows.row_stride)
  }
}
