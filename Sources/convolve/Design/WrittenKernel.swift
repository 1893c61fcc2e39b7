import Analysis
import AudioFile
import NPY
import Numbers
import Terminal

/// A kernel and the file that it becomes.
struct WrittenKernel {
  private let kernel: Kernel
  private let output: OutputOptions
  private let channels: [KernelAnalysis]

  /// - Throws: the file cannot hold such a kernel.
  init(_ kernel: Kernel, _ output: OutputOptions) throws(Failure) {
    (self.kernel, self.output) = (kernel, output)
    if case .array = output.kind, kernel.channels.count > 1 {
      throw Failure(.usage, "\(output.name): the kernel has \(kernel.channels.count) channels, an array takes one: write a sound file")
    }
    if case .sound = output.kind, kernel.sampleRate == nil {
      throw Failure(.usage, "\(output.name): nobody says a rate, which a sound file has: give --rate 48000, or write .npy")
    }
    channels = try kernel.analyses()
  }

  var curves: [KernelCurve] {
    channels.enumerated().map { channel, analysis in
      let place = channels.count == 1 ? "" : ", channel \(channel)"
      return KernelCurve(
        name: output.name.printableLine + place, taps: kernel.channels[channel], sampleRate: kernel.sampleRate, analysis: analysis)
    }
  }

  /// Writes the file, and tells what it holds.
  func write() throws(Failure) {
    for caution in kernel.cautions { Convolve.report(Failure(.success, caution)) }
    do throws(AudioFileError) {
      switch output.kind {
      case .array:
        let file = try StagedFile(output.path)
        try file.write(NumPyArray(kernel.channels[0]))
        try file.commit()
      case .sound(let container, let format): try write(output.path, container, format ?? Self.usualFormat(container))
      case .raw: preconditionFailure("nothing asked for it")
      }
    } catch {
      throw Failure(error)
    }
    if output.name == "-" { lines.forEach { Convolve.report(Failure(.success, $0)) } } else { lines.forEach { print($0.printableLine) } }
  }

  private static func usualFormat(_ container: AudioContainer) -> SampleEncoding { container == .flac ? .s24packed : .double }

  private func write(_ path: String, _ container: AudioContainer, _ encoding: SampleEncoding) throws(AudioFileError) {
    let sink = try SoundSink(
      path: path, container: container, encoding: encoding, channelCount: kernel.channels.count, sampleRate: kernel.sampleRate ?? 0,
      expectedFrames: kernel.channels[0].count)
    let clipping = try sink.write(kernel.channels)
    guard clipping.samples == 0 else {
      let format = container == .flac ? "write a .wav in place of .flac" : "give --format float"
      let preamp = clipping.attenuation.map { "; of an equaliser, a Preamp that is lower by \(fixed($0, 1)) dB avoids it too" } ?? ""
      throw AudioFileError(
        .badData,
        "\(output.name): \(clipping.samples == 1 ? "1 tap is" : "\(clipping.samples) taps are") beyond what \(encoding.rawValue) holds, nothing was written: \(format)\(preamp)"
      )
    }
    try sink.commit()
  }

  private var lines: [String] {
    let (count, lead) = (kernel.channels[0].count, kernel.leadFrames)
    let gain = channels.max { $0.largestGain.magnitude < $1.largestGain.magnitude }?.largestGain
    let any = channels.map(\.l1Norm).max() ?? 0
    let peak = channels.max { abs($0.peak.value) < abs($1.peak.value) }?.peak.tap ?? 0
    return [
      "\(output.name): \(kernel.layout)",
      "  length  \(quantity(count, "tap"))\(time(count))",
      kernel.ending.map { "  end     \($0)" },
      "  gain    \(level(gain?.magnitude ?? 0)) of a sine\(frequency(gain?.frequency)), \(level(any)) of any signal",
      "  delay   time 0 at tap \(lead)\(time(lead)), the largest tap at \(peak)\(time(peak))",
    ].compactMap(\.self)
  }

  private func level(_ magnitude: Double) -> String {
    magnitude == 0 ? "silence" : "\(magnitude > 1 ? "+" : "")\(fixed(decibels(magnitude), 2)) dB"
  }

  private func time(_ taps: Int) -> String { kernel.sampleRate.map { " (\(fixed(Double(taps) * 1_000 / Double($0), 3)) ms)" } ?? "" }

  private func frequency(_ cycles: Double?) -> String {
    guard let cycles, let rate = kernel.sampleRate else { return "" }
    return " at \(fixed(cycles * Double(rate), 1)) Hz"
  }
}
