import Foundation

/// What `make soak` asks for.
public enum Soak {
  /// Random cases of the long tests; 0 if they are not to run.
  public static let cases = ProcessInfo.processInfo.environment["CONVOLVED_SOAK"].flatMap { Int($0) } ?? 0
}
