import Foundation
import TestSupport
import Testing

@Suite("C example")
struct ExampleTests {
  private let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  @Test("Examples/change.c gives the echo, then the moving average, and fades between them", arguments: [0, 3000, 20_000])
  func numbers(change: Int) throws {
    var random = SeededGenerator(seed: 51)
    // A ramp, whose mean is known, and noise.
    let x = (0..<10_000).map { Float($0) / 10_000 } + random.noise(2345).map { Float($0) }
    try x.withUnsafeBytes { Data($0) }.write(to: URL(fileURLWithPath: folder.file("in.f32")))
    let program = try CProgram("Examples/change.c", in: folder)
    let completed = try run(
      "/bin/sh", ["-c", "'\(program.path)' \(change) < '\(folder.file("in.f32"))' > '\(folder.file("out.f32"))'"])
    #expect(completed.status == 0, "\(completed)")
    let y = try Data(contentsOf: URL(fileURLWithPath: folder.file("out.f32")))
      .withUnsafeBytes { bytes in (0..<bytes.count / 4).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) } }
    #expect(y.count == x.count + 4800)
    let start = change / 256 * 256
    for n in y.indices {
      let at = { (n: Int) in x.indices.contains(n) ? Double(x[n]) : 0 }
      let echo = at(n) + 0.5 * at(n - 4800)
      let mean = (0..<64).reduce(0) { $0 + at(n - $1) } / 64
      let u = min(1, max(0, Double(n - start + 1) / 480))
      let weight = u * u * u * (u * (6 * u - 15) + 10)
      #expect(abs(Double(y[n]) - (echo * (1 - weight) + mean * weight)) < 1e-6, "frame \(n)")
    }
  }

  @Test(
    "every command of the documents runs",
    arguments: [("docs/c-library.md", "", "console 2 sh 2"), ("README.md", "Library", "c 1 sh 2")])
  func documentation(document: String, section: String, count: String) throws {
    let compiler = try #require(CProgram.compiler)
    let files = FileManager.default
    try files.createDirectory(atPath: folder.file("bin"), withIntermediateDirectories: false)
    try files.createSymbolicLink(atPath: folder.file("bin/cc"), withDestinationPath: compiler)
    try files.createSymbolicLink(atPath: folder.file("Examples"), withDestinationPath: Location.package + "/Examples")
    // Not a whole number of blocks.
    try Data(count: 400_000).write(to: URL(fileURLWithPath: folder.file("in.f32")))
    let completed = try run(
      Location.python,
      [
        Location.package + "/Tests/Reference/documentation.py", Location.package + "/" + document, section, folder.path,
        folder.file("bin"),
      ],
      environment: ["PKG_CONFIG_PATH": Location.library + "/lib/pkgconfig", "LD_LIBRARY_PATH": Location.library + "/lib"])
    #expect(completed.status == 0, "\(completed.error)")
    #expect(completed.output.split(separator: "\n").last.map(String.init) == count)
    // No block is too short to be convolved.
    let made = try Data(contentsOf: URL(fileURLWithPath: folder.file("out.f32"))).count
    #expect(made == (section == "Library" ? 400_000 : 400_000 + 4 * 4800))
  }
}
