import AudioFile
import ConfigurationFile
import Numbers

/// Reads a configuration of CamillaDSP, of version 1 to 4.
struct CamillaDSPReader {
  private let root: Node
  private let folder: KernelFolder
  private let report: ImportReport
  private var system: ImportedSystem
  private var channels: [Channel]

  /// Steps and channels that are looked at.
  private static let most = 10_000

  static func system(_ root: Node, _ folder: KernelFolder, _ report: ImportReport) throws(AudioFileError) -> ImportedSystem {
    var reader = try CamillaDSPReader(root, folder, report)
    try reader.readPipeline()
    return reader.system
  }

  private init(_ root: Node, _ folder: KernelFolder, _ report: ImportReport) throws(AudioFileError) {
    (self.root, self.folder, self.report) = (root, folder, report)
    if let devices = root["devices"], !devices.items.isEmpty {
      throw report.fault(devices.line, "it has several groups of devices: each is a daemon of its own here: write each into a file")
    }
    guard let devices = root["devices"], let rate = devices["samplerate"]?.whole else {
      throw report.fault(root["devices"]?.line ?? root.line, "`devices` has no `samplerate`, which is a number of Hz: add it")
    }
    guard (1_000...768_000).contains(rate) else {
      throw report.fault(devices.line, "`samplerate` is \(rate): 1000 to 768000 Hz are possible")
    }
    let inputs = try Self.channels(devices["capture"], "capture", report)
    system = ImportedSystem(program: "CamillaDSP", inputs: inputs)
    system.rate = rate
    system.capture = Self.end(devices["capture"], "capture", report)
    system.playback = Self.end(devices["playback"], "playback", report)
    channels = (0..<inputs).map(Channel.input)
    if let other = devices["capture_samplerate"], let value = other.whole, value != rate {
      report.note(other.line, "`capture_samplerate` is \(value): both devices run at \(rate) Hz here")
    }
  }

  private static func channels(_ device: Node?, _ name: String, _ report: ImportReport) throws(AudioFileError) -> Int {
    guard let device else { throw report.fault(1, "`devices` has no `\(name)`: add it") }
    // Version 3 tells the channels of a WAV file itself.
    guard let node = device["channels"] else { return 2 }
    guard let count = node.whole, (1...64).contains(count) else {
      throw report.fault(node.line, "`channels` of \(name) is \(quoted(node.text ?? "no number")): 1 to 64 are possible")
    }
    return count
  }

  private static func end(_ device: Node?, _ name: String, _ report: ImportReport) -> ImportedSystem.End {
    guard let device else { return ImportedSystem.End() }
    let type = device["type"]?.text ?? ""
    guard type.lowercased() == "alsa" else {
      report.note(device.line, "\(name) is of type \(quoted(type)), which is none of ALSA's: docs/loopback.md, docs/pipewire-jack.md")
      return ImportedSystem.End()
    }
    var end = ImportedSystem.End(device: device["device"]?.text)
    if let format = device["format"], let text = format.text {
      end.format = CamillaFormat.device[text]
      if end.format == nil { report.note(format.line, "`format` of \(name) is \(quoted(text)): the best that the device has is taken") }
    }
    return end
  }

  // MARK: The pipeline

  private mutating func readPipeline() throws(AudioFileError) {
    let steps = root["pipeline"]?.items ?? []
    guard steps.count <= Self.most else {
      throw report.fault(root["pipeline"]?.line ?? 1, "the pipeline has \(steps.count) steps: \(Self.most) are the most")
    }
    for step in steps where !(step["bypassed"]?.isTrue ?? false) {
      switch step["type"]?.text {
      case "Filter": filter(step)
      case "Mixer": try mix(step)
      case "Processor": processor(step)
      case let type: report.lose(step.line, "a step of type \(quoted(type ?? "nothing")) has no equal here")
      }
    }
    let expected = try Self.channels(root["devices"]?["playback"], "playback", report)
    if expected != channels.count {
      throw report.fault(
        root["pipeline"]?.line ?? 1,
        "the pipeline ends with \(quantity(channels.count, "channel")), and playback has \(expected): correct one of them")
    }
    system.outputs = channels
  }

  /// A name with the values of its tokens.
  private func filled(_ name: String) -> String {
    name.replacing("$samplerate$", with: "\(system.rate ?? 0)").replacing("$channels$", with: "\(system.inputs)")
  }

