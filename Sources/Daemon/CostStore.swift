import Convolution
import Glibc
import Vector

/// Where the measured costs of this processor are kept from one start to the next.
struct CostStore {
  /// Nil where there is no folder for it: then nothing is kept.
  let path: String?

  /// In `$CACHE_DIRECTORY`, which systemd gives a service, else in the user's cache.
  init(_ precision: Precision, instructionSet: InstructionSet = .best) {
    func variable(_ name: String) -> String? {
      getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }
    let service = variable("CACHE_DIRECTORY").map { String($0.prefix { $0 != ":" }) }
    let user = variable("XDG_CACHE_HOME") ?? variable("HOME").map { $0 + "/.cache" }
    let folder = service ?? user.map { $0 + "/convolved" }
    path = folder.map { "\($0)/costs-\(Self.version)-\(precision)-\(instructionSet)-\(Self.processor)" }
  }

  /// Of the loops that are measured: another one makes old measurements void.
  private static let version = 1

  /// The processor's name, as far as it can be a file's.
  private static var processor: String {
    let fields = (contents("/proc/cpuinfo") ?? "").split(separator: "\n").filter { line in
      ["model name", "CPU implementer", "CPU part"].contains { line.hasPrefix($0) }
    }
    let name = fields.prefix(3).map { $0.drop { $0 != ":" }.dropFirst() }.joined()
    let kept = name.utf8.map { (48...57).contains($0) || (65...90).contains($0 & 0xDF) ? $0 : UInt8(ascii: "-") }
    return String(decoding: kept.prefix(80), as: UTF8.self)
  }

  /// What was kept, if it is whole.
  func load() -> CostTable? { path.flatMap(Self.contents).flatMap(CostTable.init) }

  /// Keeps a measurement, whole or not at all; what cannot be kept is measured again at the next start.
  func save(_ costs: CostTable) {
    guard let path else { return }
    let folder = path.prefix(upTo: path.lastIndex(of: "/")!)
    mkdir(String(folder.prefix(upTo: folder.lastIndex(of: "/") ?? folder.endIndex)), 0o700)
    mkdir(String(folder), 0o755)
    let draft = "\(path).\(getpid())"
    guard let file = fopen(draft, "w") else { return }
    let isWritten = fputs(costs.description, file) >= 0
    if fclose(file) == 0, isWritten, rename(draft, path) == 0 { return }
    unlink(draft)
  }

  /// Measures on a thread of its own, which gives way to every other.
  static func measured(_ precision: Precision) async -> CostTable {
    await withCheckedContinuation { continuation in
      let body = Unmanaged.passRetained(Measurement(precision: precision, continuation: continuation))
      var thread = pthread_t()
      let error = pthread_create(&thread, nil, { measure($0) }, body.toOpaque())
      guard error != 0 else { return _ = pthread_detach(thread) }
      body.release()
      continuation.resume(returning: .shipped(precision))
    }
  }

  private static func contents(_ path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes.prefix(count), as: UTF8.self)
  }
}

private final class Measurement: Sendable {
  let precision: Precision
  let continuation: CheckedContinuation<CostTable, Never>

  init(precision: Precision, continuation: CheckedContinuation<CostTable, Never>) {
    (self.precision, self.continuation) = (precision, continuation)
  }
}

private func measure(_ pointer: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  let measurement = Unmanaged<Measurement>.fromOpaque(pointer!).takeRetainedValue()
  // On Linux a thread has its own niceness; 0 is the calling one.
  setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 19)
  measurement.continuation.resume(returning: .measured(measurement.precision))
  return nil
}
