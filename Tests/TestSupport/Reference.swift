import Foundation

/// Expected numbers from NumPy, by the scripts of Tests/Reference.
public enum Reference {
  /// Runs a script with one BLAS thread, and OpenBLAS' kernels for `coreType` ("Haswell", "SkylakeX") where one is
  /// named, else those it chooses itself.
  public static func run(_ script: String, _ arguments: [String], coreType: String? = nil) throws {
    // An empty name is none: whatever the caller's environment pins, OpenBLAS then looks at the processor.
    try run(script, arguments, by: Location.python, environment: ["OPENBLAS_CORETYPE": coreType ?? ""])
  }

  /// Runs a script by 64-bit Arm's Python, emulated as a processor that QEMU knows: `cortex-a72`.
  public static func run(_ script: String, _ arguments: [String], processor: String) throws {
    try run(script, arguments, by: emulation, environment: ["QEMU_CPU": processor])
  }

  /// The command that runs that Python, of CONVOLVED_ARM_PYTHON.
  public static let emulation = ProcessInfo.processInfo.environment["CONVOLVED_ARM_PYTHON"]

  private static func run(_ script: String, _ arguments: [String], by python: String?, environment: [String: String]) throws {
    guard let python else { throw ReferenceFailure(message: "\(script): nothing runs it") }
    let environment = environment.merging(["OPENBLAS_NUM_THREADS": "1"]) { $1 }
    let completed = try TestSupport.run(python, [Location.package + "/Tests/Reference/" + script] + arguments, environment: environment)
    guard completed.status == 0 else { throw ReferenceFailure(message: "\(script): \(completed.error)") }
  }
}

public struct ReferenceFailure: Error {
  public var message: String
}
