import Buffers
import CSamplerate

/// Resamples captured frames in float32, by a ratio that glides from block to block.
///
/// Holds the captured frames that it has not used yet; frames are numbered from the last `restart`. The filter has linear phase
/// and reads `lookAhead` frames ahead: this is its whole delay. Its own noise lies 120 dB and more below a tone. Making and
/// freeing it allocate; all else is real-time safe.
///
/// Source: libsamplerate, src_process, SRC_SINC_MEDIUM_QUALITY
package struct AdaptiveResampler: ~Copyable, @unchecked Sendable {
  /// Frames that must have been captured after the one that it gives.
  package static var lookAhead: Int { @_noLocks @_noAllocation get { 47 } }
  /// Frames that fill the filter after a jump, unheard.
  private static var primingFrames: Int { @_noLocks @_noAllocation get { 128 } }

  package let channels: Int
  /// Captured frames since the restart.
  package private(set) var capturedFrames = 0
  /// The captured frame, with a fraction, that it gives next.
  package private(set) var position = 0.0
  private let state: OpaquePointer
  /// A ring of a power of two of interleaved frames.
  private let ring: Memory
  private let mask: Int
  private let scratch: Memory
  /// Frames that the filter has been given.
  private var fedFrames = 0

  /// - Parameters:
  ///   - channels: channels of a frame.
  ///   - capacity: the least number of frames to hold.
  package init(channels: Int, capacity: Int) {
    self.channels = channels
    var frames = 1
    while frames < capacity + Self.primingFrames { frames *= 2 }
    mask = frames - 1
    ring = Memory(byteCount: frames * channels * MemoryLayout<Float>.stride)
    scratch = Memory(byteCount: Self.primingFrames * channels * MemoryLayout<Float>.stride)
    var error: Int32 = 0
    guard let state = src_new(Int32(SRC_SINC_MEDIUM_QUALITY), Int32(channels), &error) else {
      fatalError("src_new: \(String(cString: src_strerror(error)))")
    }
    self.state = state
  }

  deinit { src_delete(state) }

  /// The memory that it works in, except libsamplerate's own.
  package var regions: [UnsafeRawBufferPointer] { [ring.region, scratch.region] }

  private var samples: UnsafeMutablePointer<Float> {
    @_noLocks @_noAllocation get { ring.base.assumingMemoryBound(to: Float.self) }
  }

  /// Forgets all frames: the next appended one is the first, after silence.
  @_noLocks @_noAllocation
  package mutating func restart() {
    (capturedFrames, fedFrames, position) = (0, 0, 0)
    let before = (0 &- Self.primingFrames) & mask
    for n in before &* channels..<(mask &+ 1) &* channels { samples[n] = 0 }
  }

  /// Appends `count` captured frames. Complexity: O(count · channels).
  @_noLocks @_noAllocation
  package mutating func append(_ planes: UnsafePointer<UnsafeMutablePointer<Double>>, count: Int) {
    for channel in 0..<channels {
      let plane = planes[channel]
      for n in 0..<count { samples[((capturedFrames &+ n) & mask) &* channels &+ channel] = Float(plane[n]) }
    }
    capturedFrames &+= count
  }

  /// Jumps to a captured frame.
  ///
  /// - Parameter ratio: captured frames for each frame given.
  /// - Returns: false: that frame has not been captured yet.
  @_noLocks @_noAllocation
  package mutating func seek(to frame: Int, ratio: Double) -> Bool {
    fedFrames = frame &- Self.primingFrames
    position = Double(fedFrames)
    reset()
    return resample(to: scratch.base.assumingMemoryBound(to: Float.self), count: Self.primingFrames, from: ratio, to: ratio)
  }

  /// Gives the next `count` frames, interleaved. Complexity: O(count · channels).
  ///
  /// - Parameters:
  ///   - first: captured frames for each frame given, at the beginning.
  ///   - last: the same ratio at the end; it changes linearly between them.
  /// - Returns: false: too few frames have been captured, and a jump must follow.
  @_noLocks @_noAllocation
  package mutating func resample(to frames: UnsafeMutablePointer<Float>, count: Int, from first: Double, to last: Double) -> Bool {
    let next = position + Double(count) * (first + last) / 2
    // The library takes all frames that it is offered, needed or not: offer as many as are needed, then one at a time.
    var offer = max(0, Int(next) &+ Self.lookAhead &- 1 &- fedFrames)
    var done = 0
    while done < count {
      guard fedFrames &+ offer <= capturedFrames else { return false }
      let start = fedFrames & mask
      var data = SRC_DATA()
      data.data_in = UnsafePointer(samples + start &* channels)
      data.data_out = frames + done &* channels
      data.input_frames = min(offer, mask &+ 1 &- start)
      data.output_frames = count &- done
      data.src_ratio = 1 / last
      guard process(&data) == 0 else { return false }
      fedFrames &+= data.input_frames_used
      done &+= data.output_frames_gen
      offer = max(1, offer &- data.input_frames_used)
    }
    // The library's own sum of ratios differs by rounding only.
    position = min(max(next, Double(fedFrames &- Self.lookAhead &- 3)), Double(fedFrames &- Self.lookAhead &+ 4))
    return true
  }

  @inline(__always) @_semantics("no_performance_analysis")
  private func process(_ data: inout SRC_DATA) -> Int32 { src_process(state, &data) }

  @inline(__always) @_semantics("no_performance_analysis")
  private func reset() { src_reset(state) }
}
