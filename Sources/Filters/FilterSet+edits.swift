import AudioFile
import ConfigurationFile
import Convolution
import FilterKernels

extension FilterSet {
  /// Another kernel for the filter of that name, ready to be put in its place; nil where there is none of that name.
  ///
  /// - Parameters:
  ///   - text: where names of kernels come from.
  ///   - reader: holds what was read before.
  package func replacement(
    for name: String, _ sent: SentKernel, in text: ConfigurationText, reader: KernelReader
  ) throws(KernelFault) -> LiveFilter? {
    guard let filter = configuration.filters.first(where: { $0.name == name }) else { return nil }
    let (rate, resample) = (configuration.rate, sent.resample ?? filter.resample)
    let use = KernelReader.Use(rate: rate, resample: resample, channel: sent.channel)
    // As it is at its own rate.
    let asItIs = KernelReader.Use(rate: nil, resample: true)
    let (whole, fitted): (Kernel, Kernel)
    switch sent.source {
    case .file(let kernel):
      whole = kernel
      fitted = try kernel.fitted(
        to: rate, resample: resample, channel: sent.channel, remedy: "send it with `resample=true` (convolvectl load --resample)",
        isCancelled: reader.isCancelled)
    case .named(let reference):
      let name = text.kernel(reference, rate: rate)
      (whole, fitted) = (try reader.kernel(name, asItIs), try reader.kernel(name, use))
    case .made(let words, let body):
      (whole, fitted) = (try reader.kernel(words, of: body, asItIs), try reader.kernel(words, of: body, use))
    }
    var live = try Self.live(filter, fitted, channel: fitted.channels.count < whole.channels.count ? 0 : sent.channel)
    (live.edit.kernel, live.equaliser) = (sent, LiveFilter.equaliser(sent))
    return live
  }

  /// Puts `kernels` in the places of those with the same names, and sets what `settings` give by name; all else stays. A gain that
  /// is given is auto no more; those that are auto follow. O(filters).
  package mutating func change(kernels: [LiveFilter] = [], _ settings: [String: (gain: Double?, delay: Int?)] = [:]) {
    preset = nil
    let places = Dictionary(filters.indices.map { (filters[$0].name, $0) }) { first, _ in first }
    for filter in kernels { if let index = places[filter.name] { put(filter, at: index) } }
    for (name, setting) in settings {
      guard let index = places[name] else { continue }
      if let gain = setting.gain { (filters[index].gain, filters[index].isGainAuto, filters[index].edit.gain) = (gain, false, gain) }
      if let delay = setting.delay { (filters[index].delay, filters[index].edit.delay) = (delay, delay) }
    }
    _ = balanceGains()
  }

  private mutating func put(_ filter: LiveFilter, at index: Int) {
    let present = filters[index]
    filters[index] = filter
    (filters[index].gain, filters[index].delay, filters[index].isGainAuto) = (present.gain, present.delay, present.isGainAuto)
    (filters[index].edit.gain, filters[index].edit.delay) = (present.edit.gain, present.edit.delay)
  }

  /// Takes along what the control socket changed of the same configuration's filters at another rate.
  ///
  /// - Parameters:
  ///   - reader: holds what was read before.
  ///   - budget: bytes that all filters may take.
  /// - Returns: why kernels that were sent cannot be used at this rate, where the configuration's are in their place.
  package mutating func take(
    editsOf others: FilterSet, in text: ConfigurationText, reader: KernelReader = KernelReader(), budget: Int = MemoryBudget.bytes
  ) -> [String] {
    var (refusals, kernels): ([String], [LiveFilter]) = ([], [])
    var left = budget - memoryBytes
    for (index, other) in others.filters.enumerated() {
      guard let sent = other.edit.kernel, filters.indices.contains(index), filters[index].name == other.name else { continue }
      do throws(KernelFault) {
        // Kernels that are fitted to the rate are taps again.
        guard left > 0 else { throw KernelFault("there is no memory left for kernels that were sent") }
        guard let filter = try replacement(for: other.name, sent, in: text, reader: reader) else { continue }
        left -= filter.response.region.count
        kernels.append(filter)
      } catch {
        refusals.append("\(other.name): \(error.message): until the rate changes the configuration's kernel is used")
        filters[index].edit.kernel = sent
      }
    }
    let edits = others.filters.map { ($0.name, (gain: $0.edit.gain, delay: $0.edit.delay)) }
    let settings = Dictionary(edits) { first, _ in first }
    var edited = self
    edited.change(kernels: kernels, settings)
    if !kernels.isEmpty, let refusal = MemoryBudget.refusal(edited.memoryBytes, of: budget) {
      refusals.append("\(refusal); until the rate changes the configuration's kernels are used")
      for (index, other) in others.filters.enumerated() where filters.indices.contains(index) && filters[index].name == other.name {
        filters[index].edit.kernel = other.edit.kernel
      }
      change(settings)
    } else {
      self = edited
    }
    bypass = others.bypass
    return refusals
  }
}
