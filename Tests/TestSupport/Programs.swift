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
  let bytes = bytes([output, error])
  process.waitUntilExit()
  return Completed(
    status: process.terminationStatus, output: String(decoding: bytes[0], as: UTF8.self), error: String(decoding: bytes[1], as: UTF8.self))
}

/// All that comes from each, as it comes. Foundation's own reading stops the program when a signal interrupts it.
private func bytes(_ pipes: [Pipe]) -> [[UInt8]] {
  var all = pipes.map { _ in [UInt8]() }
  var part = [UInt8](repeating: 0, count: 65_536)
  // One that has ended is a descriptor that poll(2) passes over.
  var open = pipes.map { pollfd(fd: $0.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0) }
  while open.contains(where: { $0.fd >= 0 }) {
    guard poll(&open, nfds_t(open.count), -1) > 0 else { continue }
    for index in open.indices where open[index].revents != 0 {
      let count = read(open[index].fd, &part, part.count)
      if count > 0 {
        all[index] += part[..<count]
      } else if count == 0 || errno != EINTR {
        open[index].fd = -1
      }
    }
  }
  return all
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