  /// `channel` of versions 1 and 2, `channels` of 3; none: all of them.
  private func indices(_ step: Node) -> [Int]? {
    let nodes = step["channels"].map { $0.items } ?? step["channel"].map { [$0] }
    guard let nodes else { return Array(channels.indices) }
    var result: [Int] = []
    for node in nodes {
      guard let index = node.whole, channels.indices.contains(index) else {
        report.lose(node.line, "channel \(quoted(node.text ?? "?")): there are \(channels.count) here, from 0: correct it")
        return nil
      }
      result.append(index)
    }
    return result
  }

  private mutating func filter(_ step: Node) {
    guard let indices = indices(step) else { return }
    for name in step["names"]?.items ?? [] {
      guard let text = name.text.map(filled), let filter = root["filters"]?[text] else {
        report.lose(name.line, "filter \(quoted(name.text ?? "?")) is nowhere among `filters`: add it")
        continue
      }
      let maker = CamillaFilter(filter, name: text, rate: system.rate ?? 0, folder, report)
      for action in maker.actions(isOnAll: indices.count == channels.count) { apply(action, indices, line: filter.line) }
    }
  }

  private mutating func apply(_ action: CamillaFilter.Action, _ indices: [Int], line: Int) {
    switch action {
    case .kernel(let kernel): for index in indices { channels[index].append(kernel, line: line) }
    case .gain(let factor): for index in indices { channels[index].amplify(by: factor) }
    case .delay(let frames): for index in indices { channels[index].apply { $0.delay = min($0.delay + frames, 1 << 40) } }
    case .dither: system.isDithered = true
    case .limit(let decibels): system.limit(to: decibels)
    case .silence: for index in indices { channels[index] = Channel() }
    }
  }

  private mutating func processor(_ step: Node) {
    let name = step["name"]?.text ?? ""
    let node = root["processors"]?[name]
    let type = node?["type"]?.text ?? "unknown"
    report.lose(node?.line ?? step.line, "\(type) \(quoted(name)) depends on the level, or feeds back, and has no equal here")
    if type.hasSuffix("Limiter"), let limit = node?["parameters"]?["limit"]?.number ?? node?["parameters"]?["clip_limit"]?.number {
      system.limit(to: limit)
    }
  }

  private mutating func mix(_ step: Node) throws(AudioFileError) {
    let name = filled(step["name"]?.text ?? "")
    guard let mixer = root["mixers"]?[name] else {
      throw report.fault(step.line, "mixer \(quoted(name)) is nowhere among `mixers`: add it")
    }
    guard let outputs = mixer["channels"]?["out"]?.whole, (1...64).contains(outputs) else {
      throw report.fault(mixer.line, "mixer \(quoted(name)) has no `channels: { out: }` of 1 to 64: correct it")
    }
    if let inputs = mixer["channels"]?["in"]?.whole, inputs != channels.count {
      let reaching = "\(quantity(channels.count, "channel")) \(channels.count == 1 ? "reaches" : "reach") it"
      throw report.fault(
        mixer.line, "mixer \(quoted(name)) has \(quantity(inputs, "input")), and \(reaching): correct one of them")
    }
    var (parts, count) = (Array(repeating: [Channel](), count: outputs), 0)
    for mapping in mixer["mapping"]?.items ?? [] where !(mapping["mute"]?.isTrue ?? false) {
      guard let target = mapping["dest"]?.whole, target < outputs else {
        throw report.fault(mapping.line, "`dest` is not from 0 to \(outputs - 1), the outputs of mixer \(quoted(name)): correct it")
      }
      for source in mapping["sources"]?.items ?? [] where !(source["mute"]?.isTrue ?? false) {
        guard let index = source["channel"]?.whole, channels.indices.contains(index) else {
          throw report.fault(
            source.line, "`channel` is not from 0 to \(channels.count - 1), the channels that reach mixer \(quoted(name)): correct it")
        }
        var channel = channels[index]
        do throws(Unequal) { try channel.amplify(by: CamillaFilter.factor(source)) } catch {
          throw report.fault(source.line, error.message)
        }
        count += channel.paths.count
        guard count <= Channel.mostPaths else {
          throw report.fault(
            mixer.line, "more than \(Channel.mostPaths) ways lead through mixer \(quoted(name)): that is too much for one matrix")
        }
        channel.apply { $0.line = source.line }
        parts[target].append(channel)
      }
    }
    channels = parts.map(Channel.sum)
  }
}
