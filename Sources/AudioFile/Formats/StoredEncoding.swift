/// How the samples of interleaved frames lie in the bytes that a sound file's stream delivers or takes.
///
/// Integers and numbers are little endian, as the processors are that we run on.
public enum StoredEncoding: Sendable, Equatable {
  /// Integers of 16, 24 (in three bytes) and 32 bits.
  case s16, s24, s32
  /// IEEE 754 numbers of 32 and 64 bits, full scale at 1.
  case float, double
  /// Integers of `bits` bits in the upper bits of 32, as libsndfile gives and takes them.
  case leftJustified(bits: Int)

  /// The same samples with nothing between them.
  public init(_ encoding: SampleEncoding) {
    self =
      switch encoding {
      case .s16: .s16
      case .s24: .s24
      case .s32: .s32
      case .float: .float
      case .double: .double
      }
  }

  /// Bytes of one sample.
  public var bytes: Int {
    switch self {
    case .s16: 2
    case .s24: 3
    case .s32, .float, .leftJustified: 4
    case .double: 8
    }
  }

  /// Bits of an integer sample; nil for floating point.
  public var bits: Int? {
    switch self {
    case .s16: 16
    case .s24: 24
    case .s32: 32
    case .leftJustified(let bits): bits
    case .float, .double: nil
    }
  }
}

/// Calls `body` with the number of each frame and the bytes from the first frame's sample to its own.
@inline(__always)
func forEachFrame(_ frames: Int, channels: Int, bytes: Int, _ body: (_ frame: Int, _ offset: Int) -> Void) {
  // A stride that the compiler knows lets it use whole vectors.
  switch channels {
  case 1: for frame in 0..<frames { body(frame, frame &* bytes) }
  case 2: for frame in 0..<frames { body(frame, frame &* (2 &* bytes)) }
  default:
    let stride = bytes &* channels
    for frame in 0..<frames { body(frame, frame &* stride) }
  }
}
