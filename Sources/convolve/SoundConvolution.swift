import AudioFile
import NumPy
import Terminal

/// A signal and a kernel to a file, in float64. A kernel of one channel serves all of the signal's.
func convolveSound(
  _ signal: Signal, _ kernel: Kernel, _ sum: Sum, to path: String, as target: OutputKind, _ notes: Notes
) throws(Failure) {
  try check(signal, kernel)
  switch target {
  case .array:
    if signal.channels.count > 1 {
      throw Failure(.usage, "\(path): the result has \(signal.channels.count) channels, an array takes one: write a sound file")
    }
    let staged = try StagedFile.creating(path)
    let result = try convolved(signal, kernel, sum, rounding: .none, notes)
    do throws(AudioFileError) {
      try staged.write(NumPyArray(result[0]))
      try staged.commit()
    } catch {
      throw Failure(error)
    }
  case .sound(let container, let format):
    guard let rate = signal.sampleRate ?? kernel.sampleRate else {
      throw Failure(.usage, "\(path): neither \(signal.name) nor \(kernel.name) says a sample rate: write .npy instead")
    }
    let sink = try SoundSink.creating(path, container, encoding(format, signal, notes), channels: signal.channels.count, rate: rate)
    let result = try convolved(signal, kernel, sum, rounding: sink.encoding.rounding, notes)
    notes.detail("output: \(path): \(sink.encoding.name), \(result[0].count) frames, \(rate) Hz")
    do throws(AudioFileError) {
      let clipping = try sink.write(result)
      if sum.isStrict && clipping.samples > 0 {
        throw AudioFileError(.badData, clipped(clipping, of: result, path) + ": nothing was written, since --strict forbids it")
      }
      if clipping.samples > 0 { notes.warn(clipped(clipping, of: result, path)) }
      try sink.commit()
    } catch {
      throw Failure(error)
    }
  }
}

private func check(_ signal: Signal, _ kernel: Kernel) throws(Failure) {
  if let rate = signal.sampleRate, let other = kernel.sampleRate, rate != other {
    throw Failure(.badData, "\(kernel.name) has \(other) Hz, \(signal.name) \(rate) Hz: resample one of them, or say --resample")
  }
  let (channels, others) = (signal.channels.count, kernel.channels.count)
  if others != 1 && others != channels {
    throw Failure(
      .badData, "\(kernel.name) has \(others) channels, \(signal.name) has \(channels): a kernel has one, or as many as the input")
  }
}

private func encoding(_ format: SampleEncoding?, _ signal: Signal, _ notes: Notes) -> SampleEncoding {
  if let encoding = format ?? signal.encoding { return encoding }
  notes.warn("\(signal.name) holds \(signal.encodingName): the output is s16, unless --format says otherwise")
  return .s16
}

private func convolved(
  _ signal: Signal, _ kernel: Kernel, _ sum: Sum, rounding: Rounding, _ notes: Notes
) throws(Failure) -> [[Double]] {
  do throws(NumPyError) {
    return try signal.channels.indices.map { channel throws(NumPyError) in
      let taps = kernel.channels[kernel.channels.count == 1 ? 0 : channel]
      let result = try sum.convolve(signal.channels[channel], taps, rounding: rounding)
      notes.detail(result.description(channel: channel, isExact: sum.isExact))
      // What a resampled kernel has before its first instant is not to delay the result.
      return sum.mode == .full ? Array(result.values.dropFirst(kernel.leadFrames)) : result.values
    }
  } catch {
    throw Failure(.badData, "\(signal.name) with \(kernel.name): \(error.message)")
  }
}

private func clipped(_ clipping: Clipping, of channels: [[Double]], _ path: String) -> String {
  let total = channels.count * channels[0].count
  let remedy = clipping.attenuation.map { "a gain of -\($0) dB would avoid it, and so would" } ?? "avoid it by"
  return "\(path): \(clipping.samples) of \(total) samples clipped: \(remedy) --format float"
}
