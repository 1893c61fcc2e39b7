/// A complex number as NumPy stores it: the real part, then the imaginary one.
public struct Complex<Part: BinaryFloatingPoint & Sendable & BitwiseCopyable>: Sendable, Equatable, BitwiseCopyable {
  public var real: Part
  public var imaginary: Part

  public init(_ real: Part, _ imaginary: Part = 0) { (self.real, self.imaginary) = (real, imaginary) }
}
