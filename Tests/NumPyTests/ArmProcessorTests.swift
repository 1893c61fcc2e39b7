import NumPy
import Testing

@Suite struct ArmProcessorTests {
  private typealias Identity = ArmProcessor.Identity

  @Test(
    "A processor has the profile of the kernels that OpenBLAS chooses for it",
    arguments: [
      (0x410f_d034, .cortexa), (0x410f_d083, .cortexa), (0x414f_d0b1, .cortexa), (0x411f_d050, .cortexa), (0x510f_8000, .cortexa),
      (0x413f_d0c1, .neoversen1), (0xc00f_ac30, .neoversen1), (0x611f_0230, .neoversen1), (0x431f_0af1, .neoversen1),
      (0x481f_d010, nil), (0x431f_0a11, nil),
    ] as [(UInt, Profile?)])
  func profile(midr: UInt, expected: Profile?) {
    #expect(ArmProcessor(identity: Identity(midr: midr)).profile == expected)
  }

  @Test("With SVE it depends on the length of vectors, and on nothing else where OpenBLAS does not know the processor")
  func scalable() {
    // Neoverse V1, N2 and V2, Cortex-X4, and a processor of nobody.
    for midr in [0x411f_d401, 0x410f_d490, 0x410f_d4f1, 0x410f_d820, 0x0000_0000] as [UInt] {
      let identity = Identity(midr: midr)
      #expect(ArmProcessor(identity: identity, vectorBytes: 16).profile == .neoversen2)
      #expect(ArmProcessor(identity: identity, vectorBytes: 32).profile == .neoversev1)
      #expect(ArmProcessor(identity: identity, vectorBytes: 64).profile == nil)
    }
    #expect(ArmProcessor(identity: Identity(midr: 0x411f_d401)).profile == .neoversen1)
    #expect(ArmProcessor(identity: Identity(midr: 0x413f_d0c1), vectorBytes: 16).profile == .neoversen1)
    #expect(ArmProcessor(identity: nil, vectorBytes: 16, hasSME: true).profile == .neoversen2)
    #expect(ArmProcessor(identity: nil).profile == .cortexa)
  }

  @Test("A processor without a profile is named by its numbers")
  func description() {
    let processor = ArmProcessor(identity: Identity(midr: 0x461f_0010), vectorBytes: 64)
    #expect(processor.profile == nil)
    #expect(processor.description == "implementer 0x46, part 0x1, SVE of 512 bits")
  }

  @Test("The register comes from the kernel's files too, whole or not at all")
  func texts() {
    let identity = Identity(midr: 0x410f_d083)
    #expect(Identity(midrText: "0x00000000410fd083\n") == identity)
    for text in ["", "0x", "410fd083", "0x410fd083 0x1", "0xz", "0x-1"] { #expect(Identity(midrText: text) == nil, "\(text)") }
    let lines = "processor\t: 0\nBogoMIPS\t: 108.00\nCPU implementer\t: 0x41\nCPU architecture: 8\nCPU part\t: 0xd08\n"
    #expect(Identity(cpuinfo: lines + "\nprocessor\t: 1\nCPU implementer\t: 0x41\nCPU part\t: 0xd0b\n") == identity)
    for text in ["", "CPU part\t: 0xd08\n", "CPU implementer\t: 0x41\nCPU part\t:\n", "vendor_id\t: GenuineIntel\n"] {
      #expect(Identity(cpuinfo: text) == nil, "\(text)")
    }
  }
}
