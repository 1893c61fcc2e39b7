import AudioFile
import ConfigurationFile
import ControlAPI
import Convolution
import FilterKernels
import FoundationEssentials
import Numbers
import Platform

/// A preset as a file: a line that says what it is, with a digest of all that follows; a line of JSON; and the taps of each different
/// kernel, as float64, the least significant byte first.
///
/// What is read may hold anything: it is checked as if somebody had sent it.
package struct PresetFile {
  /// The line of JSON.
  private struct Header: Codable {
    var name: String
    var saved: String
    var rate: Int
    var kernels: [KernelHeader]
    var filters: [FilterHeader]
  }

  private struct KernelHeader: Codable {
    var name: String
    var layout: String
    var taps: Int
    /// Of them, those before time 0.
    var lead: Int
    /// What is to be said of it; nil: nothing.
    var cautions: [String]?
    /// The lines of an equaliser of which it was made; nil: it was not, or they are not known.
    var equaliser: String?

    init(_ filter: LiveFilter) {
      (name, layout) = (PresetFile.kept(filter.kernelName), PresetFile.kept(filter.layout))
      (taps, lead) = (filter.response.count, filter.leadFrames)
      cautions = filter.cautions.isEmpty ? nil : filter.cautions.prefix(PresetFile.mostCautions).map(PresetFile.kept)
      equaliser = filter.equaliser.flatMap { PresetFile.isEqualiser($0) ? $0 : nil }
    }
  }

  private struct FilterHeader: Codable {
    var name: String
    var from: Int
    var to: Int
    /// dB; nil: auto.
    var gain: Double?
    /// Frames.
    var delay: Int
    /// Index of `kernels`.
    var kernel: Int
  }

  /// Why a file is no preset.
  package struct Fault: Error {
    package let reason: String

    package init(_ reason: String) { self.reason = reason }
  }

  private static let magic = "convolved preset 1 "
  private static let digestDigits = 16
  private static let mostHeaderBytes = 4 << 20
  private static let mostTextBytes = 8 << 10
  private static let mostCautions = 16
  /// As many as status tells.
  private static let mostEqualiserBytes = 4 << 10
  private static let mostChannel = 63
  /// As many as a configuration has.
  private static let mostFilters = 4_096

  // MARK: Writing

  /// The parts of a file, one after the other. Names that are longer than they are read are cut.
  ///
  /// - Throws: why it could not be read again.
  package static func parts(of preset: HeldPreset) throws(Fault) -> (head: [UInt8], kernels: [ImpulseResponse]) {
    var (kernels, places): ([ImpulseResponse], [KernelKey: Int]) = ([], [:])
    var header = Header(name: preset.name, saved: preset.saved, rate: preset.rate, kernels: [], filters: [])
    for filter in preset.filters {
      let key = KernelKey(
        response: filter.response, name: filter.kernelName, layout: filter.layout, lead: filter.leadFrames, cautions: filter.cautions,
        equaliser: filter.equaliser)
      let place = places[key] ?? kernels.count
      if place == kernels.count {
        places[key] = place
        kernels.append(filter.response)
        header.kernels.append(KernelHeader(filter))
      }
      header.filters.append(
        FilterHeader(
          name: filter.name, from: filter.from, to: filter.to, gain: filter.isGainAuto ? nil : filter.gain, delay: filter.delay,
          kernel: place))
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Text and finite numbers are always encodable.
    let line = ((try? encoder.encode(header)).map { Array($0) } ?? []) + [UInt8(ascii: "\n")]
    guard line.count <= mostHeaderBytes else {
      throw Fault(
        "the names of its filters and kernels take \(line.count) bytes, more than \(mostHeaderBytes): shorten the kernels' paths, or join "
          + "those that many filters share into one file (convolve A B -o AB)")
    }
    if MarkRuns.areLong(json: line) { throw Fault("the name of a kernel is none that can be read again: \(MarkRuns.fault)") }
    try check(header, name: preset.name, tapBytes: kernels.reduce(0) { $0 + $1.count } * MemoryLayout<Double>.stride)
    var digest = Digest()
    line.withUnsafeBytes { digest.add($0) }
    for kernel in kernels { kernel.taps.withUnsafeBytes { digest.add($0) } }
    return (Array("\(magic)\(digest.text)\n".utf8) + line, kernels)
  }

  private struct KernelKey: Hashable {
    var response: ImpulseResponse
    var name: String
    var layout: String
    var lead: Int
    var cautions: [String]
    var equaliser: String?
  }

  /// A text as it is kept: what is cut off, or replaced, is of messages only.
  private static func kept(_ text: String) -> String {
    let text = text.holdsControls ? quotable(text, most: .max) : text
    guard text.utf8.count > mostTextBytes else { return text }
    var (cut, bytes) = (String.UnicodeScalarView(), 0)
    for scalar in text.unicodeScalars {
      bytes += UTF8.width(scalar)
      if bytes > mostTextBytes - UTF8.width("…") { break }
      cut.append(scalar)
    }
    return String(cut) + "…"
  }

  private static func isEqualiser(_ text: String) -> Bool {
    text.utf8.count <= mostEqualiserBytes && !text.hasLongMarkRuns
      && text.unicodeScalars.allSatisfy { "\t\n\r".unicodeScalars.contains($0) || $0.properties.generalCategory != .control }
  }

  // MARK: Reading

  /// - Parameters:
  ///   - bytes: a whole file.
  ///   - name: the preset's, as the file is called.
  package static func preset(_ bytes: [UInt8], name: String) throws(Fault) -> HeldPreset {
    let first = magic.utf8.count + digestDigits + 1
    guard bytes.count > first, bytes.starts(with: magic.utf8), bytes[first - 1] == UInt8(ascii: "\n") else {
      throw Fault("it is no preset of this version")
    }
    var digest = Digest()
    bytes.withUnsafeBytes { digest.add(UnsafeRawBufferPointer(rebasing: $0[first...])) }
    guard bytes[magic.utf8.count..<first - 1].elementsEqual(digest.text.utf8) else {
      throw Fault("it is damaged: its digest is not that of what it holds")
    }
    guard let end = bytes[first...].prefix(mostHeaderBytes).firstIndex(of: UInt8(ascii: "\n")) else {
      throw Fault("its header does not end")
    }
    let line = bytes[first..<end]
    guard !MarkRuns.areLong(json: line), let header = try? JSONDecoder().decode(Header.self, from: Data(line)) else {
      throw Fault("its header cannot be read")
    }
    try check(header, name: name, tapBytes: bytes.count - end - 1)
    return try preset(header, taps: bytes[(end + 1)...])
  }

  private static func check(_ header: Header, name: String, tapBytes: Int) throws(Fault) {
    func isText(_ text: String) -> Bool { text.utf8.count <= mostTextBytes && !text.holdsControls }
    guard header.name == name, PresetName.isValid(name), isText(header.saved), header.saved.utf8.count <= 40 else {
      throw Fault("it is of another name")
    }
    guard (1...1 << 24).contains(header.rate) else { throw Fault("its rate is \(header.rate) Hz") }
    guard (1...mostFilters).contains(header.filters.count), Set(header.filters.map(\.name)).count == header.filters.count else {
      throw Fault("it has no filters, more than \(mostFilters), or two of one name")
    }
    for kernel in header.kernels {
      guard isText(kernel.name), isText(kernel.layout), (kernel.cautions ?? []).allSatisfy(isText) else {
        throw Fault("what it says of a kernel has more than \(mostTextBytes) bytes, or control characters")
      }
      guard (kernel.cautions ?? []).count <= mostCautions, kernel.equaliser.map(isEqualiser) ?? true else {
        throw Fault("a kernel of it has more than \(mostCautions) cautions, or an equaliser that cannot be")
      }
      guard (1...mostTaps).contains(kernel.taps), (0...mostTaps).contains(kernel.lead) else {
        throw Fault("a kernel of it has \(quantity(kernel.taps, "tap")), \(kernel.lead) of them before time 0")
      }
    }
    // No sum overflows: what a header holds is bounded, and so is each number.
    let taps = header.kernels.reduce(0) { $0 + $1.taps }
    guard taps * MemoryLayout<Double>.stride == tapBytes else {
      throw Fault("it has \(quantity(tapBytes, "byte")) for \(quantity(taps, "tap"))")
    }
    for filter in header.filters {
      guard isText(filter.name), (0...mostChannel).contains(filter.from), (0...mostChannel).contains(filter.to),
        filter.gain.map({ FilterChange.gains.contains($0) }) ?? true, (0...FilterChange.mostDelay).contains(filter.delay),
        header.kernels.indices.contains(filter.kernel)
      else { throw Fault("its filter \(quotable(filter.name, most: 64)) has a channel, gain, delay or kernel that cannot be") }
    }
  }

  private static func preset(_ header: Header, taps: ArraySlice<UInt8>) throws(Fault) -> HeldPreset {
    var (kernels, start): ([(kernel: Kernel, response: LiveFilter?)], Int) = ([], taps.startIndex)
    for kernel in header.kernels {
      let end = start + kernel.taps * MemoryLayout<Double>.stride
      kernels.append((try self.kernel(kernel, taps[start..<end]), nil))
      start = end
    }
    var filters: [LiveFilter] = []
    for filter in header.filters {
      let own = Configuration.Filter(
        name: filter.name, from: filter.from, to: filter.to, kernels: [], gain: filter.gain, delay: filter.delay)
      do throws(KernelFault) {
        var live = try FilterSet.live(own, kernels[filter.kernel].kernel, channel: 0)
        // Equal taps are kept once.
        if let first = kernels[filter.kernel].response { live.response = first.response }
        kernels[filter.kernel].response = live
        live.equaliser = header.kernels[filter.kernel].equaliser
        filters.append(live)
      } catch {
        throw Fault(error.message)
      }
    }
    return HeldPreset(name: header.name, saved: header.saved, rate: header.rate, filters: filters)
  }

  private static func kernel(_ header: KernelHeader, _ bytes: ArraySlice<UInt8>) throws(Fault) -> Kernel {
    let taps = bytes.withUnsafeBytes { bytes in
      (0..<header.taps).map { Double(bitPattern: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self))) }
    }
    do throws(AudioFileError) {
      var kernel = try Kernel(channels: [taps], name: header.name, layout: header.layout)
      (kernel.leadFrames, kernel.cautions) = (header.lead, header.cautions ?? [])
      return kernel
    } catch {
      throw Fault(error.message)
    }
  }

  // MARK: Digest

  /// FNV-1a of 64 bits: tells a damage, not a forgery.
  private struct Digest {
    private var value: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func add(_ bytes: UnsafeRawBufferPointer) {
      for byte in bytes { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    }

    /// Sixteen hexadecimal digits.
    var text: String {
      let digits = String(value, radix: 16)
      return String(repeating: "0", count: PresetFile.digestDigits - digits.count) + digits
    }
  }
}
