/// A convolver under measurement: a block of every input in, a block of every output out, without latency beyond the block.
protocol Contender<Sample>: AnyObject {
  associatedtype Sample: BinaryFloatingPoint

  var name: String { get }
  /// How it cuts the kernels, in its own notation.
  var plan: String { get }
  /// Whether threads of its own do a part of the work: it then falls into whichever block they run in.
  var usesThreads: Bool { get }

  /// - Parameters:
  ///   - x: for each input, a block of samples.
  ///   - y: for each output, room for a block.
  func process(_ x: UnsafePointer<UnsafePointer<Sample>>, to y: UnsafePointer<UnsafeMutablePointer<Sample>>)
}

extension Contender {
  var usesThreads: Bool { false }
}

/// Samples of several channels, each in a run of its own, and the list of pointers to them that contenders take.
final class Channels<Sample: BinaryFloatingPoint> {
  let pointers: UnsafeMutablePointer<UnsafeMutablePointer<Sample>>
  private let count: Int

  /// Zeros.
  init(_ count: Int, frames: Int) {
    self.count = count
    pointers = .allocate(capacity: count)
    for channel in 0..<count {
      let samples = UnsafeMutableRawPointer.allocate(byteCount: frames * MemoryLayout<Sample>.stride, alignment: 64)
      pointers[channel] = samples.bindMemory(to: Sample.self, capacity: frames)
      pointers[channel].initialize(repeating: 0, count: frames)
    }
  }

  convenience init(_ samples: [[Float]]) {
    self.init(samples.count, frames: samples[0].count)
    for (channel, values) in samples.enumerated() {
      for (n, value) in values.enumerated() { pointers[channel][n] = Sample(value) }
    }
  }

  deinit {
    for channel in 0..<count { pointers[channel].deallocate() }
    pointers.deallocate()
  }
}

/// Drives a contender block by block, from its input to its output.
final class Drive<Sample: BinaryFloatingPoint> {
  let y: Channels<Sample>
  private let contender: any Contender<Sample>
  private let signal: Channels<Sample>
  private let x: UnsafeMutablePointer<UnsafePointer<Sample>>
  private let cell: Cell
  private let frames: Int

  /// - Parameter input: for each channel a signal as long as the others, whole blocks, which repeats at its end.
  init(_ contender: any Contender<Sample>, input: [[Float]], cell: Cell) {
    self.contender = contender
    self.cell = cell
    frames = input[0].count
    signal = Channels(input)
    x = .allocate(capacity: cell.channels)
    x.initialize(repeating: UnsafePointer(signal.pointers[0]), count: cell.channels)
    y = Channels(cell.channels, frames: cell.block)
  }

  deinit { x.deallocate() }

  /// Convolves block `index` of the input.
  func step(_ index: Int) {
    let start = index * cell.block % frames
    for channel in 0..<cell.channels { x[channel] = UnsafePointer(signal.pointers[channel] + start) }
    contender.process(x, to: y.pointers)
  }
}
