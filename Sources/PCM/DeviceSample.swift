/// A little-endian sample in memory.
///
/// An integer of n bits stands for itself divided by 2^(n-1): float64 holds it exactly.
protocol DeviceSample {
  static var bytes: Int { get }
  static func decode(_ pointer: UnsafeRawPointer) -> Double
  /// Stores the nearest value, ties to even.
  ///
  /// - Returns: whether `value` was out of range and has been clipped to the nearest end.
  static func encode(_ value: Double, to pointer: UnsafeMutableRawPointer) -> Bool
}

enum Signed16: DeviceSample {
  static var bytes: Int { @_noLocks @_noAllocation get { 2 } }

  @_noLocks @_noAllocation @inline(__always)
  static func decode(_ pointer: UnsafeRawPointer) -> Double { Double(pointer.loadUnaligned(as: Int16.self)) * 0x1p-15 }

  @_noLocks @_noAllocation @inline(__always)
  static func encode(_ value: Double, to pointer: UnsafeMutableRawPointer) -> Bool {
    let (rounded, clipped) = quantised(value, scale: 0x1p15)
    pointer.storeBytes(of: Int16(truncatingIfNeeded: rounded), as: Int16.self)
    return clipped
  }
}

enum Signed24In32: DeviceSample {
  static var bytes: Int { @_noLocks @_noAllocation get { 4 } }

  /// The fourth byte is not part of the sample.
  @_noLocks @_noAllocation @inline(__always)
  static func decode(_ pointer: UnsafeRawPointer) -> Double { Double((pointer.loadUnaligned(as: Int32.self) << 8) >> 8) * 0x1p-23 }

  @_noLocks @_noAllocation @inline(__always)
  static func encode(_ value: Double, to pointer: UnsafeMutableRawPointer) -> Bool {
    let (rounded, clipped) = quantised(value, scale: 0x1p23)
    pointer.storeBytes(of: rounded, as: Int32.self)
    return clipped
  }
}

enum Signed24Packed: DeviceSample {
  static var bytes: Int { @_noLocks @_noAllocation get { 3 } }

  @_noLocks @_noAllocation @inline(__always)
  static func decode(_ pointer: UnsafeRawPointer) -> Double {
    let low = Int32(pointer.loadUnaligned(as: UInt16.self))
    let high = Int32(pointer.load(fromByteOffset: 2, as: Int8.self))
    return Double(high << 16 | low) * 0x1p-23
  }

  @_noLocks @_noAllocation @inline(__always)
  static func encode(_ value: Double, to pointer: UnsafeMutableRawPointer) -> Bool {
    let (rounded, clipped) = quantised(value, scale: 0x1p23)
    pointer.storeBytes(of: UInt16(truncatingIfNeeded: rounded), as: UInt16.self)
    pointer.storeBytes(of: Int8(truncatingIfNeeded: rounded >> 16), toByteOffset: 2, as: Int8.self)
    return clipped
  }
}

enum Signed32: DeviceSample {
  static var bytes: Int { @_noLocks @_noAllocation get { 4 } }

  @_noLocks @_noAllocation @inline(__always)
  static func decode(_ pointer: UnsafeRawPointer) -> Double { Double(pointer.loadUnaligned(as: Int32.self)) * 0x1p-31 }

  @_noLocks @_noAllocation @inline(__always)
  static func encode(_ value: Double, to pointer: UnsafeMutableRawPointer) -> Bool {
    let (rounded, clipped) = quantised(value, scale: 0x1p31)
    pointer.storeBytes(of: rounded, as: Int32.self)
    // The largest integer is 1 in float32, which has no number between: what came so far was not too loud.
    return clipped && value != 1
  }
}

enum Float32: DeviceSample {
  static var bytes: Int { @_noLocks @_noAllocation get { 4 } }

  @_noLocks @_noAllocation @inline(__always)
  static func decode(_ pointer: UnsafeRawPointer) -> Double { Double(pointer.loadUnaligned(as: Float.self)) }

  /// Never clips.
  @_noLocks @_noAllocation @inline(__always)
  static func encode(_ value: Double, to pointer: UnsafeMutableRawPointer) -> Bool {
    pointer.storeBytes(of: Float(value), as: Float.self)
    return false
  }
}

enum Float64: DeviceSample {
  static var bytes: Int { @_noLocks @_noAllocation get { 8 } }

  @_noLocks @_noAllocation @inline(__always)
  static func decode(_ pointer: UnsafeRawPointer) -> Double { pointer.loadUnaligned(as: Double.self) }

  /// Never clips.
  @_noLocks @_noAllocation @inline(__always)
  static func encode(_ value: Double, to pointer: UnsafeMutableRawPointer) -> Bool {
    pointer.storeBytes(of: value, as: Double.self)
    return false
  }
}

/// `value` times `scale`, rounded half to even and clipped to -scale...scale-1. NaN becomes silence.
@_noLocks @_noAllocation @inline(__always)
func quantised(_ value: Double, scale: Double) -> (Int32, clipped: Bool) {
  // Adding 1.5 * 2^52 leaves no bit below one: the processor itself rounds half to even.
  let rounder = 0x1.8p52
  let scaled = (value * scale + rounder) - rounder
  if scaled > scale - 1 { return (Int32(scale - 1), true) }
  if scaled < -scale { return (Int32(-scale), true) }
  return scaled == scaled ? (Int32(scaled), false) : (0, true)
}
