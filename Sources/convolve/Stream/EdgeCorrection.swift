import NPY
import AudioFile
import NumPy

/// Divides each output by the sum of those taps that met values: what `np.convolve(np.ones(len(a)), v)` is there.
///
/// A moving average then has no slope at the ends.
struct EdgeCorrection: Sendable {
  /// By channel, or one list for all: K-1 sums of a beginning, that of all taps, K-1 of an end; or those of all outputs.
  private let sums: [[Double]]
  /// K, or more than any signal has values if `sums` has all.
  private let taps: Int

  /// - Throws: a sum that is divided by is zero.
  init(_ kernel: Kernel, _ operands: StreamOperands, _ sum: Sum) throws(AudioFileError) {
    let count = kernel.channels[0].count
    taps = operands.exchangedCount == nil ? count : .max
    let ones = [Double](repeating: 1, count: operands.exchangedCount ?? count)
    do throws(NumPyError) {
      sums = try kernel.channels.map { taps throws(NumPyError) in try convolve(ones, taps, profile: sum.profile, jobs: sum.jobs) }
    } catch {
      throw AudioFileError(.badData, "\(kernel.name): \(error.message)")
    }
    let wanted = sum.mode.outputs(max(ones.count, count), min(ones.count, count))
    if sums.contains(where: { $0[wanted].contains(0) }) {
      throw AudioFileError(.badData, "\(kernel.name): taps add up to 0, by which --edges corrected would divide: leave it out")
    }
  }

  /// Divides outputs of the full convolution.
  func divide(_ values: UnsafeMutablePointer<Double>, _ outputs: Range<Int>, channel: Int, signalCount: Int) {
    let sums = sums[sums.count == 1 ? 0 : channel]
    for (index, output) in outputs.enumerated() {
      values[index] /= sums[output < taps ? output : max(taps - 1, output - signalCount + taps)]
    }
  }
}
