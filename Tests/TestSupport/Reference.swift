import Foundation

/// Expected numbers from NumPy, by the scripts of Tests/Reference.
public enum Reference {
  /// Runs a script with one BLAS thread, and OpenBLAS' kernels for `coreType` ("Haswell", "SkylakeX") where one is
  /// named, else those it chooses itself.
  public static func run(_ script: String, _ arguments: [String], coreType: String? = nil) throws {
    // An empty name is none: whatever the caller's environment pins, OpenBLAS then looks at the processor.
    let environment = ["OPENBLAS_NUM_THREADS": "1", "OPENBLAS_CORETYPE": coreType ?? ""]
    let program = Location.package + "/Tests/Reference/" + script
    let completed = try TestSupport.run(Location.python, [program] + arguments, environment: environment)
    guard completed.status == 0 else { throw ReferenceFailure(message: "\(script): \(completed.error)") }
  }
}

public struct ReferenceFailure: Error {
  public var message: String
}
