import Foundation
import TestSupport

/// Another program that has an end of a cable open, doing nothing with it.
final class Holder {
  private let process = Process()
  private let input = Pipe()

  /// Returns when the end is taken.
  init(_ cableFile: String, _ side: String) throws {
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: Location.cable + "/cablectl")
    process.arguments = [cableFile, "hold", side]
    (process.standardInput, process.standardOutput) = (input, output)
    try process.run()
    _ = output.fileHandleForReading.availableData
  }

  func letGo() {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }
}

/// Another program that plays silence into a rig's capture device.
final class Player {
  private let process = Process()

  init(_ rig: Rig, _ options: [String]) throws {
    process.executableURL = URL(fileURLWithPath: Location.cable + "/cableio")
    process.arguments =
      ["--play", "source", "--in", rig.folder.file("silence.raw"), "--only-play", "--channels", "2", "--lead", "480000"]
      + options
    process.environment = ProcessInfo.processInfo.environment.merging(rig.environment) { $1 }
    process.standardOutput = FileHandle.nullDevice
    try process.run()
  }

  func stop() {
    if process.isRunning { process.interrupt() }
    process.waitUntilExit()
  }
}
