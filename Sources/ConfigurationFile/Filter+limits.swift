extension Configuration.Filter {
  /// dB.
  public static let gains = -200.0...60
  /// Frames.
  public static let mostDelay = 1 << 20
  /// Of a kernel file, from 0: libsndfile reads files of up to 1,024 channels.
  public static let mostChannel = 1023
  /// That are convolved with each other.
  public static let mostKernels = 64
}
