import AudioFile
import Design
import Numbers
import WordKernels

/// Reads text as taps, and bytes as taps without a header.
func checkTaps(_ bytes: [UInt8]) {
  let text = kernel(bytes, contentType: "text/plain")
  _ = kernel(bytes, contentType: "text/csv")
  if let text, text.channels.contains(where: { $0.contains { !$0.isFinite } }) { found("a tap is not finite") }
  for format in RawKernelFormat.allCases {
    do throws(AudioFileError) {
      _ = try Kernel(RawKernelFile(path: "taps", format: format, skip: Int(bytes.first ?? 0)), of: bytes, limit: limit)
    } catch {
      checkMessage(error.message)
    }
  }
}

/// Rates at which kernels are made.
private let rates = [8_000, 44_100, 192_000]

/// Reads a name, and makes its kernel with the text behind the first zero byte as the file that it names.
///
/// Law: a name whose file keeps its name is the same name.
func checkWords(_ bytes: [UInt8]) {
  let parts = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
  let name = String(decoding: parts[0], as: UTF8.self)
  let file = parts.count > 1 ? Array(parts[1]) : []
  _ = RawSoundFormat(name)
  _ = KernelName.isPlain(name)
  let renamed = KernelName.renamed(name) { $0 }
  do throws(AudioFileError) {
    let parsed = try KernelName(name)
    if try KernelName(renamed) != parsed { found("\(name.debugDescription) becomes \(renamed.debugDescription)") }
    _ = (parsed.files, parsed.rawFiles, parsed.dependsOnRate, parsed.mayHaveRate)
    switch parsed {
    case .file, .raw: return
    case .specification: _ = try Kernel(specification: name, limit: limit)
    case .words(let words): try make(words, name, file)
    }
  } catch {
    checkMessage(error.message, quotes: true)
  }
}

private func make(_ words: KernelWords, _ name: String, _ file: [UInt8]) throws(AudioFileError) {
  let small = KernelLimit(taps: 1 << 14, bytes: 1 << 24)
  let supply = KernelSupply(
    limit: small, workBytes: 1 << 24, text: { _ throws(AudioFileError) in file },
    kernel: { _ throws(AudioFileError) in try Kernel(bytes: file.isEmpty ? Array("1\n0.5\n".utf8) : file, name: "named", limit: small) })
  let rate = rates[file.count % rates.count]
  _ = try words.check(name: name, rate: rate, from: supply)
  let kernel = try words.kernel(name: name, rate: rate, from: supply)
  if kernel.channels.contains(where: { $0.contains { !$0.isFinite } }) { found("\(name.debugDescription): a tap is not finite") }
}

/// Reads a text of each kind, and makes what it says.
func checkEqualiser(_ bytes: [UInt8]) {
  check { () throws(TextFaults) in
    let text = try EqualiserText(bytes)
    for rate in rates { _ = try text.cascade(rate: Double(rate)) }
  }
  check { () throws(TextFaults) in _ = try GraphicText(bytes) }
  check { () throws(TextFaults) in _ = try ResponseText(bytes) }
}

private func check(_ read: () throws(TextFaults) -> Void) {
  do throws(TextFaults) {
    try read()
  } catch {
    checkMessage(error.description(), quotes: true)
    checkMessage(error.description(quotes: false), quotes: true)
  }
}
