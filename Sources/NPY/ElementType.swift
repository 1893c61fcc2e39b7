/// The type of an array's elements: NumPy's dtype.
public enum ElementType: String, Sendable, CaseIterable {
  case bool
  case int8, int16, int32, int64
  case uint8, uint16, uint32, uint64
  case float16, float32, float64
  case complex64, complex128

  package enum Kind: Character {
    case bool = "b"
    case signed = "i"
    case unsigned = "u"
    case float = "f"
    case complex = "c"
  }

  package var kind: Kind {
    switch self {
    case .bool: .bool
    case .int8, .int16, .int32, .int64: .signed
    case .uint8, .uint16, .uint32, .uint64: .unsigned
    case .float16, .float32, .float64: .float
    case .complex64, .complex128: .complex
    }
  }

  /// Bytes of an element.
  public var bytes: Int {
    switch self {
    case .bool, .int8, .uint8: 1
    case .int16, .uint16, .float16: 2
    case .int32, .uint32, .float32: 4
    case .int64, .uint64, .float64, .complex64: 8
    case .complex128: 16
    }
  }

  /// The name that `np.save` writes for the type in this machine's byte order, which is little-endian.
  var descr: String { "\(bytes == 1 ? "|" : "<")\(kind.rawValue)\(bytes)" }

  /// The type of a kind and size, which must exist.
  private init(_ kind: Kind, bytes: Int) { self = Self.allCases.first { $0.kind == kind && $0.bytes == bytes }! }

  /// The type that `np.promote_types` gives: the smallest that holds the values of both, except that 64-bit integers and floats
  /// give float64.
  public static func promoted(_ a: Self, _ b: Self) -> Self {
    switch (a.kind, b.kind) {
    case (.bool, _): b
    case (_, .bool): a
    case (let x, let y) where x == y: a.bytes >= b.bytes ? a : b
    case (.signed, .unsigned): promoted(signed: a, unsigned: b)
    case (.unsigned, .signed): promoted(signed: b, unsigned: a)
    case (.complex, _), (_, .complex): Self(.complex, bytes: 2 * max(a.componentBytes, b.componentBytes))
    default: Self(.float, bytes: max(a.componentBytes, b.componentBytes))
    }
  }

  private static func promoted(signed: Self, unsigned: Self) -> Self {
    if signed.bytes > unsigned.bytes { return signed }
    return unsigned == .uint64 ? .float64 : Self(.signed, bytes: 2 * unsigned.bytes)
  }

  /// Bytes of the float type that holds an element or its real part.
  private var componentBytes: Int {
    switch kind {
    case .bool, .signed, .unsigned: min(2 * bytes, 8)
    case .float: bytes
    case .complex: bytes / 2
    }
  }
}

extension ElementType {
  /// The type that `np.dtype` makes of a name without its order of bytes: "f8", "d", "float64".
  ///
  /// - Parameter isOrdered: whether the order stood before it, as it may before codes only.
  init?(numPyName name: Substring, isOrdered: Bool) {
    if let type = Self.codes[String(name)] {
      self = type
    } else if let type = Self.allCases.first(where: { "\($0.kind.rawValue)\($0.bytes)" == name }) {
      self = type
    } else if !isOrdered, let type = ElementType(rawValue: String(name)) ?? Self.names[String(name)] {
      self = type
    } else {
      return nil
    }
  }

  /// Characters of C's types, as Linux has them on 64 bits.
  private static let codes: [String: ElementType] = [
    "?": .bool, "b": .int8, "B": .uint8, "h": .int16, "H": .uint16, "i": .int32, "I": .uint32, "l": .int64, "L": .uint64, "q": .int64,
    "Q": .uint64, "p": .int64, "P": .uint64, "e": .float16, "f": .float32, "d": .float64, "F": .complex64, "D": .complex128,
  ]

  private static let names: [String: ElementType] = [
    "bool_": .bool, "byte": .int8, "ubyte": .uint8, "short": .int16, "ushort": .uint16, "intc": .int32, "uintc": .uint32, "int": .int64,
    "int_": .int64, "uint": .uint64, "long": .int64, "ulong": .uint64, "longlong": .int64, "ulonglong": .uint64, "intp": .int64,
    "uintp": .uint64, "half": .float16, "single": .float32, "float": .float64, "double": .float64, "csingle": .complex64,
    "complex": .complex128, "cdouble": .complex128,
  ]
}
