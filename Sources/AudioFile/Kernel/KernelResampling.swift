import CSamplerate
import Numbers

extension Kernel {
  /// The same filter at another sample rate: its frequency response stays up to 0.96 of the lower half rate, and so does the time
  /// of every tap, frame `leadFrames` of the result being time 0.
  ///
  /// A kernel that begins with a jump has, band-limited, a beginning before time 0: that is what `leadFrames` counts, 0 for one
  /// that begins in silence. Together with the ringing after the last tap it is kept as long as it matters to -100 dB. Taps lie
  /// in float32 on the way, so the response is kept to about -140 dB. A kernel that says no rate, or has this one, comes back
  /// as it is.
  ///
  /// Source: libsamplerate, src_simple, SRC_SINC_BEST_QUALITY
  /// - Parameter rate: Hz.
  /// - Throws: the rates differ by more than 256 times.
  public func resampled(to rate: Int) throws(AudioFileError) -> Kernel {
    guard let sampleRate, sampleRate != rate else { return self }
    guard rate > 0, sampleRate > 0, src_is_valid_ratio(Double(rate) / Double(sampleRate)) != 0 else {
      throw AudioFileError(.badData, "\(name): it has \(sampleRate) Hz and cannot be resampled to \(rate) Hz: the ratio is beyond 256")
    }
    let resampling = Resampling(from: sampleRate, to: rate, taps: channels[0].count)
    var stretched: [[Double]] = []
    for channel in channels { stretched.append(try resampling.apply(to: channel, name: name)) }
    let kept = resampling.kept(stretched)
    var result = try Kernel(
      channels: stretched.map { Array($0[kept]) }, sampleRate: rate, name: name, layout: layout + ", resampled to \(rate) Hz")
    result.leadFrames = resampling.lead - kept.lowerBound
    return result
  }
}

/// How the frames before and after resampling lie to each other.
private struct Resampling {
  let ratio: Double
  /// Silence before and after the taps, in frames of the old rate: whole numbers of frames of the new one, so that time 0 falls
  /// on one.
  let padding: Int
  /// The same before the taps, in frames of the new rate.
  let lead: Int
  /// Frames of the new rate that the taps take.
  let body: Int

  init(from old: Int, to new: Int, taps: Int) {
    ratio = Double(new) / Double(old)
    let step = greatestCommonDivisor(old, new)
    // The filter reaches 143 frames of the lower rate to either side.
    let reach = Int((150 * max(1, 1 / ratio)).rounded(.up))
    let steps = (reach + old / step - 1) / (old / step)
    (padding, lead) = (steps * (old / step), steps * (new / step))
    body = Int((Double(taps - 1) * ratio).rounded(.down)) + 1
  }

  func apply(to taps: [Double], name: String) throws(AudioFileError) -> [Double] {
    let peak = taps.reduce(0) { max($0, abs($1)) }
    let count = 2 * lead + body
    if peak == 0 { return [Double](repeating: 0, count: count) }
    let silence = [Float](repeating: 0, count: padding)
    // Full scale at 1, so that no tap leaves the range of float32.
    let input = silence + taps.map { Float($0 / peak) } + silence
    var output = [Float](repeating: 0, count: count)
    let status = input.withUnsafeBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        var data = SRC_DATA()
        (data.data_in, data.data_out) = (input.baseAddress, output.baseAddress)
        (data.input_frames, data.output_frames) = (input.count, output.count)
        data.src_ratio = ratio
        return src_simple(&data, Int32(SRC_SINC_BEST_QUALITY), 1)
      }
    }
    if status != 0 { throw AudioFileError(.badData, "\(name): it cannot be resampled: \(String(cString: src_strerror(status)))") }
    // A tap stands for the time to the next one.
    return output.map { Double($0) * peak / ratio }
  }

  /// The taps' own frames, and what is not negligible on either side of them in any channel.
  func kept(_ channels: [[Double]]) -> Range<Int> {
    var kept = lead..<lead + body
    for taps in channels {
      let limit = 1e-5 * taps.reduce(0) { $0 + $1 * $1 }.squareRoot()
      var (first, sum) = (0, 0.0)
      while first < kept.lowerBound, case let next = sum + abs(taps[first]), next <= limit { (first, sum) = (first + 1, next) }
      var last = taps.count
      sum = 0
      while last > kept.upperBound, case let next = sum + abs(taps[last - 1]), next <= limit { (last, sum) = (last - 1, next) }
      kept = min(first, kept.lowerBound)..<max(last, kept.upperBound)
    }
    return kept
  }
}
