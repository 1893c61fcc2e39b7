import Foundation

/// What a finished process left.
public struct Completed: Sendable {
  public var status: Int32
  public var output: String
  public var error: String
}

/// Runs a program to its end.
public func run(_ program: String, _ arguments: [String] = [], environment: [String: String] = [:]) throws -> Completed {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: program)
  process.arguments = arguments
  process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
  let (output, error) = (Pipe(), Pipe())
  process.standardOutput = output
  process.standardError = error
  process.standardInput = FileHandle.nullDevice
  try process.run()
  // Standard error is short: it fits the pipe while standard output is read to its end.
  let outputBytes = bytes(output)
  let errorBytes = bytes(error)
  process.waitUntilExit()
  return Completed(
    status: process.terminationStatus, output: String(decoding: outputBytes, as: UTF8.self),
    error: String(decoding: errorBytes, as: UTF8.self))
}

/// All that comes. Foundation's own reading stops the program when a signal interrupts it.
private func bytes(_ pipe: Pipe) -> [UInt8] {
  var (all, part) = ([UInt8](), [UInt8](repeating: 0, count: 65_536))
  while true {
    let count = read(pipe.fileHandleForReading.fileDescriptor, &part, part.count)
    if count > 0 {
      all += part[..<count]
    } else if count == 0 || errno != EINTR {
      return all
    }
  }
}

/// Where the tests find what they run.
public enum Location {
  /// The folder of Package.swift.
  public static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  /// One of the package's programs, as built beside the tests.
  public static func program(_ name: String) -> String {
    URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().appendingPathComponent(name).path
  }

  /// Python with the NumPy of Tests/requirements.txt; `make test` sets it up.
  public static let python = package + "/.build/numpy/bin/python3"

  /// What holds lib/libconvolved.so and include/convolved.h; `make test` builds them.
  public static let library = package + "/.build"

  /// The virtual cable's plug-in and tools; `make test` builds them.
  public static let cable = package + "/.build/cable"
}

/// A folder that goes away with the value.
public final class ScratchFolder: Sendable {
  public let path: String

  public init(in folder: String = NSTemporaryDirectory()) throws {
    path = folder + "/convolved-test-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  public func file(_ name: String) -> String { path + "/" + name }
}
