import CConvolved
import Glibc
import NPY
import NumPy
import Platform

/// The type and shape of a caller's array, checked.
struct ArrayLayout {
  let type: ElementType
  /// Rows and columns; of a list, its values and 1.
  let rows, columns: Int
  let count: Int

  /// - Parameters:
  ///   - name: of the argument.
  ///   - dimensions: 1 or 2.
  /// - Throws: the first fault.
  init(_ array: UnsafePointer<convolved_array>?, _ name: String, dimensions: Int) throws(CallError) {
    guard let array = array?.pointee else { throw CallError(CONVOLVED_ERROR_NULL, "\(name) is NULL") }
    type = try ElementType(array.dtype, name)
    // Swift takes a size_t for an Int.
    let rows = UInt(bitPattern: array.shape.0), columns = dimensions == 1 ? 1 : UInt(bitPattern: array.shape.1)
    let (count, overflow) = rows.multipliedReportingOverflow(by: columns)
    // An empty array may be as long as it likes along its other dimension, up to this limit.
    let most = UInt(Self.most)
    guard rows <= most, columns <= most, !overflow, count <= most else {
      let shape = dimensions == 1 ? "\(rows)" : "\(rows) x \(columns)"
      throw CallError(CONVOLVED_ERROR_LENGTH, "\(name) has \(shape) values, more than any memory holds")
    }
    (self.rows, self.columns) = (Int(rows), Int(columns))
    self.count = Int(count)
  }

  var shape: [Int] { [rows, columns] }

  /// The most values of an array, so that sums and bytes of several do not overflow.
  private static let most = 1 << 55
}

/// A caller's array, checked. Nothing of it is read.
struct ArrayArgument {
  let layout: ArrayLayout
  /// As the caller has them, which may not be as they are read: see `ReadableArray`.
  let elements: StoredElements
  fileprivate let isSwapped: Bool

  /// - Throws: the first fault.
  init(_ array: UnsafePointer<convolved_array>?, _ name: String, dimensions: Int) throws(CallError) {
    layout = try ArrayLayout(array, name, dimensions: dimensions)
    let values = array?.pointee.values
    guard values != nil || layout.count == 0 else {
      let there = layout.count == 1 ? "there is 1 value" : "there are \(layout.count) values"
      throw CallError(CONVOLVED_ERROR_NULL, "\(name).values is NULL, but \(there)")
    }
    isSwapped = array?.pointee.swapped != 0
    // What has no values is never read.
    elements = StoredElements(values ?? UnsafeRawPointer(bitPattern: 64)!, count: layout.count, type: layout.type)
  }
}

/// A caller's array, to be read.
struct ReadableArray: ~Copyable {
  /// The caller's memory, or a copy.
  let elements: StoredElements
  private let copy: UnsafeMutableRawPointer?

  /// Copies elements that are not in this machine's order of bytes, or not at multiples of their size. Call it when nothing is left to
  /// be refused: the array may be large.
  init(_ array: ArrayArgument) throws(CallError) {
    let layout = array.layout
    copy = try Self.copy(array.elements.base, layout, isSwapped: array.isSwapped)
    elements = copy.map { StoredElements($0, count: layout.count, type: layout.type, isCopied: true) } ?? array.elements
  }

  deinit { free(copy) }

  /// A copy in this machine's order of bytes; nil where none is needed.
  private static func copy(_ base: UnsafeRawPointer, _ layout: ArrayLayout, isSwapped: Bool) throws(CallError) -> UnsafeMutableRawPointer? {
    let size = layout.type.partBytes
    let isMisplaced = Int(bitPattern: base) % size != 0
    if layout.count == 0 || !isMisplaced && (!isSwapped || size == 1) { return nil }
    let bytes = layout.count * layout.type.bytes
    guard let copy = malloc(bytes) else { throw CallError(.memory(bytes: bytes)) }
    memcpy(copy, base, bytes)
    if isSwapped { swap(copy, count: bytes / size, size: size) }
    return copy
  }

  private static func swap(_ values: UnsafeMutableRawPointer, count: Int, size: Int) {
    func swap<Integer: FixedWidthInteger>(_: Integer.Type) {
      let values = values.assumingMemoryBound(to: Integer.self)
      for n in 0..<count { values[n] = values[n].byteSwapped }
    }
    switch size {
    case 1: break
    case 2: swap(UInt16.self)
    case 4: swap(UInt32.self)
    default: swap(UInt64.self)
    }
  }
}

/// Checks the room for a result of `count` values.
///
/// - Returns: its start; any address where there are none.
func resultRoom(
  _ result: UnsafeMutableRawPointer?, room: Int, count: Int, type: ElementType
) throws(CallError) -> UnsafeMutableRawPointer {
  let bytes = saturatedProduct(count, type.bytes)
  guard UInt(bitPattern: room) >= UInt(bytes) else {
    throw CallError(
      CONVOLVED_ERROR_LENGTH,
      "room is \(UInt(bitPattern: room)) bytes, and the result takes \(bytes): \(count) values of \(type.rawValue)")
  }
  guard let result else {
    if bytes == 0 { return UnsafeMutableRawPointer(bitPattern: 64)! }
    throw CallError(CONVOLVED_ERROR_NULL, "result is NULL")
  }
  guard Int(bitPattern: result) % type.partBytes == 0 else {
    throw CallError(CONVOLVED_ERROR_LENGTH, "result is not at a multiple of \(type.partBytes) bytes, as \(type.rawValue) has to be")
  }
  return result
}

extension ElementType {
  /// - Parameter name: of the argument that has it.
  init(_ dtype: convolved_dtype, _ name: String) throws(CallError) {
    guard let type = ElementType(dtype) else {
      throw CallError(
        CONVOLVED_ERROR_DTYPE,
        "\(name).dtype is \(dtype.rawValue): choose one of convolved_dtype, 0 to \(Self.allCases.count - 1)")
    }
    self = type
  }

  /// nil for what is none.
  init?(_ dtype: convolved_dtype) {
    // The constants of the header have this order; a test compares them.
    guard dtype.rawValue < UInt32(Self.allCases.count) else { return nil }
    self = Self.allCases[Int(dtype.rawValue)]
  }

  var dtype: convolved_dtype { convolved_dtype(UInt32(Self.allCases.firstIndex(of: self)!)) }

  /// Bytes of an element, or of a part of a complex one.
  var partBytes: Int {
    switch self {
    case .complex64: 4
    case .complex128: 8
    default: bytes
    }
  }
}
