import Buffers

/// The bytes of a file, which are read when they are needed.
public struct NPYBytes {
  let count: Int
  private let read: (_ offset: Int, _ destination: UnsafeMutableRawBufferPointer) -> Int

  /// - Parameters:
  ///   - count: bytes of the file.
  ///   - read: fills memory with the bytes from an offset on, none of them past the end, and returns how many it could get.
  public init(count: Int, read: @escaping (_ offset: Int, _ destination: UnsafeMutableRawBufferPointer) -> Int) {
    (self.count, self.read) = (count, read)
  }

  /// Bytes at hand.
  init(_ bytes: [UInt8]) {
    self.init(count: bytes.count) { offset, destination in
      bytes.withUnsafeBytes { bytes in
        destination.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + destination.count]))
      }
      return destination.count
    }
  }

  /// Those of a range; none if not all of them could be read.
  func bytes(_ range: Range<Int>) -> [UInt8] { values(UInt8.self, range) }

  /// The same as values that lie one after another.
  func values<Value: BitwiseCopyable>(_: Value.Type, _ range: Range<Int>) -> [Value] {
    [Value](unsafeUninitializedCapacity: range.count / MemoryLayout<Value>.stride) { values, count in
      let destination = UnsafeMutableRawBufferPointer(values)
      adviseLargePages(destination)
      count = read(range.lowerBound, destination) == range.count ? values.count : 0
    }
  }
}
