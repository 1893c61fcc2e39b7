import Foundation
import TestSupport
import Testing

@Suite("Mutations of valid files")
struct MutationTests {
  private let files: ValidFiles

  init() throws { files = try ValidFiles() }

  @Test("The command reads them, or ends with one line, its code and no output")
  func some() throws { try mutate(seeds: 0..<300) }

  @Test("So with very many", .enabled(if: Soak.cases > 0, "set CONVOLVED_SOAK"), arguments: 0..<10)
  func soak(part: Int) throws { try mutate(seeds: 10_000 + 1_000 * part..<11_000 + 1_000 * part) }

  private func mutate(seeds: Range<Int>) throws {
    var successes = 0
    for seed in seeds {
      let command = try MutatedCommand(files, seed: UInt64(seed))
      let completed = try run("/bin/sh", ["-c", Self.script, "sh", command.mutated, Location.program("convolve")] + command.arguments)
      let left = try FileManager.default.contentsOfDirectory(atPath: command.outputFolder.path)
      let what = "seed \(seed): \(command.description): status \(completed.status), \(completed.error.prefix(300)), left \(left)"
      if completed.status == 0 {
        successes += 1
        #expect(left == [command.outputName], "\(what)")
        let output = command.outputFolder.file(command.outputName)
        let again = try convolve([output, "dirac", "-o", command.outputFolder.file("again-" + command.outputName), "--quiet"])
        #expect(again.status == 0, "\(what), and it cannot be read: \(again.error)")
      } else {
        #expect(Self.failures.contains(completed.status) && left.isEmpty, "\(what)")
        #expect(completed.error.hasPrefix("convolve: ") && completed.error.filter { $0 == "\n" }.count == 1, "\(what)")
      }
      #expect(completed.output.isEmpty && completed.error.allSatisfy { $0 == "\n" || !$0.isNewline }, "\(what)")
    }
    // Mutations that are all refused, or none, would not test much.
    print("\(successes) of \(seeds.count) mutations were read")
    #expect(successes > seeds.count / 20 && successes < seeds.count * 19 / 20, "\(successes) of \(seeds.count) were read")
  }

  /// The mutated file is on standard input too. No header makes the command take 2 GiB or 20 seconds.
  private static let script = "exec < \"$1\"; shift; exec prlimit --as=2147483648 timeout --signal=KILL 20 \"$@\""

  /// Usage, bad data, no input, cannot create, input/output.
  private static let failures: Set<Int32> = [64, 65, 66, 73, 74]
}

/// Small files of every kind that the command reads, each by its name.
private struct ValidFiles {
  let names: [String]
  let contents: [String: [UInt8]]
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    try Reference.run("sound_files.py", ["make", folder.path, "70"])
    let script = """
      import sys, numpy as np
      for name in ['f8', 'f4', 'f2', 'i2', 'c16', 'bool']: np.save(f'{sys.argv[1]}/{name}.npy', np.arange(40).astype(name))
      open(f'{sys.argv[1]}/taps.txt', 'w').write('# taps\\n0.5\\n-0.25\\n1e-3\\n')
      """
    let completed = try run(Location.python, ["-c", script, folder.path])
    try #require(completed.status == 0, "\(completed.error)")
    let path = folder.path
    try #require(try convolve([path + "/s16-2.wav", "dirac", "-o", path + "/s16-2.flac"]).status == 0)
    let suffixes = [".wav", ".extensible", ".rf64", ".w64", ".aiff", ".npy", ".txt", ".flac"]
    names = try FileManager.default.contentsOfDirectory(atPath: path).filter { name in suffixes.contains { name.hasSuffix($0) } }.sorted()
    contents = Dictionary(uniqueKeysWithValues: names.map { ($0, ConvolveTests.contents(path + "/" + $0)) })
  }

  /// Its path, for a command that reads it unchanged.
  func path(_ name: String) -> String { folder.file(name) }
}

/// A command line of which one file is mutated, all by the seed.
private struct MutatedCommand {
  let arguments: [String]
  let mutated: String
  let outputName: String
  let outputFolder: ScratchFolder
  let description: String
  private let inputFolder: ScratchFolder

  init(_ files: ValidFiles, seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    (inputFolder, outputFolder) = (try ScratchFolder(), try ScratchFolder())
    let name = files.names.randomElement(using: &generator)!
    let mutation = Mutation.allCases.randomElement(using: &generator)!
    var bytes = files.contents[name]!
    mutation.apply(to: &bytes, &generator)
    var labels = [(name as NSString).pathExtension]
    if mutation == .label || Int.random(in: 0..<8, using: &generator) == 0 {
      labels = ["wav", "w64", "rf64", "aiff", "flac", "npy", "txt", "csv", "raw", ""]
    }
    mutated = inputFolder.file("mutated." + labels.randomElement(using: &generator)!)
    try Data(bytes).write(to: URL(fileURLWithPath: mutated))
    let isInput = Bool.random(using: &generator)
    let sane = files.path((isInput ? Self.kernels : Self.inputs(name)).randomElement(using: &generator)!)
    outputName = Self.outputs(isInput ? name : sane).randomElement(using: &generator)!
    let operand = Int.random(in: 0..<4, using: &generator) == 0 ? "-" : mutated
    let mode = ["full", "same", "valid"].randomElement(using: &generator)!
    let options = [[], ["--resample"], ["--fast"], ["--kernel-format", "s24"]].randomElement(using: &generator)!
    let operands = isInput ? [operand, sane] : [sane, operand]
    arguments = operands + ["-o", outputFolder.file(outputName), "--mode", mode, "--quiet"] + options
    let place = operand == "-" ? "standard input" : (mutated as NSString).lastPathComponent
    description = "\(name), \(mutation), as \(place), the \(isInput ? "input" : "kernel"), \(options)"
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
