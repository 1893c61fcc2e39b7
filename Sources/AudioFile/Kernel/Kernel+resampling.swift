import CSamplerate
import Numbers

extension Kernel {
  /// Resamples the kernel. Its frequency response is kept up to 0.96 of half the lower rate, and the time of every tap is kept:
  /// frame `leadFrames` of the result is time 0.
  ///
  /// Band-limiting gives a kernel that begins with a jump a beginning before time 0, which `leadFrames` counts; it is 0 for kernels
  /// that begin in silence. This beginning, and the ringing after the last tap, are kept down to -100 dB. libsamplerate works in
  /// float32, so the response is kept to about -140 dB. A kernel without a rate, or of this rate, is returned unchanged.
  ///
  /// Source: libsamplerate, src_process, SRC_SINC_BEST_QUALITY
  /// - Parameters:
  ///   - rate: Hz.
  ///   - isCancelled: asked some hundred times a second.
  /// - Throws: the ratio of the rates is beyond 256, or of large numbers; it takes more memory than is free; or it is cancelled.
  public func resampled(to rate: Int, isCancelled: () -> Bool = { false }) throws(AudioFileError) -> Kernel {
    guard let sampleRate, sampleRate != rate else { return self }
    guard rate > 0, sampleRate > 0, src_is_valid_ratio(Double(rate) / Double(sampleRate)) != 0 else {
      throw AudioFileError(.badData, "\(name): it has \(sampleRate) Hz and cannot be resampled to \(rate) Hz: the ratio is beyond 256")
    }
    let divisor = greatestCommonDivisor(rate, sampleRate)
    guard max(rate, sampleRate) / divisor <= Resampling.longestPeriod else {
      throw AudioFileError(
        .badData,
        "\(name): it has \(sampleRate) Hz and cannot be resampled to \(rate) Hz: their ratio is \(sampleRate / divisor) : \(rate / divisor), of"
          + " numbers beyond \(Resampling.longestPeriod): is its header right? If so, save it at a usual rate")
    }
    let resampling = Resampling(from: sampleRate, to: rate, taps: channels[0].count)
    try AudioFileError.checkMemory(resampling.byteCount(channels: channels.count), for: "\(name) at \(rate) Hz")
    var stretched: [[Double]] = []
    for channel in channels { stretched.append(try resampling.apply(to: channel, name: name, isCancelled)) }
    let kept = resampling.kept(stretched)
    var result = try Kernel(
      channels: stretched.map { Array($0[kept]) }, sampleRate: rate, name: name, layout: layout + ", resampled to \(rate) Hz")
    (result.leadFrames, result.cautions) = (resampling.lead - kept.lowerBound, cautions)
    return result
  }
}

/// How the frames of the two rates correspond.
private struct Resampling {
  /// Frames after which frames of both rates coincide: as much silence is resampled.
  static let longestPeriod = 1 << 18

  let ratio: Double
  /// Silence before and after the taps, in frames of the old rate: a whole number of frames of the new rate, so that time 0 falls
  /// on a frame.
  let padding: Int
  /// Silence before the taps, in frames of the new rate.
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

  /// The most bytes that resampling takes: float64 of the results, whole and cut, and float32 of one channel. Rates are below 2^31,
  /// so that nothing overflows.
  func byteCount(channels: Int) -> Int {
    let (input, output) = (2 * padding + Int(Double(body) / ratio) + 1, 2 * lead + body)
    return 16 * channels * output + 12 * (input + output)
  }

  /// Frames that are resampled at once: a few milliseconds' work.
  private var portion: Int { max(1, Int(4096 * min(1, ratio))) }

  func apply(to taps: [Double], name: String, _ isCancelled: () -> Bool) throws(AudioFileError) -> [Double] {
    let peak = taps.reduce(0) { max($0, abs($1)) }
    let count = 2 * lead + body
    if peak == 0 { return [Double](repeating: 0, count: count) }
    let silence = [Float](repeating: 0, count: padding)
    // The peak becomes 1, so that no tap leaves the range of float32.
    let input = silence + taps.map { Float($0 / peak) } + silence
    var output = [Float](repeating: 0, count: count)
    var status: Int32 = 0
    let converter = src_new(Int32(SRC_SINC_BEST_QUALITY), 1, &status)
    defer { _ = src_delete(converter) }
    input.withUnsafeBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        var (taken, made) = (0, 0)
        while status == 0, made < count, !isCancelled() {
          var data = SRC_DATA()
          (data.data_in, data.data_out) = (input.baseAddress! + taken, output.baseAddress! + made)
          (data.input_frames, data.output_frames) = (input.count - taken, min(portion, count - made))
          (data.src_ratio, data.end_of_input) = (ratio, 1)
          status = src_process(converter, &data)
          if data.output_frames_gen == 0 { break }
          (taken, made) = (taken + data.input_frames_used, made + data.output_frames_gen)
        }
      }
    }
    if status != 0 { throw AudioFileError(.badData, "\(name): it cannot be resampled: \(String(cString: src_strerror(status)))") }
    if isCancelled() { throw AudioFileError(.inputOutput, "\(name): resampling it was broken off") }
    // A tap counts for the time until the next one, which the ratio shortens.
    return output.map { Double($0) * peak / ratio }
  }

  /// The taps' own frames, and those on either side that are not negligible in some channel.
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
