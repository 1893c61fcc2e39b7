import Platform
import Convolution
import Vector

/// Keeps the measured costs of this processor from one start to the next.
package struct CostStore {
  private let file: KeptFile

  package init(_ precision: Precision, instructionSet: InstructionSet = .best) {
    file = KeptFile(.cache, name: "costs-\(Self.version)-\(precision)-\(instructionSet)-\(Self.processor)")
  }

  /// Of the loops that are measured: another one makes old measurements void.
  private static let version = 1

  /// The processor's name, as far as it can be a file's.
  private static var processor: String {
    let fields = (fileText("/proc/cpuinfo") ?? "").split(separator: "\n").filter { line in
      ["model name", "CPU implementer", "CPU part"].contains { line.hasPrefix($0) }
    }
    let told = fields.prefix(3).map { $0.drop { $0 != ":" }.dropFirst() }.joined()
    let name = told.isEmpty ? identification : told
    let kept = name.utf8.map { (48...57).contains($0) || (65...90).contains($0 & 0xDF) ? $0 : UInt8(ascii: "-") }
    return String(decoding: kept.prefix(80), as: UTF8.self)
  }

  /// The processor's numbers, from where a service sees them too: of Arm its MIDR_EL1, of others vendor, family and model.
  private static var identification: String {
    let folder = "/sys/devices/system/cpu/"
    let numbers = fileText(folder + "cpu0/regs/identification/midr_el1") ?? fileText(folder + "modalias") ?? ""
    return String(numbers.split(separator: ":feature", maxSplits: 1).first ?? "")
  }

  /// What was kept, if it is whole.
  package func load() -> CostTable? { file.read().flatMap(CostTable.init) }

  /// What cannot be kept is measured again at the next start.
  package func save(_ costs: CostTable) { file.save(costs.description) }

  /// Measures on a thread of its own, which gives way to every other.
  package static func measured(_ precision: Precision) async -> CostTable {
    await inBackground(niceness: 5) { .measured(precision) } ?? .shipped(precision)
  }
}
