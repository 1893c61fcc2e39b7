import Vector

extension CostTable {
  /// What `make bench-costs` measured on an AMD EPYC (Zen 5) with AVX-512. The choice of a plan depends on ratios, which
  /// differ less between processors than the figures themselves.
  public static func shipped(_ precision: Precision) -> CostTable {
    switch precision {
    case .float32:
      CostTable(
        call: 4, turn: 32, far: 1.15, sample: 0.096, tapFrame: 0.0083,
        forward: [28, 37, 82, 167, 371, 686, 1520, 3080, 6560, 14400, 38100, 85100, 172_000],
        inverse: [43, 50, 109, 245, 540, 955, 1990, 4000, 8180, 20700, 49700, 97000, 209_000],
        product: [0.048, 0.04, 0.08, 0.083, 0.08, 0.061, 0.096, 0.129, 0.14, 0.135, 0.14, 0.2, 0.26])
    case .float64:
      CostTable(
        call: 4, turn: 32, far: 1.15, sample: 0.093, tapFrame: 0.0165,
        forward: [38, 62, 141, 277, 657, 1340, 3010, 5940, 14600, 37600, 90300, 167_000, 384_000],
        inverse: [46, 89, 166, 373, 861, 1885, 3770, 7360, 19700, 48100, 95700, 196_000, 491_000],
        product: [0.115, 0.098, 0.181, 0.171, 0.163, 0.123, 0.223, 0.246, 0.283, 0.249, 0.275, 0.384, 0.529])
    }
  }
}
