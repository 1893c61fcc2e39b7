import Foundation

/// A program on a terminal of its own, that waits for answers.
public final class Dialogue {
  /// All that the terminal has shown, what was typed included.
  public private(set) var shown = ""
  /// What came of a scalar or a line break.
  private var pending: [UInt8] = []
  private let terminal: Int32
  private let process = Process()
  private var answered: String.Index

  public struct Silence: Error { public var description: String }

  /// openpty(3)
  ///
  /// - Parameter size: columns and rows; nil: the terminal does not say.
  public init(
    _ program: String, _ arguments: [String], environment: [String: String] = [:], folder: String, size: (columns: Int, rows: Int)? = nil
  ) throws {
    answered = shown.startIndex
    var (near, far): (Int32, Int32) = (-1, -1)
    var window = winsize(ws_row: UInt16(size?.rows ?? 0), ws_col: UInt16(size?.columns ?? 0), ws_xpixel: 0, ws_ypixel: 0)
    guard openpty(&near, &far, nil, nil, &window) == 0 else {
      throw Silence(description: "no terminal: \(String(cString: strerror(errno)))")
    }
    terminal = near
    let end = FileHandle(fileDescriptor: far, closeOnDealloc: true)
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    (process.standardInput, process.standardOutput, process.standardError) = (end, end, end)
    try process.run()
    try end.close()
  }

  deinit {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    close(terminal)
  }

  /// Waits until `question` is shown, after the last one, and types the answer. "\u{4}" is the end of input.
  public func answer(_ question: String, _ answer: String) throws {
    while true {
      if let found = shown.range(of: question, range: answered..<shown.endIndex) {
        let place = shown.distance(from: shown.startIndex, to: found.upperBound)
        let typed = Array((answer == "\u{4}" ? answer : answer + "\n").utf8)
        guard write(terminal, typed, typed.count) == typed.count else { break }
        answered = shown.index(shown.startIndex, offsetBy: place)
        return
      }
      guard readMore() else { break }
    }
    throw Silence(description: "\"\(question)\" was not asked: \(shown)")
  }

  /// Waits until `text` is shown, after what was waited for last.
  public func wait(for text: String) throws {
    while true {
      if let found = shown.range(of: text, range: answered..<shown.endIndex) {
        answered = found.upperBound
        return
      }
      guard readMore() else { throw Silence(description: "\"\(text)\" was not shown: \(shown)") }
    }
  }

  /// Types keys.
  public func type(_ keys: String) { _ = write(terminal, keys, keys.utf8.count) }

  /// Sends the program a signal.
  public func signal(_ number: Int32) { kill(process.processIdentifier, number) }

  /// Reads to the end: the exit status.
  public func finish() -> Int32 {
    while readMore() {}
    process.waitUntilExit()
    return process.terminationStatus
  }

  private func readMore() -> Bool {
    var part = [UInt8](repeating: 0, count: 4096)
    let count = read(terminal, &part, part.count)
    guard count > 0 else { return false }
    let bytes = pending + part[..<count]
    let end = Self.whole(bytes)
    pending = Array(bytes[end...])
    let place = shown.distance(from: shown.startIndex, to: answered)
    shown += String(decoding: bytes[..<end], as: UTF8.self).replacingOccurrences(of: "\r\n", with: "\n")
    answered = shown.index(shown.startIndex, offsetBy: place)
    return true
  }

  /// Bytes before a scalar or a line break that has not come whole.
  private static func whole(_ bytes: [UInt8]) -> Int {
    if bytes.last == UInt8(ascii: "\r") { return bytes.count - 1 }
    guard let lead = bytes.indices.suffix(3).last(where: { bytes[$0] >= 0xC0 }) else { return bytes.count }
    return lead + (~bytes[lead]).leadingZeroBitCount > bytes.count ? lead : bytes.count
  }
}
