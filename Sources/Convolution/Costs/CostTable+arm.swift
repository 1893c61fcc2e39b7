import CIntrinsics
import Vector

extension CostTable {
  /// Estimates for Cortex-A72 at 1.8 GHz (Raspberry Pi 4) and Cortex-A76 at 2.4 GHz (Raspberry Pi 5), of which nobody has measured one yet.
  ///
  /// They come from the instructions that each loop takes a point, counted under emulation, at 0.35 and 0.16 ns each; and, where it is
  /// slower, from an assumed speed of memory: 24, 8 and 3.6 GB/s from the first cache, the second one and beyond, or 40, 24 and 9 GB/s.
  /// The choice of a plan depends on ratios; `measured` takes their place wherever a table is kept, and a check measures.
  package static func estimated(_ processor: ArmCore, _ precision: Precision) -> CostTable {
    switch (processor, precision) {
    case (.cortexA72, .float32):
      CostTable(
        call: 8.75, slot: 70, far: 1.15, sample: 0.91, tapFrame: 0.143,
        forward: [226, 516, 1040, 2450, 5040, 11700, 24000, 68300, 140_000, 313_000, 641_000, 1_410_000, 4_380_000],
        inverse: [282, 620, 1250, 2860, 5880, 13300, 27400, 76400, 157_000, 346_000, 708_000, 1_540_000, 4_790_000],
        product: [0.667, 0.667, 2.0, 2.0, 2.0, 2.0, 2.0, 4.44, 4.44, 4.44, 4.44, 4.44, 4.44])
    case (.cortexA72, .float64):
      CostTable(
        call: 8.75, slot: 70, far: 1.15, sample: 0.91, tapFrame: 0.245,
        forward: [384, 921, 1890, 4500, 9290, 21600, 55600, 126_000, 259_000, 580_000, 1_190_000, 3_980_000, 8_110_000],
        inverse: [485, 1110, 2280, 5250, 10800, 24600, 63400, 141_000, 290_000, 639_000, 1_310_000, 4_340_000, 8_870_000],
        product: [1.33, 1.33, 4.0, 4.0, 4.0, 4.0, 4.0, 8.89, 8.89, 8.89, 8.89, 8.89, 8.89])
    case (.cortexA76, .float32):
      CostTable(
        call: 4, slot: 32, far: 1.15, sample: 0.416, tapFrame: 0.0656,
        forward: [103, 236, 474, 1120, 2300, 5340, 11000, 25000, 64100, 143_000, 293_000, 982_000, 2_000_000],
        inverse: [129, 283, 572, 1300, 2690, 6080, 12500, 27900, 71800, 158_000, 324_000, 1_070_000, 2_190_000],
        product: [0.4, 0.4, 0.4, 0.667, 0.667, 0.667, 1.78, 1.78, 1.78, 1.78, 1.78, 1.78, 1.78])
    case (.cortexA76, .float64):
      CostTable(
        call: 4, slot: 32, far: 1.15, sample: 0.416, tapFrame: 0.112,
        forward: [176, 421, 862, 2060, 4250, 9870, 20300, 57800, 118_000, 265_000, 824_000, 1_820_000, 3_710_000],
        inverse: [222, 508, 1040, 2400, 4960, 11200, 23200, 64600, 133_000, 292_000, 910_000, 1_980_000, 4_050_000],
        product: [0.8, 0.8, 0.8, 1.33, 1.33, 1.33, 3.56, 3.56, 3.56, 3.56, 3.56, 3.56, 3.56])
    }
  }
}

/// A core of 64-bit Arm that has estimated costs.
package enum ArmCore: CaseIterable {
  case cortexA72, cortexA76

  /// The one that is more like the present processor: Cortex-A53 to A75 are the slower ones.
  static var present: ArmCore {
    let (implementer, part) = (processor_midr() >> 24 & 0xff, processor_midr() >> 4 & 0xfff)
    return implementer == 0x41 && part < 0xd0b ? .cortexA72 : .cortexA76
  }
}
