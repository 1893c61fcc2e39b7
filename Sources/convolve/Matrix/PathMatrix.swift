import AudioFile
import ConfigurationFile
import Convolution
import FilterKernels
import Numbers
import NumPy
import Platform
import Terminal

/// What leads from the channels of a sound to those of a result: kernels with gains and delays. Those that end in one channel add up.
struct PathMatrix {
  struct Path {
    var from: Int
    var to: Int
    var taps: [Double]
    /// A factor of the taps.
    var gain = 1.0
    /// Frames.
    var delay = 0
  }

  /// What messages call it.
  let name: String
  let layout: String
  let inputCount: Int
  let outputCount: Int
  /// Hz; nil: any.
  let sampleRate: Int?
  /// In the order in which they are added.
  let paths: [Path]
  /// Frames of the result before time 0, which are left out.
  let leadFrames: Int
  let cautions: [String]

  /// The kernel's only channel for every channel of the sound, or one for each.
  init(pairing kernel: Kernel, channels: Int) {
    self.init(
      kernel, inputCount: channels, outputCount: channels,
      (0..<channels).map { Path(from: $0, to: $0, taps: kernel.channels[kernel.channels.count == 1 ? 0 : $0]) })
  }

  /// A kernel with a channel for each input at each output.
  init(_ kernel: Kernel, _ order: ChannelOrder) throws(AudioFileError) {
    guard kernel.channels.count == order.paths.count else {
      let there = quantity(kernel.channels.count, "channel")
      throw AudioFileError(
        .badData, "\(kernel.name) has \(there), and --matrix names \(order.paths.count): LL, LR, RL and RR of a kernel of true stereo")
    }
    self.init(
      kernel, inputCount: 2, outputCount: 2,
      zip(order.paths, kernel.channels).map { Path(from: $0.from, to: $0.to, taps: $1) })
  }

  private init(_ kernel: Kernel, inputCount: Int, outputCount: Int, _ paths: [Path]) {
    (name, layout, self.inputCount, self.outputCount) = (kernel.name, kernel.layout, inputCount, outputCount)
    (sampleRate, self.paths, leadFrames, cautions) = (kernel.sampleRate, paths, kernel.leadFrames, kernel.cautions)
  }

  /// The matrix of a configuration at one rate.
  init(_ filters: FilterSet, name: String) {
    let configuration = filters.configuration
    (self.name, inputCount, outputCount) = (name, configuration.capture.channels, configuration.playback.channels)
    let count = filters.filters.count
    layout = "configuration, \(quantity(count, "filter")), \(inputCount) to \(quantity(outputCount, "channel")), \(configuration.rate) Hz"
    sampleRate = configuration.rate
    // Paths with one response share its taps.
    var copies: [ImpulseResponse: [Double]] = [:]
    paths = filters.routes.map { route in
      let taps = copies[route.response] ?? route.response.taps
      copies[route.response] = taps
      return Path(from: route.from, to: route.to, taps: taps, gain: route.gain, delay: route.delay)
    }
    leadFrames = filters.leadFrames
    var cautions = filters.cautions
    let output = configuration.output
    if output.volume != 0 || output.ceiling != nil || output.isDithered {
      cautions.append("\(name): its `output` (volume, ceiling, dither) is for the daemon, and left out here: --gain amplifies")
    }
    self.cautions = cautions
  }

  /// Taps of the longest path, with its delay.
  var reach: Int { max(leadFrames + 1, paths.map { $0.delay + $0.taps.count }.max() ?? 1) }
}

extension PathMatrix {
  /// What computes each output.
  ///
  /// - Parameters:
  ///   - factor: of all taps.
  ///   - outputs: how many are expected at once.
  ///   - signalName: for messages.
  /// - Returns: also the bytes of taps, spectra and factors.
  /// - Throws: they take more memory than is free.
  func sums(
    factor: Double, _ options: ConvolutionOptions, outputs: Int, rounding: Rounding, _ signalName: String
  ) throws(AudioFileError) -> (sums: [RoundedSum], byteCount: Int) {
    struct Key: Hashable {
      var taps: UnsafeRawPointer?
      var count: Int
      var gain: Double
    }
    var (convolvers, bytes): ([Key: RoundedConvolver], Int) = ([:], 0)
    var terms = [[RoundedSum.Term]](repeating: [], count: outputCount)
    for path in paths {
      // Paths through the same taps share what is made of them.
      let key = Key(taps: path.taps.withUnsafeBytes(\.baseAddress), count: path.taps.count, gain: path.gain)
      if convolvers[key] == nil {
        let isDirect = options.method == .direct || (rounding == .none && options.isExact)
        let need = isDirect ? saturatedProduct(path.taps.count, 8, 4) : RoundedConvolver.largestByteCount(taps: path.taps.count)
        try AudioFileError.checkMemory(need, for: "\(signalName) with \(name)")
        let convolver = options.convolver(taps: amplified(path, factor), outputs: outputs, rounding: rounding)
        convolvers[key] = convolver
        bytes += convolver.byteCount
      }
      terms[path.to].append(RoundedSum.Term(signal: path.from, convolver: convolvers[key]!, delay: path.delay))
    }
    return (terms.map { RoundedSum($0, rounding: rounding, isExact: options.isExact) }, bytes)
  }

  private func amplified(_ path: Path, _ factor: Double) -> [Double] {
    let taps = path.gain == 1 ? path.taps : path.taps.map { $0 * path.gain }
    return factor == 1 ? taps : taps.map { $0 * factor }
  }
}

/// What `--matrix` says: from which input to which output each channel of a kernel leads.
struct ChannelOrder {
  let paths: [(from: Int, to: Int)]

  private static let words = ["LL", "LR", "RL", "RR"]

  /// Reads `LL,LR,RL,RR` in any order: first the input, then the output. Nil if it is none.
  init?(_ text: String) {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map { $0.uppercased() }
    guard parts.sorted() == Self.words else { return nil }
    paths = parts.map { word in (from: word.first == "L" ? 0 : 1, to: word.last == "L" ? 0 : 1) }
  }
}
