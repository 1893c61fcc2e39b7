/// The float64 samples of several channels, each contiguous, and the list of pointers to them.
public struct Planes: ~Copyable {
  public let channels: Int
  public let frames: Int
  private let memory: Memory
  public let pointers: UnsafeMutablePointer<UnsafeMutablePointer<Double>>

  public init(channels: Int, frames: Int) {
    self.channels = channels
    self.frames = frames
    let list = (channels * MemoryLayout<UnsafeMutablePointer<Double>>.stride + 63) / 64 * 64
    memory = Memory(byteCount: list + channels * frames * MemoryLayout<Double>.stride)
    pointers = memory.base.bindMemory(to: UnsafeMutablePointer<Double>.self, capacity: channels)
    let samples = (memory.base + list).bindMemory(to: Double.self, capacity: channels * frames)
    for channel in 0..<channels { (pointers + channel).initialize(to: samples + channel * frames) }
  }

  public var region: UnsafeRawBufferPointer { memory.region }

  /// This list, for a callee that only reads the samples.
  public var readOnly: UnsafePointer<UnsafePointer<Double>> {
    @_noLocks @_noAllocation get {
      UnsafeRawPointer(pointers).assumingMemoryBound(to: UnsafePointer<Double>.self)
    }
  }
}

/// A list of pointers to the samples of channels in other memory.
public struct ChannelPointers: ~Copyable {
  public let pointers: UnsafeMutablePointer<UnsafeMutablePointer<Double>>

  /// Makes an uninitialised list: set the pointers before they are read.
  public init(_ channels: Int) { pointers = .allocate(capacity: max(1, channels)) }

  deinit { pointers.deallocate() }

  /// This list, for a callee that only reads the samples.
  public var readOnly: UnsafePointer<UnsafePointer<Double>> {
    @_noLocks @_noAllocation get {
      UnsafeRawPointer(pointers).assumingMemoryBound(to: UnsafePointer<Double>.self)
    }
  }
}
