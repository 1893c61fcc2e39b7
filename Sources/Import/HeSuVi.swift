import AudioFile

/// HeSuVi's WAV: from each of seven loudspeakers to both ears.
enum HeSuVi {
  /// Loudspeakers by their place among ALSA's channels of 7.1, with the channels of the file for the left and the right ear.
  private static let loudspeakers: [(name: String, from: Int, left: Int, right: Int)] = [
    ("front-left", 0, 0, 1), ("front-right", 1, 8, 7), ("rear-left", 2, 4, 5), ("rear-right", 3, 12, 11),
    ("centre", 4, 6, 13), ("low", 5, 6, 13), ("side-left", 6, 2, 3), ("side-right", 7, 10, 9),
  ]

  static func system(_ path: String, _ folder: KernelFolder, _ report: ImportReport) throws(AudioFileError) -> ImportedSystem {
    guard let found = folder.find(path.split(separator: "/").last.map(String.init) ?? path, line: 1) else {
      if let loss = report.losses.first { throw AudioFileError(.badData, loss.description) }
      throw report.fault(1, "it is no regular file")
    }
    guard let kernel = folder.kernel(found, line: 1) else {
      throw AudioFileError(.badData, report.losses.first?.description ?? "\(path): it is no kernel")
    }
    guard kernel.channels.count == 14 else {
      throw report.fault(
        1, "a sound file is imported as HeSuVi's, which has 14 channels, and it has \(kernel.channels.count): name it as a `kernel` instead"
      )
    }
    var outputs = [Channel(), Channel()]
    for speaker in loudspeakers {
      for (ear, channel, side) in [(0, speaker.left, "left"), (1, speaker.right, "right")] {
        var path = SoundPath(from: speaker.from)
        path.kernels = [folder.file(found, channel: channel, channels: 14)]
        path.name = "\(speaker.name)-to-\(side)"
        outputs[ear].paths.append(path)
      }
    }
    report.note(1, "inputs are ALSA's order of 7.1: FL FR RL RR FC LFE SL SR; LFE is heard as FC is")
    var system = ImportedSystem(program: "HeSuVi", inputs: 8, outputs: outputs)
    system.rate = kernel.sampleRate
    return system
  }
}
