import Foundation
import TestSupport
import Testing

/// Small files of every kind that the command reads, each by its name.
struct ValidFiles {
  let names: [String]
  /// Those of two dimensions.
  let images: [String]
  let contents: [String: [UInt8]]
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    try Reference.run("sound_files.py", ["make", folder.path, "70"])
    let script = """
      import sys, numpy as np
      for name in ['f8', 'f4', 'f2', 'i2', 'c16', 'bool']: np.save(f'{sys.argv[1]}/{name}.npy', np.arange(40).astype(name))
      for name in ['f8', 'u1']: np.save(f'{sys.argv[1]}/plane-{name}.npy', np.arange(40).reshape(5, 8).astype(name))
      open(f'{sys.argv[1]}/taps.txt', 'w').write('# taps\\n0.5\\n-0.25\\n1e-3\\n')
      """
    let completed = try run(Location.python, ["-c", script, folder.path])
    try #require(completed.status == 0, "\(completed.error)")
    let path = folder.path
    try #require(try convolve([path + "/s16-2.wav", "dirac", "-o", path + "/s16-2.flac"]).status == 0)
    let suffixes = [".wav", ".extensible", ".rf64", ".w64", ".aiff", ".npy", ".txt", ".flac"]
    names = try FileManager.default.contentsOfDirectory(atPath: path).filter { name in suffixes.contains { name.hasSuffix($0) } }.sorted()
    images = names.filter { $0.hasPrefix("plane") }
    contents = Dictionary(uniqueKeysWithValues: names.map { ($0, ConvolveTests.contents(path + "/" + $0)) })
  }

  /// Its path, for a command that reads it unchanged.
  func path(_ name: String) -> String { folder.file(name) }
}

/// A command line of which one file is mutated, all by the seed.
struct MutatedCommand {
  enum Verb {
    case convolve, images, find, inspect

    /// Whether its result is on standard output.
    var prints: Bool { self == .find || self == .inspect }
  }

  let verb: Verb
  let arguments: [String]
  let mutated: String
  let outputFolder: ScratchFolder
  /// What a success leaves in that folder.
  let outputs: [String]
  let description: String
  private let inputFolder: ScratchFolder

  init(_ files: ValidFiles, seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    (inputFolder, outputFolder) = (try ScratchFolder(), try ScratchFolder())
    verb = [.convolve, .convolve, .convolve, .convolve, .images, .find, .inspect].randomElement(using: &generator)!
    let name = (verb == .images ? files.images : files.names).randomElement(using: &generator)!
    let mutation = Mutation.allCases.randomElement(using: &generator)!
    var bytes = files.contents[name]!
    mutation.apply(to: &bytes, &generator)
    mutated = inputFolder.file("mutated." + Self.label(name, mutation, &generator))
    try Data(bytes).write(to: URL(fileURLWithPath: mutated))
    let operand = verb != .images && Int.random(in: 0..<4, using: &generator) == 0 ? "-" : mutated
    let isFirst = Bool.random(using: &generator)
    let others = verb == .images ? files.images : isFirst ? Self.kernels : Self.inputs(name)
    let other = others.randomElement(using: &generator)!
    let operands = isFirst ? [operand, files.path(other)] : [files.path(other), operand]
    let output = verb == .images ? "out.npy" : Self.outputs(isFirst ? name : other).randomElement(using: &generator)!
    let mode = ["full", "same", "valid"].randomElement(using: &generator)!
    let target = ["-o", outputFolder.file(output), "--mode", mode]
    switch verb {
    case .convolve:
      let options = [[], ["--resample"], ["--fast"], ["--kernel-format", "s24"]].randomElement(using: &generator)!
      (arguments, outputs) = (operands + target + ["--quiet"] + options, [output])
    case .images: (arguments, outputs) = (["2d"] + operands + target, [output])
    case .find: (arguments, outputs) = (["find"] + operands + (Bool.random(using: &generator) ? ["--equal"] : []), [])
    case .inspect: (arguments, outputs) = (["inspect", operand, "--plot", outputFolder.file("plot.svg")], ["plot.svg"])
    }
    description = "\(mutation) of \(name): convolve \(arguments.joined(separator: " "))"
  }

  /// An extension: the right one, or now and then another.
  private static func label(_ name: String, _ mutation: Mutation, _ generator: inout SeededGenerator) -> String {
    let isOther = mutation == .label || Int.random(in: 0..<8, using: &generator) == 0
    let others = ["wav", "w64", "rf64", "aiff", "flac", "npy", "txt", "csv", "raw", ""]
    return isOther ? others.randomElement(using: &generator)! : (name as NSString).pathExtension
  }

  private static let kernels = ["s16-1.wav", "float-1.wav", "f8.npy", "taps.txt"]

  /// Files that `kernel` fits: a kernel has one channel, or as many as the input.
  private static func inputs(_ kernel: String) -> [String] {
    let channels = ["2", "3"].first { kernel.contains("-\($0).") } ?? "1"
    return ["s16-\(channels).wav", "s24-\(channels).w64"] + (channels == "1" ? ["f4.npy"] : [])
  }

  private static func outputs(_ input: String) -> [String] {
    input.hasSuffix(".npy") || input.hasSuffix(".txt") ? ["out.npy"] : ["out.wav", "out.rf64", "out.w64", "out.aiff"]
  }
}
