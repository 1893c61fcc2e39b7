import Foundation
import TestSupport
import Testing

/// What a sound file says besides its sound.
@Suite struct MetadataTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    try Reference.run("tagged_files.py", [folder.path])
  }

  /// Name, contents; and the mask of speakers as "mask".
  private func chunks(_ name: String) throws -> [String] {
    let script = "import sys; sys.path.insert(0, sys.argv[1]); from tagged_files import show; show(sys.argv[2])"
    let completed = try run(Location.python, ["-c", script, Location.package + "/Tests/Reference", folder.file(name)])
    try #require(completed.status == 0, "\(completed.error)")
    return completed.output.split(separator: "\n").map(String.init)
  }

  @Test("Lists, broadcast extension and speakers of the WAV family stay", arguments: ["out.wav", "out.rf64", "out.w64"])
  func wave(output: String) throws {
    let completed = try convolve([folder.file("tagged.wav"), "dirac", "-o", folder.file(output)])
    #expect(completed.status == 0, "\(completed.error)")
    let before = try chunks("tagged.wav")
    #expect(before == ["mask 63", "bext Take", "LIST INFO", "LIST INFO", "cue "])
    switch output {
    case "out.w64":
      #expect(try chunks(output) == ["mask 63", "bext Take"])
      #expect(completed.error == "convolve: \(folder.file(output)): it does not keep cue, LIST of \(folder.file("tagged.wav"))\n")
    default:
      #expect(try chunks(output) == ["mask 63", "bext Take", "LIST INFO", "LIST INFO"])
      #expect(completed.error == "convolve: \(folder.file(output)): it does not keep cue of \(folder.file("tagged.wav"))\n")
    }
    #expect(try convolve([folder.file("tagged.wav"), "dirac", "-o", folder.file(output), "--quiet"]).error.isEmpty)
  }

  @Test("A W64 of floating point is one for other programs too, without speakers")
  func floatingPoint() throws {
    for format in ["float", "double"] {
      let output = folder.file(format + ".w64")
      let completed = try convolve([folder.file("tagged.wav"), "dirac", "-o", output, "--format", format])
      #expect(completed.error == "convolve: \(output): it does not keep cue, LIST, speakers of \(folder.file("tagged.wav"))\n")
      #expect(try chunks(format + ".w64") == ["bext Take"])
      let (kind, count) = (try run("/usr/bin/sox", ["--i", "-e", output]), try run("/usr/bin/sox", ["--i", "-s", output]))
      #expect(kind.output == "Floating Point PCM\n" && count.output == "100\n", "\(kind) \(count)")
    }
  }

  @Test("They stay in a pipe too, and other programs read both")
  func pipe() throws {
    let (program, input) = (Location.program("convolve"), folder.file("tagged.wav"))
    let script = "cat '\(input)' | '\(program)' - dirac -q -o - > '\(folder.file("piped.wav"))'"
    #expect(try run("/bin/sh", ["-c", script]).status == 0)
    // The last list comes after the sound.
    #expect(try chunks("piped.wav") == ["mask 63", "bext Take", "LIST INFO"])
    #expect(try convolve([input, "dirac", "-q", "-o", folder.file("file.wav")]).status == 0)
    for name in ["piped.wav", "file.wav"] {
      let probed = try run(
        "/usr/bin/ffprobe", ["-v", "error", "-show_entries", "stream=channels,channel_layout", "-of", "csv=p=0", folder.file(name)])
      #expect(probed.output == "6,5.1\n", "\(probed)")
      #expect(try run("/bin/sh", ["-c", "'\(program)' '\(input)' dirac -q -o - | sox -t wav - -n stat"]).status == 0)
    }
  }

  @Test("Other kinds name what they do not keep", arguments: ["out.flac", "out.aiff"])
  func others(output: String) throws {
    let completed = try convolve([folder.file("tagged.wav"), "dirac", "-o", folder.file(output)])
    #expect(
      completed.error.contains("it does not keep cue, bext, LIST\(output == "out.aiff" ? ", speakers" : "") of"), "\(completed.error)")
  }

  @Test("Comments of a FLAC stay, or are named")
  func comments() throws {
    let (input, output) = (folder.file("tagged.flac"), folder.file("out.flac"))
    let completed = try convolve([input, "dirac", "-o", output])
    #expect(completed.error == "convolve: \(output): it does not keep REPLAYGAIN_TRACK_GAIN of \(input)\n")
    let probed = try run("/usr/bin/ffprobe", ["-v", "error", "-show_entries", "format_tags", "-of", "flat", output])
    for line in [#"TITLE="A title, ü""#, #"ARTIST="Somebody""#, #"DATE="2026""#, #"ALBUM="All""#] {
      #expect(probed.output.uppercased().contains("FORMAT.TAGS." + line.uppercased()), "\(probed.output)")
    }
    #expect(
      try convolve([input, "dirac", "-o", folder.file("out.wav")]).error.contains("it does not keep TITLE, ARTIST, DATE, ALBUM, REPLAYGAIN")
    )
  }

  @Test("A plain file has nothing to lose, and stays plain")
  func plain() throws {
    for output in ["plain-out.wav", "plain-out.flac", "plain-out.aiff", "plain-out.w64"] {
      #expect(try convolve([folder.file("plain.wav"), "dirac", "-o", folder.file(output)]).error.isEmpty)
    }
    #expect(contents(folder.file("plain.wav")) == contents(folder.file("plain-out.wav")))
  }

  @Test("Ambisonic sound stays ambisonic")
  func ambisonic() throws {
    let completed = try convolve([folder.file("b-format.amb"), "dirac", "-o", folder.file("out.wav")])
    #expect(completed.status == 0 && completed.error.isEmpty, "\(completed.error)")
    #expect(contents(folder.file("out.wav"))[44..<60].elementsEqual(contents(folder.file("b-format.amb"))[44..<60]))
  }

  @Test("A kernel of true stereo is refused with what to do")
  func trueStereo() throws {
    let completed = try convolve([folder.file("stereo.wav"), folder.file("true.wav"), "-o", folder.file("out.wav")])
    #expect(completed.status == 65 && completed.error.contains("true stereo takes --matrix LL,LR,RL,RR"), "\(completed.error)")
  }

  @Test("A format for raw kernels is refused for a file with a header")
  func headers() throws {
    for kernel in ["plain.wav", "tagged.flac"] {
      for verb in [["inspect"], [folder.file("plain.wav")]] {
        let output = verb == ["inspect"] ? [] : ["-o", folder.file("out.wav")]
        let completed = try convolve(verb + [folder.file(kernel), "--kernel-format", "s16"] + output)
        #expect(completed.status == 65 && completed.error.contains("it has a header"), "\(completed.error)")
      }
    }
  }

  @Test("Numbers of options are decimal")
  func hexadecimal() throws {
    let completed = try convolve([folder.file("plain.wav"), "dirac", "-o", folder.file("out.wav"), "--gain", "0x10"])
    #expect(completed.status == 64 && completed.error.contains("0x10"), "\(completed.error)")
  }
}
