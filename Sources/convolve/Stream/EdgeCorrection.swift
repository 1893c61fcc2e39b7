import NPY
import AudioFile
import NumPy

/// Divides each output by the sum of the taps that met values: by its value in `np.convolve(np.ones(len(a)), v)`.
///
/// A moving average then has no slope at the ends.
struct EdgeCorrection: Sendable {
  /// One list for each channel, or one for all channels: K-1 sums of the start, the sum of all taps, K-1 sums of the end; or the
  /// sums of all outputs.
  private let sums: [[Double]]
  /// K; `.max` if `sums` has those of all outputs.
  private let taps: Int

  /// - Throws: a divisor is zero.
  init(_ kernel: Kernel, _ operands: StreamOperands, _ options: ConvolutionOptions) throws(AudioFileError) {
    let count = kernel.channels[0].count
    taps = operands.exchangedCount == nil ? count : .max
    let ones = [Double](repeating: 1, count: operands.exchangedCount ?? count)
    do throws(NumPyError) {
      sums = try kernel.channels.map { taps throws(NumPyError) in try convolve(ones, taps, profile: options.profile, jobs: options.jobs) }
    } catch {
      throw AudioFileError(.badData, "\(kernel.name): \(error.message)")
    }
    let wanted = options.mode.numPy.outputs(max(ones.count, count), min(ones.count, count))
    if sums.contains(where: { $0[wanted].contains(0) }) {
      throw AudioFileError(.badData, "\(kernel.name): some or all taps add up to 0, by which --edges corrected would divide: leave it out")
    }
  }

  /// Divides `outputs`, indices into the full convolution.
  func divide(_ values: UnsafeMutablePointer<Double>, _ outputs: Range<Int>, channel: Int, signalCount: Int) {
    let sums = sums[sums.count == 1 ? 0 : channel]
    for (index, output) in outputs.enumerated() {
      values[index] /= sums[output < taps ? output : max(taps - 1, output - signalCount + taps)]
    }
  }
}
