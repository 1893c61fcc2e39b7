import CIntrinsics
import Platform

/// A 64-bit Arm processor, by what OpenBLAS looks at when it chooses kernels.
package struct ArmProcessor: Equatable {
  /// Who made it, and which one it is: parts of the register MIDR_EL1; nil where the kernel does not tell.
  package var identity: Identity?
  /// Bytes of a vector of SVE; 0 without SVE.
  package var vectorBytes: Int
  /// Whether it has SME.
  package var hasSME: Bool

  package init(identity: Identity?, vectorBytes: Int = 0, hasSME: Bool = false) {
    (self.identity, self.vectorBytes, self.hasSME) = (identity, vectorBytes, hasSME)
  }

  package struct Identity: Equatable {
    package var implementer: Int
    package var part: Int
  }

  /// The profile of the kernels that OpenBLAS 0.3.31 chooses, as the wheels of NumPy have it; nil where no profile has their order.
  ///
  /// Source: OpenBLAS, driver/others/dynamic_arm64.c.
  package var profile: Profile? {
    switch (identity?.implementer, identity?.part) {
    // Cortex-A53, A57, A72, A73, A55; EMAG 8180; Falkor.
    case (0x41, 0xd03), (0x41, 0xd07), (0x41, 0xd08), (0x41, 0xd09), (0x41, 0xd05), (0x50, 0x000), (0x51, 0xc00): .cortexa
    // Neoverse N1; ThunderX2 under two names, and ThunderX3; Ampere 1; Apple.
    case (0x41, 0xd0c), (0x42, 0x516), (0x43, 0x0af), (0x43, 0x0b8), (0xc0, 0xac3), (0xc0, 0xac4), (0x61, _): .neoversen1
    // Neoverse N2, V1 and V2, under a kernel without SVE.
    case (0x41, 0xd49), (0x41, 0xd40), (0x41, 0xd4f): vectorBytes == 0 ? .neoversen1 : scalable
    // ThunderX, A64FX and TSV110 have orders of their own.
    case (0x43, 0x0a1), (0x46, 0x001), (0x48, 0xd01): nil
    default: vectorBytes > 0 || hasSME ? scalable : .cortexa
    }
  }

  /// That of SVE's kernels, which depends on the length of vectors.
  private var scalable: Profile? {
    switch vectorBytes {
    case 16: .neoversen2
    case 32: .neoversev1
    default: nil
    }
  }

  package var description: String {
    guard let identity else { return "this processor, whose identity is not told" }
    let numbers = "implementer 0x\(String(identity.implementer, radix: 16)), part 0x\(String(identity.part, radix: 16))"
    return vectorBytes > 0 ? "\(numbers), SVE of \(8 * vectorBytes) bits" : numbers
  }
}

extension ArmProcessor.Identity {
  package init(midr: UInt) { (implementer, part) = (Int(midr >> 24 & 0xff), Int(midr >> 4 & 0xfff)) }

  /// Takes the text of a file midr_el1: 0x00000000410fd083.
  package init?(midrText: String) {
    guard let midr = hexadecimal(midrText) else { return nil }
    self.init(midr: midr)
  }

  /// Takes the text of /proc/cpuinfo, and of it the first processor.
  package init?(cpuinfo: String) {
    func value(_ name: String) -> Int? {
      let line = cpuinfo.split(separator: "\n").first { $0.hasPrefix(name) }
      return line?.split(separator: ":").last.flatMap(hexadecimal).map(Int.init(truncatingIfNeeded:))
    }
    guard let implementer = value("CPU implementer"), let part = value("CPU part") else { return nil }
    (self.implementer, self.part) = (implementer, part)
  }
}

/// The number that a word 0x… is, with nothing but blanks about it.
private func hexadecimal(_ text: some StringProtocol) -> UInt? {
  let words = text.split(whereSeparator: \.isWhitespace)
  guard words.count == 1, words[0].hasPrefix("0x") else { return nil }
  return UInt(words[0].dropFirst(2), radix: 16)
}

extension ArmProcessor {
  /// This machine's. OpenBLAS too asks the processor first, where the kernel lets it.
  static var present: ArmProcessor {
    ArmProcessor(
      identity: identity(), vectorBytes: Int(processor_scalable_vector_bytes()), hasSME: processor_has_sme() != 0)
  }

  private static func identity() -> Identity? {
    let midr = processor_midr()
    if midr != 0 { return Identity(midr: midr) }
    return fileText("/sys/devices/system/cpu/cpu0/regs/identification/midr_el1").flatMap(Identity.init(midrText:))
      ?? fileText("/proc/cpuinfo").flatMap(Identity.init(cpuinfo:))
  }
}
