import AudioFile
import Import
import TestSupport
import Testing

/// BruteFIR's and jconvolver's configurations.
@Suite struct BruteFIRTests {
  private static let ends = """
    sampling_rate: 48000; filter_length: 1024;
    input "l", "r" { device: "alsa" { device: "hw:A"; }; sample: "S24_LE"; channels: 8/2,3; };
    output "L", "R" { device: "alsa" { device: "hw:B"; }; sample: "S32_LE"; channels: 2; dither: true; };

    """
  private static let through = "filter \"ok\" { from_inputs: \"l\"; to_outputs: \"L\"; coeff: -1; };\n"

  @Test("Devices, formats, channels, dither and the limit are taken over")
  func devices() throws {
    let folder = try folder(["a.conf": Self.ends + Self.through + "float_bits: 32; safety_limit: -3; logic: \"cli\" { port: 3000; };"])
    let rendering = try Rendering(folder.file("a.conf"), in: folder)
    let configuration = rendering.filters.configuration
    #expect(configuration.capture.device == "hw:A" && configuration.capture.format == .s24packed && configuration.capture.channels == 8)
    #expect(configuration.playback.device == "hw:B" && configuration.playback.format == .s32 && configuration.output.isDithered)
    #expect(configuration.precision == .float32 && configuration.output.ceiling == -3 && rendering.configuration.losses.isEmpty)
    #expect(rendering.responses == [[2, 0]: [1]] && configuration.filters[0].name == "ok")
  }

  @Test(
    "What has no equal is named with its line",
    arguments: [
      ("logic: \"eq\" { debug: false; };", "\"eq\""), ("wisdom: 3;", "unknown"), ("magic 1 { a: 1; };", "magic"),
      ("filter 1 { from_inputs: \"x\"; to_outputs: \"L\"; coeff: -1; };", "no input"),
      ("filter 1 { from_inputs: \"l\"; to_outputs: 7; coeff: -1; };", "no output"),
      ("filter 1 { from_inputs: \"l\"; to_outputs: \"L\"; coeff: \"x\"; };", "no coeff"),
      ("filter 1 { from_inputs: \"l\"; to_filters: 0; coeff: -1; };", "from_filters"),
      ("filter 1 { from_filters: \"x\"; to_outputs: \"L\"; coeff: -1; };", "no filter"),
      ("coeff 0 { filename: \"none.txt\"; };\nfilter 1 { from_inputs: \"l\"; to_outputs: \"L\"; coeff: 0; };", "no such file"),
      (
        "coeff 0 { filename: 5/0/1; format: \"processed\"; };\nfilter 1 { from_inputs: \"l\"; to_outputs: \"L\"; coeff: 0; };",
        "shared memory"
      ),
      ("coeff 0 { filename: \"a.conf\"; format: \"S32_BE\"; };\nfilter 1 { from_inputs: \"l\"; to_outputs: \"L\"; coeff: 0; };", "S32_BE"),
      ("input \"z\" { device: \"alsa\" { device: \"hw:C\"; }; channels: 1; };", "a second device"),
    ])
  func losses(text: String, part: String) throws {
    let folder = try folder(["a.conf": Self.ends + Self.through + text])
    let configuration = try ImportedConfiguration(path: folder.file("a.conf"))
    #expect(configuration.losses.count == 1 && configuration.losses[0].line >= 5, "\(configuration.losses)")
    #expect(configuration.losses[0].message.contains(part), "\(configuration.losses)")
  }

  @Test(
    "Faults after which nothing can be read",
    arguments: [
      ("filter 0 { from_filters: 0; to_filters: 0; to_outputs: \"L\"; coeff: -1; };", "into itself"),
      ("filter 0 { from_inputs: \"l", "has no end"), ("filter 0 { from_inputs: \"l\";", "closing brace"), ("}", "closing brace"),
      ("filter 0 from: 3", "brace"), ("sampling_rate: x;", "sampling_rate"), ("filter_length: 9999999999999999999;", "filter_length"),
      ("a { b { c { d { e { f { g { h { i {", "in each other"), ("", "no sound reaches"),
    ])
  func faults(text: String, part: String) throws {
    let folder = try folder(["a.conf": Self.ends + text])
    let error = #expect(throws: AudioFileError.self) { try ImportedConfiguration(path: folder.file("a.conf")) }
    #expect(error?.message.contains(part) == true && error?.message.contains("a.conf:") == true, "\(String(describing: error))")
  }

  @Test(
    "Lines of jconvolver that cannot be taken over",
    arguments: [
      ("/impulse/hilbert 1 1 0.5 10 64", "/impulse/hilbert"), ("/magic 1", "\"/magic\""), ("hello", "no command"),
      ("/impulse/read 1 1 1 0 0 0 2 a.wav", "it has 1"), ("/impulse/read 1 1 1 0 99 0 1 a.wav", "it has 2 taps"),
      ("/impulse/read 1 1 1 0 0 0 1 b.wav", "no such file"), ("/impulse/read 2 1 1 0 0 0 1 a.wav", "/convolver/new has 1 and 1"),
      ("/impulse/read 1 1 1 0", "8 are needed"), ("/impulse/read 1 1 x 0 0 0 1 a.wav", "are numbers"),
      ("/impulse/read 1 1 1 5000 0 0 1 a.wav", "maximum length"), ("/impulse/copy 1 1 1 2", "/convolver/new has 1 and 1"),
    ])
  func jconvolver(line: String, part: String) throws {
    let folder = try folder(["a.conf": "/convolver/new 1 1 256 1000\n/impulse/dirac 1 1 1 0\n\(line)\n"])
    try AudioWriter(encoding: .double, sampleRate: 44_100).write([[1, 0.5]], path: folder.file("a.wav"))
    let configuration = try ImportedConfiguration(path: folder.file("a.conf"))
    #expect(configuration.losses.count == 1 && configuration.losses[0].line == 3, "\(configuration.losses)")
    #expect(configuration.losses.first?.message.contains(part) == true, "\(configuration.losses)")
  }
}
