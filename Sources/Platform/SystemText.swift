// Text of the system, as names of files and arguments, need not be UTF-8. A byte that is no part of it becomes a scalar of its own,
// U+10FF00 and the byte, at the end of what Unicode leaves for private use. Such scalars in the text itself become their bytes likewise,
// so that every name comes back as it was.

extension String {
  /// Text of the system.
  package init(systemBytes bytes: [UInt8]) {
    if let text = String(validating: bytes, as: UTF8.self), !text.unicodeScalars.contains(where: \.isSystemByte) {
      self = text
      return
    }
    var scalars = String.UnicodeScalarView()
    var rest = bytes[...]
    while let first = rest.first {
      if let scalar = rest.firstScalar, !scalar.isSystemByte {
        scalars.append(scalar)
        rest = rest.dropFirst(UTF8.width(scalar))
      } else {
        scalars.append(Unicode.Scalar(systemByte: first))
        rest = rest.dropFirst()
      }
    }
    self = String(scalars)
  }

  /// The bytes as the system has them.
  package var systemBytes: [UInt8] {
    isSystemText ? unicodeScalars.flatMap { $0.isSystemByte ? [UInt8($0.value & 0xFF)] : Array(UTF8.encode($0)!) } : Array(utf8)
  }

  /// Whether the system has it as other bytes than Swift.
  package var isSystemText: Bool { unicodeScalars.contains(where: \.isSystemByte) }
}

extension Unicode.Scalar {
  /// Whether it stands for a byte that is no part of UTF-8.
  package var isSystemByte: Bool { (0x10FF00...0x10FFFF).contains(value) }

  fileprivate init(systemByte byte: UInt8) { self.init(0x10FF00 + UInt32(byte))! }
}

extension ArraySlice<UInt8> {
  /// The scalar that it begins with; nil where that is no UTF-8.
  fileprivate var firstScalar: Unicode.Scalar? {
    var (parser, iterator) = (Unicode.UTF8.ForwardParser(), makeIterator())
    guard case .valid(let encoded) = parser.parseScalar(from: &iterator) else { return nil }
    return UTF8.decode(encoded)
  }
}

/// The process' arguments after its name, as `systemBytes` gives them back.
package var systemArguments: [String] {
  (1..<max(1, Int(CommandLine.argc))).compactMap { index in
    CommandLine.unsafeArgv[index].map { argument in
      var end = 0
      while argument[end] != 0 { end += 1 }
      return String(systemBytes: UnsafeBufferPointer(start: argument, count: end).map { UInt8(bitPattern: $0) })
    }
  }
}

/// Calls `body` with a path as the system takes it.
package func withSystemPath<Result>(_ path: String, _ body: (UnsafePointer<CChar>) -> Result) -> Result {
  (path.systemBytes + [0]).withUnsafeBufferPointer { bytes in
    bytes.withMemoryRebound(to: CChar.self) { body($0.baseAddress!) }
  }
}
