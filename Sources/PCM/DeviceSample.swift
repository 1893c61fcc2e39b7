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

/// A sample that is an integer.
protocol IntegerSample: DeviceSample {
  /// 2^(n-1): full scale is from -scale to scale - 1.
  static var scale: Double { get }
  /// Whether 1 itself is not counted as clipped.
  static var takesOne: Bool { get }
  static func store(_ integer: Int32, to pointer: UnsafeMutableRawPointer)
}

extension IntegerSample {
  static var takesOne: Bool { @_noLocks @_noAllocation @inline(__always) get { false } }

  // Its callers are proven, with their own types.
  @inline(__always)
  static func encode(_ value: Double, to pointer: UnsafeMutableRawPointer) -> Bool {
    let (integers, isWithin) = quantised(SIMD2(repeating: value), scale: scale)
    store(integers[0], to: pointer)
    return !isWithin[0] && !(takesOne && value == 1)
  }
}

enum Signed16: IntegerSample {
  static var bytes: Int { @_noLocks @_noAllocation get { 2 } }
  static var scale: Double { @_noLocks @_noAllocation get { 0x1p15 } }

  @_noLocks @_noAllocation @inline(__always)
  static func decode(_ pointer: UnsafeRawPointer) -> Double { Double(pointer.loadUnaligned(as: Int16.self)) * 0x1p-15 }

  @_noLocks @_noAllocation @inline(__always)
  static func store(_ integer: Int32, to pointer: UnsafeMutableRawPointer) {
    pointer.storeBytes(of: Int16(truncatingIfNeeded: integer), as: Int16.self)
  }
}

enum Signed24In32: IntegerSample {
  static var bytes: Int { @_noLocks @_noAllocation get { 4 } }
  static var scale: Double { @_noLocks @_noAllocation get { 0x1p23 } }

  /// The fourth byte is not part of the sample.
  @_noLocks @_noAllocation @inline(__always)
  static func decode(_ pointer: UnsafeRawPointer) -> Double { Double((pointer.loadUnaligned(as: Int32.self) << 8) >> 8) * 0x1p-23 }

  @_noLocks @_noAllocation @inline(__always)
  static func store(_ integer: Int32, to pointer: UnsafeMutableRawPointer) { pointer.storeBytes(of: integer, as: Int32.self) }
}

enum Signed24Packed: IntegerSample {
  static var bytes: Int { @_noLocks @_noAllocation get { 3 } }
  static var scale: Double { @_noLocks @_noAllocation get { 0x1p23 } }

  @_noLocks @_noAllocation @inline(__always)
  static func decode(_ pointer: UnsafeRawPointer) -> Double {
    let low = Int32(pointer.loadUnaligned(as: UInt16.self))
    let high = Int32(pointer.load(fromByteOffset: 2, as: Int8.self))
    return Double(high << 16 | low) * 0x1p-23
  }

  @_noLocks @_noAllocation @inline(__always)
  static func store(_ integer: Int32, to pointer: UnsafeMutableRawPointer) {
    pointer.storeBytes(of: UInt16(truncatingIfNeeded: integer), as: UInt16.self)
    pointer.storeBytes(of: Int8(truncatingIfNeeded: integer >> 16), toByteOffset: 2, as: Int8.self)
  }
}

enum Signed32: IntegerSample {
  static var bytes: Int { @_noLocks @_noAllocation get { 4 } }
  static var scale: Double { @_noLocks @_noAllocation get { 0x1p31 } }
  /// The largest integer is 1 in float32, which has no number between: what came so far was not too loud.
  static var takesOne: Bool { @_noLocks @_noAllocation @inline(__always) get { true } }

  @_noLocks @_noAllocation @inline(__always)
  static func decode(_ pointer: UnsafeRawPointer) -> Double { Double(pointer.loadUnaligned(as: Int32.self)) * 0x1p-31 }

  @_noLocks @_noAllocation @inline(__always)
  static func store(_ integer: Int32, to pointer: UnsafeMutableRawPointer) { pointer.storeBytes(of: integer, as: Int32.self) }
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

/// Two values times `scale`, rounded half to even and clipped to -scale...scale-1, and which of them needed no clipping. NaN, which did,
/// becomes silence.
///
/// Precondition: `scale` is a power of two, at most 2^31.
@_noLocks @_noAllocation @inline(__always)
func quantised(_ values: SIMD2<Double>, scale: Double) -> (SIMD2<Int32>, isWithin: SIMDMask<SIMD2<Int64>>) {
  // Adding 1.5 * 2^52 leaves no bit below one: the processor itself rounds half to even.
  let rounder = SIMD2(repeating: 0x1.8p52)
  let (least, most) = (SIMD2(repeating: -scale), SIMD2(repeating: scale - 1))
  let rounded = (values * scale + rounder) - rounder
  let upper = most.replacing(with: rounded, where: rounded .< most)
  let bounded = least.replacing(with: upper, where: upper .> least)
  // The lowest bits of this sum are the integer.
  let integers = unsafeBitCast(bounded + rounder, to: SIMD2<Int64>.self).replacing(with: 0, where: rounded .!= rounded)
  return (SIMD2<Int32>(truncatingIfNeeded: integers), (rounded .<= most) .& (rounded .>= least))
}
