/// Elements in memory that somebody else keeps: contiguous, each at a multiple of its size, in this machine's order of bytes.
///
/// Threads may share a value: they only read the memory, which must outlive it.
@usableFromInline package struct StoredElements: @unchecked Sendable {
  @usableFromInline package let base: UnsafeRawPointer
  @usableFromInline package let count: Int
  @usableFromInline package let type: ElementType
  /// Whether NumPy would copy the elements before it sums them, whatever their type: they came in another order of bytes, say.
  package let isCopied: Bool

  @usableFromInline package init(_ base: UnsafeRawPointer, count: Int, type: ElementType, isCopied: Bool = false) {
    (self.base, self.count, self.type, self.isCopied) = (base, count, type, isCopied)
  }
}

extension NumPyArray {
  /// Calls `body` with the elements, at a multiple of 16 bytes, where NumPy's arrays begin: Nehalem's complex sums depend on it.
  /// Most Swift arrays begin there, too; others are copied.
  package func withStoredElements<Result>(_ body: (StoredElements) -> Result) -> Result {
    elements.withUnsafeBytes { bytes in
      func call(_ base: UnsafeRawPointer) -> Result {
        body(StoredElements(base, count: bytes.count / elementType.bytes, type: elementType, isCopied: isByteSwapped))
      }
      if let base = bytes.baseAddress, Int(bitPattern: base) % 16 == 0 { return call(base) }
      let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, bytes.count), alignment: 16)
      defer { copy.deallocate() }
      copy.copyMemory(from: bytes)
      return call(copy.baseAddress!)
    }
  }
}
