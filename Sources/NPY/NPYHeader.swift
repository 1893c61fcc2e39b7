/// The header of a `.npy` file: a Python dictionary of three entries, read strictly.
///
/// Source: numpy/lib/_format_impl.py
struct NPYHeader: Equatable {
  var type: ElementType
  /// Whether the bytes of an element, or of each part of a complex one, are in the order opposite to this machine's.
  var isBigEndian: Bool
  /// Whether the first index varies fastest.
  var isFortranOrder: Bool
  /// At most `maximumDimensions` lengths.
  var shape: [Int]

  static let maximumDimensions = 64
  static let magic: [UInt8] = [0x93] + "NUMPY".utf8

  /// - Parameter text: the dictionary with its padding.
  /// - Throws: the dictionary is not one of NumPy's, or its dtype is no `ElementType`.
  init(_ text: some Collection<UInt8>) throws(NumPyError) {
    var literal = PythonLiteral(text)
    var entries: [String: PythonLiteral.Value] = [:]
    try literal.expect("{")
    while !literal.take("}") {
      let key = try literal.string()
      try literal.expect(":")
      if entries.updateValue(try literal.value(), forKey: key) != nil { throw NumPyError("its header names \(key) twice") }
      if !literal.take(",") {
        try literal.expect("}")
        break
      }
    }
    try literal.expectEnd()
    guard entries.count == 3, case .boolean(let isFortranOrder) = entries["fortran_order"], let descr = entries["descr"],
      case .integers(let shape) = entries["shape"]
    else { throw NumPyError("its header lacks one of descr, fortran_order and shape, or has more") }
    guard shape.count <= Self.maximumDimensions else {
      throw NumPyError("its header says \(shape.count) dimensions: NumPy takes \(Self.maximumDimensions)")
    }
    (self.isFortranOrder, self.shape) = (isFortranOrder, shape)
    (type, isBigEndian) = try Self.elementType(descr)
  }

  /// The type that a name like "<f8" stands for, and whether it is big-endian.
  private static func elementType(_ descr: PythonLiteral.Value) throws(NumPyError) -> (ElementType, Bool) {
    guard case .string(let name) = descr else {
      throw NumPyError("its elements are records: save one field, which is an array of numbers")
    }
    let order = name.first.flatMap { "<>=|".contains($0) ? $0 : nil }
    guard let type = ElementType(numPyName: order == nil ? name[...] : name.dropFirst(), isOrdered: order != nil) else {
      throw NumPyError("its dtype is '\(name)'\(numpyName(name)), which is not supported: save it as float64, with .astype(np.float64)")
    }
    return (type, order == ">")
  }

  /// " (float128)" for "<f16".
  private static func numpyName(_ descr: String) -> String {
    switch descr.dropFirst().first {
    case "O": return " (object)"
    case "S", "a": return " (bytes)"
    case "U": return " (str)"
    case "M": return " (datetime64)"
    case "m": return " (timedelta64)"
    case "V": return " (void)"
    case "f", "c":
      guard let bytes = Int(descr.dropFirst(2)), bytes == 16 || bytes == 32 else { return "" }
      return " (\(descr.contains("f") ? "float" : "complex")\(bytes * 8))"
    default: return ""
    }
  }

  /// Magic, version and dictionary as `np.save` writes them, for C order.
  static func bytes(type: ElementType, shape: [Int]) -> [UInt8] {
    let tuple = shape.count == 1 ? "(\(shape[0]),)" : "(" + shape.map(String.init).joined(separator: ", ") + ")"
    var text = "{'descr': '\(type.descr)', 'fortran_order': False, 'shape': \(tuple), }"
    // Room for the first dimension to grow in place, then padding to a multiple of 64.
    if let first = shape.first { text += String(repeating: " ", count: 21 - String(first).count) }
    let prefix = magic.count + 4
    text += String(repeating: " ", count: 63 - (prefix + text.utf8.count) % 64) + "\n"
    let length = UInt16(text.utf8.count)
    return magic + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)] + text.utf8
  }
}
