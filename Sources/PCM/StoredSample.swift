/// A sample as it lies in memory, little endian.
///
/// An integer of n bits stands for itself divided by 2^(n-1): exact in float64 in both directions.
protocol StoredSample {
  static var bytes: Int { get }
  static func load(_ pointer: UnsafeRawPointer) -> Double
  /// Stores the nearest value, ties to even. Returns whether it was out of range and is now the nearest end.
  static func store(_ value: Double, _ pointer: UnsafeMutableRawPointer) -> Bool
}

enum Signed16: StoredSample {
  static var bytes: Int { @_noLocks @_noAllocation get { 2 } }

  @_noLocks @_noAllocation @inline(__always)
  static func load(_ pointer: UnsafeRawPointer) -> Double { Double(pointer.loadUnaligned(as: Int16.self)) * 0x1p-15 }

  @_noLocks @_noAllocation @inline(__always)
  static func store(_ value: Double, _ pointer: UnsafeMutableRawPointer) -> Bool {
    let (rounded, clipped) = quantised(value, scale: 0x1p15)
    pointer.storeBytes(of: Int16(truncatingIfNeeded: rounded), as: Int16.self)
    return clipped
  }
}

enum Signed24: StoredSample {
  static var bytes: Int { @_noLocks @_noAllocation get { 4 } }

  /// The fourth byte is not part of the sample.
  @_noLocks @_noAllocation @inline(__always)
  static func load(_ pointer: UnsafeRawPointer) -> Double { Double((pointer.loadUnaligned(as: Int32.self) << 8) >> 8) * 0x1p-23 }

  @_noLocks @_noAllocation @inline(__always)
  static func store(_ value: Double, _ pointer: UnsafeMutableRawPointer) -> Bool {
    let (rounded, clipped) = quantised(value, scale: 0x1p23)
    pointer.storeBytes(of: rounded, as: Int32.self)
    return clipped
  }
}

enum Packed24: StoredSample {
  static var bytes: Int { @_noLocks @_noAllocation get { 3 } }

  @_noLocks @_noAllocation @inline(__always)
  static func load(_ pointer: UnsafeRawPointer) -> Double {
    let low = Int32(pointer.loadUnaligned(as: UInt16.self))
    let high = Int32(pointer.load(fromByteOffset: 2, as: Int8.self))
    return Double(high << 16 | low) * 0x1p-23
  }

  @_noLocks @_noAllocation @inline(__always)
  static func store(_ value: Double, _ pointer: UnsafeMutableRawPointer) -> Bool {
    let (rounded, clipped) = quantised(value, scale: 0x1p23)
    pointer.storeBytes(of: UInt16(truncatingIfNeeded: rounded), as: UInt16.self)
    pointer.storeBytes(of: Int8(truncatingIfNeeded: rounded >> 16), toByteOffset: 2, as: Int8.self)
    return clipped
  }
}

enum Signed32: StoredSample {
  static var bytes: Int { @_noLocks @_noAllocation get { 4 } }

  @_noLocks @_noAllocation @inline(__always)
  static func load(_ pointer: UnsafeRawPointer) -> Double { Double(pointer.loadUnaligned(as: Int32.self)) * 0x1p-31 }

  @_noLocks @_noAllocation @inline(__always)
  static func store(_ value: Double, _ pointer: UnsafeMutableRawPointer) -> Bool {
    let (rounded, clipped) = quantised(value, scale: 0x1p31)
    pointer.storeBytes(of: rounded, as: Int32.self)
    return clipped
  }
}

enum Float32: StoredSample {
  static var bytes: Int { @_noLocks @_noAllocation get { 4 } }

  @_noLocks @_noAllocation @inline(__always)
  static func load(_ pointer: UnsafeRawPointer) -> Double { Double(pointer.loadUnaligned(as: Float.self)) }

  /// Floating point has no range to leave.
  @_noLocks @_noAllocation @inline(__always)
  static func store(_ value: Double, _ pointer: UnsafeMutableRawPointer) -> Bool {
    pointer.storeBytes(of: Float(value), as: Float.self)
    return false
  }
}

enum Float64: StoredSample {
  static var bytes: Int { @_noLocks @_noAllocation get { 8 } }

  @_noLocks @_noAllocation @inline(__always)
  static func load(_ pointer: UnsafeRawPointer) -> Double { pointer.loadUnaligned(as: Double.self) }

  /// Floating point has no range to leave.
  @_noLocks @_noAllocation @inline(__always)
  static func store(_ value: Double, _ pointer: UnsafeMutableRawPointer) -> Bool {
    pointer.storeBytes(of: value, as: Double.self)
    return false
  }
}

/// `value` times `scale`, rounded half to even and held within -scale...scale-1. What is not a number becomes silence.
@_noLocks @_noAllocation @inline(__always)
func quantised(_ value: Double, scale: Double) -> (Int32, clipped: Bool) {
  // Adding 1.5 * 2^52 leaves no bit below one: the processor's own rounding is the one that is wanted.
  let rounder = 0x1.8p52
  let scaled = (value * scale + rounder) - rounder
  if scaled > scale - 1 { return (Int32(scale - 1), true) }
  if scaled < -scale { return (Int32(-scale), true) }
  return scaled == scaled ? (Int32(scaled), false) : (0, true)
}
