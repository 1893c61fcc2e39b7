import AudioFile
import Glibc
import NPY
import NumPy
import Platform

/// Reads the kernels that a configuration names: each once, however many filters name it, and only while there is memory for them.
///
/// One thread at a time may use it.
package final class KernelReader {
  /// Whether nothing more is to be read.
  package let isCancelled: @Sendable () -> Bool
  private var read: [String: Kernel] = [:]
  private var fitted: [Fit: Kernel] = [:]
  /// Bytes of all that is held.
  private var bytes = 0

  private struct Fit: Hashable {
    var name: String
    var rate: Int
    var channel: Int
  }

  /// - Parameter cancellation: after whose request nothing more is read.
  package init(_ cancellation: Cancellation? = nil) { isCancelled = { cancellation?.isRequested == true } }

  /// What a kernel may be.
  package static let limit = KernelLimit(taps: mostTaps, bytes: 8 * mostTaps * MemoryLayout<Double>.stride)

  private var limit: KernelLimit {
    KernelLimit(taps: Self.limit.taps, bytes: min(Self.limit.bytes, max(0, MemoryBudget.bytes - bytes)), isCancelled: isCancelled)
  }

  /// Reads a kernel: a specification, or a file that is never waited for.
  package func kernel(_ name: String) throws(KernelFault) -> Kernel {
    guard !isCancelled() else { throw KernelFault("reading it was broken off") }
    if let kernel = read[name] { return kernel }
    guard name != "-" else { throw KernelFault("-: a configuration cannot name standard input: name a file") }
    guard Kernel.isSpecification(name) || name.utf8.count < PATH_MAX else {
      throw KernelFault("\(quotable(name)): it has \(name.utf8.count) bytes, and a path \(PATH_MAX - 1) at the most: name a file")
    }
    do throws(AudioFileError) {
      // What a file holds is not quoted: a path may lead to one that whoever wrote it cannot read.
      let kernel =
        Kernel.isSpecification(name)
        ? try Kernel(specification: name, limit: limit) : try Kernel(path: name, limit: limit, quotes: false)
      hold(kernel)
      read[name] = kernel
      return kernel
    } catch {
      guard error.cause == .notPermitted else { throw KernelFault(error.message, isAbsent: error.cause == .missing) }
      throw KernelFault(
        "\(name): the user \(Self.user) may not read it: allow that user the file and its folders, or send it (convolvectl load)")
    }
  }

  /// Who reads: a service is another user than the one who asks it.
  private static var user: String { getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) } ?? "\(geteuid())" }

  /// Reads a kernel for a stream of `rate`: where it is resampled, the wanted channel alone.
  ///
  /// - Parameters:
  ///   - channel: the wanted one; a kernel of one channel serves any.
  ///   - isRated: whether the rate stands in its name.
  package func kernel(_ name: String, rate: Int, resample: Bool, channel: Int, isRated: Bool = false) throws(KernelFault) -> Kernel {
    let kernel = try kernel(name)
    let channel = kernel.channels.count == 1 ? 0 : channel
    guard resample, let own = kernel.sampleRate, own != rate else {
      return try kernel.fitted(to: rate, resample: resample, channel: channel, isRated: isRated)
    }
    let fit = Fit(name: name, rate: rate, channel: channel)
    if let kernel = fitted[fit] { return kernel }
    let result = try kernel.fitted(to: rate, resample: true, channel: channel, isCancelled: isCancelled)
    hold(result)
    fitted[fit] = result
    return result
  }

  private func hold(_ kernel: Kernel) { bytes += kernel.channels.count * kernel.channels[0].count * MemoryLayout<Double>.stride }

  /// Convolves kernels with each other, in float64 and with its rounding: by FFT where that is faster. Whole numbers whose sums are
  /// whole in float64 stay exact.
  ///
  /// - Parameters:
  ///   - channel: of those that have several.
  ///   - isTrial: whether it is only to be known if they serve: the first is returned then.
  /// - Complexity: O(N log N log K) for N taps of the result and K kernels.
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

  /// In pairs, and pairs of these: one after the other, long results would meet each short kernel.
  private func product(of parts: [[Double]]) -> [Double] {
    var left = parts
    while left.count > 1, !isCancelled() {
      left = stride(from: 0, to: left.count, by: 2).map { index in
        index + 1 < left.count ? convolved(left[index], left[index + 1]) : left[index]
      }
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
