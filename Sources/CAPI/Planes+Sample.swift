import Buffers

/// A type of samples that callers pass.
protocol Sample {
  init(_ value: Double)
  var value: Double { get }
}

extension Float: Sample {
  var value: Double { @inline(__always) get { Double(self) } }
}

extension Double: Sample {
  var value: Double { @inline(__always) get { self } }
}

// Copies between a caller's channels and planes of float64. All inputs are read before any output is written, since they may be
// the same memory. Proved to be real-time safe where they are inlined, once S is known.
extension Planes {
  /// The samples of every channel; nil where one is missing.
  @inline(__always)
  func complete<S>(_ list: UnsafePointer<UnsafePointer<S>?>) -> UnsafePointer<UnsafePointer<S>>? {
    for channel in 0..<channels where list[channel] == nil { return nil }
    return UnsafeRawPointer(list).assumingMemoryBound(to: UnsafePointer<S>.self)
  }

  @inline(__always)
  func complete<S>(_ list: UnsafePointer<UnsafeMutablePointer<S>?>) -> UnsafePointer<UnsafeMutablePointer<S>>? {
    for channel in 0..<channels where list[channel] == nil { return nil }
    return UnsafeRawPointer(list).assumingMemoryBound(to: UnsafeMutablePointer<S>.self)
  }

  @inline(__always)
  func read<S: Sample>(_ sources: UnsafePointer<UnsafePointer<S>>) {
    for channel in 0..<channels {
      let (source, target) = (sources[channel], pointers[channel])
      for n in 0..<frames { target[n] = source[n].value }
    }
  }

  @inline(__always)
  func write<S: Sample>(to targets: UnsafePointer<UnsafeMutablePointer<S>>) {
    for channel in 0..<channels {
      let (source, target) = (pointers[channel], targets[channel])
      for n in 0..<frames { target[n] = S(source[n]) }
    }
  }
}
