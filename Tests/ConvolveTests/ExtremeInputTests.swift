import Foundation
import TestSupport
import Testing

/// Input whose values or sizes lie at the ends of what a number holds. Each once ended a command by a signal.
@Suite struct ExtremeInputTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    let script = """
      import os, struct, sys
      os.chdir(sys.argv[1])
      def array(name, descr, shape, values=b''):
          text = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}".encode()
          text += b' ' * (63 - (10 + len(text)) % 64) + b'\\n'
          open(name, 'wb').write(b'\\x93NUMPY\\x01\\x00' + struct.pack('<H', len(text)) + text + values)
      array('wide.npy', '<f8', (0, 2**63 - 1)), array('tall.npy', '|u1', (2**63 - 1, 0)), array('long.npy', '<f8', (2**60 - 1, 0))
      array('three.npy', '<f8', (3, 0)), array('square.npy', '<f8', (2, 2), bytes(32))
      array('row.npy', '<f8', (1, 1_000_000), bytes(8_000_000)), array('column.npy', '<f8', (1_000_000, 1), bytes(8_000_000))
      format = struct.pack('<HHIIHH', 1, 1, 48_000, 96_000, 2, 16)
      for name, size in ('endless.wav', 2**63 - 2), ('large.wav', 2**62):
          sizes = struct.pack('<QQQI', 2**63 - 1, size, size // 2, 0)
          open(name, 'wb').write(b'RF64\\xff\\xff\\xff\\xffWAVEds64' + struct.pack('<I', 28) + sizes + b'fmt ' + struct.pack('<I', 16)
              + format + b'data\\xff\\xff\\xff\\xff' + b'\\1\\0' * 1_000)
      # A text that looks like a log of the header, before the format.
      note = b'x\\n  Channels      : 9223372036854775807\\n  Bit Width     : 9223372036854775807\\n  Block Align   : 2\\n'
      note += b'data : 9223372036854775807 (should be -9)\\n'
      note += b' ' * (len(note) % 2)
      info = b'INFOICMT' + struct.pack('<I', len(note)) + note
      body = b'WAVELIST' + struct.pack('<I', len(info)) + info + b'fmt ' + struct.pack('<I', 16) + format + b'data'
      body += struct.pack('<I', 4) + bytes(4)
      open('quoted.wav', 'wb').write(b'RIFF' + struct.pack('<I', len(body)) + body)
      """
    let completed = try run(Location.python, ["-c", script, folder.path])
    try #require(completed.status == 0, "\(completed.error)")
  }

  @Test(
    "A kernel of any finite taps is inspected, as text, document and plot",
    arguments: [
      "1.75e308", "1.75e308,1.75e308,-1.75e308", "1e308,-1e308", "5e-324", "-5e-324,5e-324", "1e-300,1e300", "2.2250738585072014e-308",
      "1e9", "1e-7", "0,0", "-0.0",
    ])
  func taps(_ list: String) throws {
    let plot = folder.file("plot.svg")
    for options in [[], ["--json"], ["--plot", plot]] {
      let completed = try convolve(["inspect", "taps:" + list] + options)
      #expect(completed.status == 0 && completed.error.isEmpty, "\(completed)")
      #expect(completed.output.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(completed.output)")
      #expect(!completed.output.contains("nan"), "\(completed.output)")
    }
    let document = String(decoding: contents(plot), as: UTF8.self)
    #expect(!document.contains("nan") && !document.contains("inf"), "\(document)")
  }

  @Test("Levels of huge and tiny taps are told, although 1 over them is beyond float64")
  func levels() throws {
    #expect(try convolve(["inspect", "taps:5e-324"]).output.contains("+6466.12 dB: no sine clips"))
    #expect(try convolve(["inspect", "taps:1e308"]).output.contains("peak          +6160.00 dB (1e+308) at tap 0"))
  }

  @Test("The safe gain is never above what the kernel allows, and 0 where that is 0", arguments: 0..<20)
  func safeGain(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let taps = (0..<3).map { _ in Double.random(in: -2...2, using: &random) }
    let words = "taps:" + taps.map { "\($0)" }.joined(separator: ",")
    let line = try #require(try convolve(["inspect", words]).output.split(separator: "\n").first { $0.hasSuffix("dB: nothing clips") })
    let told = try #require(line.split(whereSeparator: { $0 == " " }).compactMap { Double($0) }.first)
    let allowed = -20 * log10(taps.reduce(0) { $0 + abs($1) })
    #expect((allowed - 0.01...allowed + 1e-7).contains(told), "seed \(seed): \(told) for \(allowed)")
    #expect(try convolve(["inspect", "taps:0.25,-0.75"]).output.contains(" 0.00 dB: nothing clips"))
  }

  @Test("A pattern is found in values of any size, with its level", arguments: ["1e300", "1e-300", "1e200", "1e-200"])
  func found(size: String) throws {
    let values = [0, 3, -1, 4, 0.5, 0, 0, 1, -2, 0.25, 0, 0, 3, -1, 4, 0.5, 0, 0]
    let script = """
      import sys, numpy as np
      np.save(sys.argv[1], np.array(\(values)) * \(size))
      """
    try #require(try run(Location.python, ["-c", script, folder.file("sized.npy")]).status == 0)
    let exponent = try #require(Double(size.dropFirst(2)))
    for other in ["1e300", "1e-300", "1"] {
      let power = other == "1" ? 0 : Double(other.dropFirst(2)) ?? 0
      let taps = [3, -1, 4, 0.5].map { "\($0)e\(Int(power))" }.joined(separator: ",")
      let lines = try convolve(["find", folder.file("sized.npy"), "taps:" + taps]).output.split(separator: "\n").dropFirst()
        .map { $0.split(separator: " ").map(String.init) }
      #expect(lines.map(\.first) == ["1", "12"], "\(lines)")
      for line in lines {
        try #require(line.count == 5 && line[2] == "1.000", "\(line)")
        let level = try #require(Double(line[3]))
        #expect(abs(level - 20 * (exponent - power)) < 0.11, "\(line)")
      }
    }
  }

  @Test(
    "Shapes whose sizes overflow are refused, in any order of their lengths",
    arguments: [
      "wide.npy square.npy", "square.npy wide.npy", "wide.npy three.npy --mode valid", "three.npy wide.npy --mode valid",
      "wide.npy square.npy --mode same", "wide.npy wide.npy", "long.npy square.npy", "square.npy long.npy --boundary wrap",
      "tall.npy square.npy", "row.npy column.npy", "column.npy row.npy", "row.npy column.npy --boundary symm",
    ])
  func shapes(line: String) throws {
    let words = line.split(separator: " ").map(String.init)
    let output = folder.file("out.npy")
    let completed = try convolve(["2d", folder.file(words[0]), folder.file(words[1]), "-o", output] + words[2...])
    #expect(completed.status == 65 && completed.error.filter { $0 == "\n" }.count == 1, "\(completed)")
    #expect(
      ["more than a file can hold", "more than any memory holds", "are free"].contains { completed.error.contains($0) },
      "\(completed.error)")
    #expect(contents(output).isEmpty)
  }

  @Test("Empty arrays are convolved as scipy does where it can", arguments: ["full", "same", "valid"])
  func empty(mode: String) throws {
    for (image, kernel) in [("three", "three"), ("three", "square"), ("square", "three")] {
      let completed = try convolve(
        ["2d", folder.file(image + ".npy"), folder.file(kernel + ".npy"), "-o", folder.file("out.npy"), "--mode", mode])
      #expect(completed.status == 0 || completed.status == 65, "\(image) \(kernel): \(completed)")
    }
  }

  @Test("A pipe whose header says any length is truncated, or not written", arguments: ["endless.wav", "large.wav"])
  func pipe(name: String) throws {
    let (program, input) = (Location.program("convolve"), folder.file(name))
    for command in [
      "- dirac -o -", "- dirac -o '\(folder.file("out.rf64"))'", "- dirac -o '\(folder.file("out.npy"))'", "inspect -", "find - taps:1,2",
    ] {
      let completed = try run("/bin/sh", ["-c", "cat '\(input)' | '\(program)' \(command) > /dev/null"])
      #expect(
        completed.status == 65 && ["truncated", "more than any memory holds"].contains { completed.error.contains($0) },
        "\(command): \(completed)")
    }
    for output in ["-", folder.file("out.rf64"), folder.file("out.npy")] {
      let completed = try run("/bin/sh", ["-c", "cat '\(input)' | '\(program)' - box:3 -o '\(output)' --dry-run"])
      #expect(completed.status == 65 && completed.error.contains("truncated"), "\(output): \(completed)")
    }
  }

  @Test("A file whose text looks like a log of its header is read, whatever numbers it pretends")
  func log() throws {
    for arguments in [["inspect", folder.file("quoted.wav")], [folder.file("quoted.wav"), "dirac", "-o", folder.file("out.wav")]] {
      let completed = try convolve(arguments)
      #expect(completed.status == 0 || completed.status == 65, "\(completed)")
    }
  }

  @Test("Options have bounds too", arguments: ["--jobs 9223372036854775807", "--jobs 100000"])
  func options(line: String) throws {
    let words = line.split(separator: " ").map(String.init)
    let completed = try convolve([folder.file("row.npy"), "dirac", "-o", folder.file("out.npy")] + words)
    #expect(completed.status == 64 && completed.error.contains("--jobs is"), "\(completed)")
  }
}
