import Peers

/// One of the convolvers of `Peers.h`.
final class Peer: Contender {
  let name: String
  let plan: String
  let usesThreads: Bool
  private let handle: OpaquePointer

  private init(_ name: String, _ plan: String, _ handle: OpaquePointer?, usesThreads: Bool = false) throws {
    guard let handle else { throw Failure("\(name) refuses \(plan)") }
    self.name = name
    self.plan = plan
    self.handle = handle
    self.usesThreads = usesThreads
  }

  deinit { peer_destroy(handle) }

  func process(_ x: UnsafePointer<UnsafePointer<Float>>, to y: UnsafePointer<UnsafeMutablePointer<Float>>) {
    // C's lists of pointers may hold null: the same memory under another type.
    peer_process(
      handle, UnsafeRawPointer(x).assumingMemoryBound(to: UnsafePointer<Float>?.self),
      UnsafeRawPointer(y).assumingMemoryBound(to: UnsafeMutablePointer<Float>?.self))
  }

  static func fftw(_ material: Material) throws -> Peer {
    let (taps, block) = (material.cell.taps, material.cell.block)
    return try Peer("FFTW, uniform", "\(max(1, taps / block)) x \(block)", peer_create_fftw(block, taps, material.kernels[0][0]))
  }

  static func direct(_ material: Material) throws -> Peer {
    let (taps, block) = (material.cell.taps, material.cell.block)
    return try Peer("direct sum", "direct \(taps)", peer_create_direct(block, taps, material.kernels[0][0]))
  }

  static func zita(_ material: Material, largestPartition: Int) throws -> Peer {
    let (cell, kernels) = (material.cell, Channels<Float>(material.kernels.flatMap { $0 }))
    let handle = peer_create_zita(
      cell.channels, cell.channels, cell.block, cell.taps,
      UnsafeRawPointer(kernels.pointers).assumingMemoryBound(to: UnsafePointer<Float>?.self), largestPartition)
    return try withExtendedLifetime(kernels) {
      try Peer("zita-convolver", "partitions up to \(largestPartition)", handle, usesThreads: true)
    }
  }

  /// zita with its fastest largest partition.
  static func zita(_ material: Material) throws -> Peer {
    try zita(material, largestPartition: fastestPartition(material))
  }

  /// zita's largest partition by trial: no size is the best for all kernels.
  static func fastestPartition(_ material: Material) throws -> Int {
    let (taps, block) = (material.cell.taps, material.cell.block)
    let candidates = [1_024, 2_048, 4_096, 8_192].filter { $0 >= block && ($0 <= taps || $0 == max(1_024, block)) }
    guard candidates.count > 1 else { return candidates[0] }
    let tracks = try candidates.map { try Track(zita(material, largestPartition: $0), material) }
    race(tracks, Effort(rounds: 7, leastRounds: 3, seconds: 0.3))
    let best = candidates.indices.min { tracks[$0].cpuMinimum < tracks[$1].cpuMinimum }!
    return candidates[best]
  }
}
