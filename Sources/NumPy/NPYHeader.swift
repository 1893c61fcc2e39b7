/// What stands before the values of a `.npy` file: a Python dictionary of three entries, read strictly.
///
/// Source: numpy/lib/_format_impl.py
struct NPYHeader: Equatable {
  var type: ElementType
  var shape: [Int]

  static let magic: [UInt8] = [0x93] + "NUMPY".utf8

  /// - Parameter text: the dictionary with its padding.
  /// - Throws: it is not one of NumPy's, or its elements are none of `ElementType`.
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
    guard entries.count == 3, case .boolean = entries["fortran_order"], let descr = entries["descr"],
      case .integers(let shape) = entries["shape"]
    else { throw NumPyError("its header lacks one of descr, fortran_order and shape, or has more") }
    self.shape = shape
    type = try Self.elementType(descr)
  }

  private static func elementType(_ descr: PythonLiteral.Value) throws(NumPyError) -> ElementType {
    switch descr {
    case .string("<f4"): return .float32
    case .string("<f8"): return .float64
    case .string(let name):
      throw NumPyError("its dtype is '\(name)'\(numpyName(name)): save it as float64 or float32, with .astype(np.float64)")
    default:
      throw NumPyError("its elements are records: save one field as float64 or float32")
    }
  }

  /// " (int64)" for "<i8".
  private static func numpyName(_ descr: String) -> String {
    let kinds: [Character: String] = ["i": "int", "u": "uint", "f": "float", "c": "complex"]
    guard let kind = descr.dropFirst().first, let bytes = Int(descr.dropFirst(2)), bytes < 64, bytes > 0 else { return "" }
    let order = descr.first == ">" ? "big-endian " : ""
    return kinds[kind].map { " (\(order)\($0)\(bytes * 8))" } ?? ""
  }

  /// Magic, version and dictionary as `np.save` writes them, for one dimension or none.
  static func bytes(type: ElementType, shape: [Int]) -> [UInt8] {
    let tuple = shape.count == 1 ? "(\(shape[0]),)" : "(" + shape.map(String.init).joined(separator: ", ") + ")"
    var text = "{'descr': '\(type == .float32 ? "<f4" : "<f8")', 'fortran_order': False, 'shape': \(tuple), }"
    // Room for the first dimension to grow in place, then up to a multiple of 64.
    if let first = shape.first { text += String(repeating: " ", count: 21 - String(first).count) }
    let prefix = magic.count + 4
    text += String(repeating: " ", count: 63 - (prefix + text.utf8.count) % 64) + "\n"
    let length = UInt16(text.utf8.count)
    return magic + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)] + text.utf8
  }
}
