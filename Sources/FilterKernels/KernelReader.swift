import AudioFile
import Glibc
import NPY
import NumPy
import Platform

/// Reads the kernels that a configuration names, and makes those of words: each once, however many filters name it, and only while
/// there is memory for them.
///
/// One thread at a time may use it.
package final class KernelReader {
  /// Whether nothing more is to be read.
  package let isCancelled: @Sendable () -> Bool
  /// Whether messages may quote what files hold.
  let quotes: Bool
  /// What helps where a file has another rate than the stream.
  let remedy: String
  /// Which taps without a header are read; nil: all that are named.
  private let rawRule: RawKernelRule?
  private lazy var ownRawFiles = rawRule?.names() ?? []
  var read: [String: Kernel] = [:]
  var fitted: [Fit: Kernel] = [:]
  private var stacks: [KernelStack: Kernel] = [:]
  /// Bytes of all that is held.
  private var bytes = 0

  struct Fit: Hashable {
    var name: String
    var rate: Int
    var channel: Int
    /// Whether files of another rate were resampled.
    var resample: Bool
  }

  /// - Parameters:
  ///   - cancellation: after whose request nothing more is read.
  ///   - quotes: whether messages may quote what files hold: a path may lead to one that whoever wrote it cannot read.
  ///   - remedy: what helps where a file has another rate than the stream, beside resampling the file.
  ///   - rawRule: which taps without a header are read, where a request names the kernels; nil: all that are named.
  package init(
    _ cancellation: Cancellation? = nil, quotes: Bool = false, remedy: String = Kernel.resampling, rawRule: RawKernelRule? = nil
  ) {
    isCancelled = { cancellation?.isRequested == true }
    (self.quotes, self.remedy, self.rawRule) = (quotes, remedy, rawRule)
  }

  /// What is to be read for taps without a header.
  func permitted(_ file: RawKernelFile) throws(AudioFileError) -> RawKernelFile {
    try rawRule?.permitted(file) { ownRawFiles } ?? file
  }

  /// What a kernel may be.
  package static let limit = KernelLimit(taps: mostTaps, bytes: 8 * mostTaps * MemoryLayout<Double>.stride)

  /// Of the memory for kernels.
  var bytesLeft: Int { max(0, MemoryBudget.bytes - bytes) }

  var limit: KernelLimit {
    KernelLimit(taps: Self.limit.taps, bytes: min(Self.limit.bytes, bytesLeft), isCancelled: isCancelled)
  }

  func hold(_ kernel: Kernel) { bytes += kernel.channels.count * kernel.channels[0].count * MemoryLayout<Double>.stride }

  /// Convolves kernels with each other, in float64 and with its rounding: by FFT where that is faster. Whole numbers whose sums are
  /// whole in float64 stay exact.
  ///
  /// - Parameters:
  ///   - channel: of those that have several.
  ///   - isTrial: whether it is only to be known if they serve: the first is returned then.
  ///   - stack: what they are; equal ones are made once.
  /// - Complexity: O(N log N log K) for N taps of the result and K kernels.
  func stacked(_ kernels: [Kernel], channel: Int, isTrial: Bool, as stack: KernelStack) throws(KernelFault) -> Kernel {
    guard kernels.count > 1 else { return kernels[0] }
    if let kernel = stacks[stack] { return kernel }
    let kernel = try stacked(kernels, channel: channel, isTrial: isTrial)
    if !isTrial { stacks[stack] = kernel }
    return kernel
  }

  /// Those of a stack that was not made before.
  package func stacked(_ kernels: [Kernel], channel: Int, isTrial: Bool) throws(KernelFault) -> Kernel {
    guard kernels.count > 1 else { return kernels[0] }
    let name = kernels.map(\.name).joined(separator: ", ")
    let parts = try kernels.map { kernel throws(KernelFault) in try kernel.taps(channel: kernel.channels.count == 1 ? 0 : channel) }
    let count = parts.reduce(1) { $0 + $1.count - 1 }
    guard count <= mostTaps else {
      throw KernelFault("\(name): convolved with each other they have \(count) taps, more than \(mostTaps): cut them")
    }
    if isTrial { return kernels[0] }
    let taps = product(of: parts)
    guard !isCancelled() else { throw KernelFault("convolving them was broken off") }
    guard taps.allSatisfy(\.isFinite) else {
      throw KernelFault("\(name): convolved with each other they are louder than float64 holds: lower their taps")
    }
    do throws(AudioFileError) {
      var stacked = try Kernel(channels: [taps], name: name, layout: kernels.map(\.layout).joined(separator: "; "))
      stacked.leadFrames = kernels.reduce(0) { $0 + $1.leadFrames }
      stacked.cautions = kernels.flatMap(\.cautions)
      hold(stacked)
      return stacked
    } catch {
      throw KernelFault(error.message)
    }
  }

  /// In pairs, and pairs of these: one after the other, long results would meet each short kernel. It ends where one is not finite.
  private func product(of parts: [[Double]]) -> [Double] {
    var left = parts
    while left.count > 1, !isCancelled(), left.allSatisfy({ $0.allSatisfy(\.isFinite) }) {
      left = KernelStack.paired(left, convolved)
    }
    return left[0]
  }

  private func convolved(_ a: [Double], _ v: [Double]) -> [Double] {
    // Transforms need squares that neither overflow nor vanish: the peaks become 1 to 2 by powers of two, which are exact.
    let exponents = (Self.exponent(a), Self.exponent(v))
    let (x, h) = (a.map { scalbn($0, -exponents.0) }, v.map { scalbn($0, -exponents.1) })
    do throws(NumPyError) {
      let result = try convolveRounded(x, h, rounding: .none, isExact: false, isCancelled: isCancelled)
      let values = result.values.map { scalbn($0, exponents.0 + exponents.1) }
      let isWhole = scalbn(result.work.bound, exponents.0 + exponents.1) < 0.5 && (a + v).allSatisfy { $0 == $0.rounded() }
      return isWhole ? values.map { $0.rounded() } : values
    } catch {
      preconditionFailure("kernels have taps: \(error)")
    }
  }

  private static func exponent(_ taps: [Double]) -> Int {
    let peak = taps.reduce(0) { max($0, abs($1)) }
    return peak == 0 ? 0 : Int(peak.exponent)
  }
}
