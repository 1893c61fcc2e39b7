import Foundation
import TestSupport
import Testing

@Suite("convolve 2d")
struct ImageTests {
  private let folder: ScratchFolder

  init() throws {
    folder = try ScratchFolder()
    let script = """
      import os, sys, numpy as np
      os.chdir(sys.argv[1])
      random = np.random.default_rng(72)
      image, kernel = random.standard_normal((90, 120)).astype('f4'), random.standard_normal((5, 8))
      np.save('image.npy', np.asfortranarray(image)), np.save('kernel.npy', kernel)
      np.save('line.npy', np.ones(3)), np.save('wide.npy', np.ones((2, 200))), np.save('true.npy', np.ones((2, 2), bool))
      np.save('half.npy', np.ones((2, 2), 'f2')), np.save('none.npy', np.ones((0, 2))), np.save('long.npy', np.ones((2, 2), 'g'))
      open('short.npy', 'wb').write(open('image.npy', 'rb').read()[:-1]), open('noise.wav', 'wb').write(b'noise'), os.mkdir('folder')
      """
    let completed = try run(Location.python, ["-c", script, folder.path])
    try #require(completed.status == 0, "\(completed.error)")
  }

  @Test("The file is the one that np.save writes of convolve2d's result")
  func files() throws {
    let script = """
      import os, sys, numpy as np
      from scipy.signal import convolve2d
      os.chdir(sys.argv[1])
      for mode in 'full', 'same', 'valid':
          for boundary in 'fill', 'wrap', 'symm':
              np.save(f'{mode}-{boundary}.npy', convolve2d(np.load('image.npy'), np.load('kernel.npy'), mode, boundary))
      """
    let reference = try run(Location.python, ["-c", script, folder.path])
    try #require(reference.status == 0, "\(reference.error)")
    let (image, kernel, output) = (folder.file("image.npy"), folder.file("kernel.npy"), folder.file("out.npy"))
    for mode in ["full", "same", "valid"] {
      for boundary in ["fill", "wrap", "symm"] {
        let completed = try convolve(["2d", image, kernel, "-o", output, "--mode", mode, "--boundary", boundary])
        #expect(completed.status == 0 && completed.error.isEmpty && completed.output.isEmpty, "\(completed.error)")
        #expect(contents(output) == contents(folder.file("\(mode)-\(boundary).npy")), "\(mode), \(boundary)")
      }
    }
    #expect(try convolve(["2d", image, kernel, "-o", output, "--jobs", "3"]).status == 0)
    #expect(contents(output) == contents(folder.file("full-fill.npy")))
    // The operands change places.
    #expect(try convolve(["2d", kernel, image, "-o", output, "--mode", "valid"]).status == 0)
    #expect(contents(output) == contents(folder.file("valid-fill.npy")))
  }

  @Test(
    "Bad input ends with one clear line, the right code and no output",
    arguments: [
      ("missing.npy kernel.npy out.npy", 66, "there is no such file"), ("image.npy missing.npy out.npy", 66, "there is no such file"),
      ("folder kernel.npy out.npy", 65, "it is a folder"), ("short.npy kernel.npy out.npy", 65, "truncated"),
      ("noise.wav kernel.npy out.npy", 65, "it is not a .npy file"), ("long.npy kernel.npy out.npy", 65, "float128"),
      ("line.npy kernel.npy out.npy", 65, "convolve2d inputs must both be 2-D arrays"),
      ("image.npy line.npy out.npy", 65, "line.npy is NumPy, float64, 3 values"),
      ("image.npy wide.npy out.npy --mode valid", 65, "one must be at least as large as the other in every dimension"),
      ("true.npy true.npy out.npy", 65, "convolve2d not available for this type"),
      ("half.npy half.npy out.npy", 65, "convolve2d not available for this type"),
      ("none.npy kernel.npy out.npy --boundary wrap", 65, "an empty image cannot be continued by wrap"),
      ("none.npy none.npy out.npy", 65, "negative dimensions are not allowed"),
      ("image.npy kernel.npy missing/out.npy", 73, "its folder does not exist"),
      ("image.npy kernel.npy out.wav", 64, "let the name end in .npy"),
      ("image.npy kernel.npy out.npy --mode most", 64, "'most' is invalid"),
      ("image.npy kernel.npy out.npy --boundary edge", 64, "'edge' is invalid"),
      ("image.npy kernel.npy out.npy --jobs 0", 64, "--jobs is 0"), ("image.npy kernel.npy out.npy more", 64, "more"),
      ("image.npy kernel.npy out.npy --gain", 64, "see convolve 2d --help"),
    ])
  func badInput(line: String, status: Int32, text: String) throws {
    let words = line.split(separator: " ").map(String.init)
    let before = try listing()
    let completed = try convolve(["2d", folder.file(words[0]), folder.file(words[1]), "-o", folder.file(words[2])] + words[3...])
    #expect(completed.status == status, "\(completed.error)")
    #expect(completed.error.hasPrefix("convolve: ") && completed.error.contains(text), "\(completed.error)")
    #expect(completed.error.filter { $0 == "\n" }.count == 1 && completed.output.isEmpty, "\(completed.error)")
    #expect(try listing() == before)
  }

  @Test("Missing operands are named, and help is no error")
  func usage() throws {
    let completed = try convolve(["2d", folder.file("image.npy")])
    #expect(completed.status == 64 && completed.error.contains("'<kernel>'"), "\(completed.error)")
    let help = try convolve(["2d", "-h"])
    #expect(help.status == 0 && help.error.isEmpty && help.output.contains("scipy.signal.convolve2d"))
    #expect(try convolve(["--help"]).output.contains("convolve 2d IMAGE KERNEL -o OUT"))
  }

  private func listing() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }
}
