/// The format of a sample in a device's memory. Raw values are ALSA's names.
public enum SampleFormat: String, Sendable, CaseIterable {
  /// 16-bit integer.
  case s16 = "S16_LE"
  /// 24-bit integer in the low three of four bytes.
  case s24in32 = "S24_LE"
  /// 24-bit integer in three bytes.
  case s24packed = "S24_3LE"
  /// 32-bit integer.
  case s32 = "S32_LE"
  /// 32-bit IEEE 754 number, full scale at 1.
  case float = "FLOAT_LE"
  /// 64-bit IEEE 754 number, full scale at 1.
  case double = "FLOAT64_LE"

  /// Bytes from one sample to the next of an interleaved frame.
  public var bytes: Int {
    switch self {
    case .s16: 2
    case .s24packed: 3
    case .s24in32, .s32, .float: 4
    case .double: 8
    }
  }

  /// Significant bits of an integer sample; nil for floating point.
  public var bits: Int? {
    switch self {
    case .s16: 16
    case .s24in32, .s24packed: 24
    case .s32: 32
    case .float, .double: nil
    }
  }
}
