/// A list of pointers to channels that lie elsewhere.
public struct ChannelPointers: ~Copyable {
  public let pointers: UnsafeMutablePointer<UnsafeMutablePointer<Double>>

  /// The pointers are to be set before they are read.
  public init(_ channels: Int) { pointers = .allocate(capacity: max(1, channels)) }

  deinit { pointers.deallocate() }

  /// The same list for a callee that only reads the samples.
  public var readOnly: UnsafePointer<UnsafePointer<Double>> {
    @_noLocks @_noAllocation get {
      UnsafeRawPointer(pointers).assumingMemoryBound(to: UnsafePointer<Double>.self)
    }
  }
}
