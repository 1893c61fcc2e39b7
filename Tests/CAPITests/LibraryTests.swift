import Foundation
import TestSupport
import Testing

/// The library as a file: what it needs, what it shows, and what was linked into it.
@Suite("libconvolved.so")
struct LibraryTests {
  private static let file = Location.library + "/lib/libconvolved.so"

  /// Defined symbols with their types, as nm has them.
  private func symbols(_ arguments: [String]) throws -> [(name: String, type: Character)] {
    let listed = try run(try #require(findProgram("llvm-nm", "nm")), ["--defined-only", "--format=posix"] + arguments)
    try #require(listed.status == 0, "\(listed.error)")
    return listed.output.split(separator: "\n").map { $0.split(separator: " ") }.filter { $0.count > 1 }
      .map { (String($0[0]), $0[1].first!) }
  }

  @Test("it exports what its headers declare, and nothing else")
  func exports() throws {
    let headers = try ["convolved.h", "convolved_arrays.h"].map { name in
      try String(contentsOfFile: Location.library + "/include/" + name, encoding: .utf8)
    }
    let lines = headers.joined().split(separator: "\n").filter { !$0.hasPrefix("//") && !$0.hasPrefix("static") && !$0.hasPrefix(" ") }
    let declared = lines.compactMap { $0.firstMatch(of: /(convolved_\w+)\(/).map { String($0.1) } }
    #expect(declared.count == 20)
    #expect(try Set(symbols(["-D", Self.file]).map(\.name)) == Set(declared))
  }

  @Test("it needs the C library and the C++ runtime, and no Swift")
  func needs() throws {
    let listed = try run("/usr/bin/env", ["ldd", Self.file])
    let needed = listed.output.split(separator: "\n")
      .compactMap { $0.firstMatch(of: /(lib\w+|ld-[\w-]+)[^\/]*\.so/).map { String($0.1) } }
    #expect(listed.status == 0 && needed.contains("libc"), "\(listed)")
    let known: Set = ["libc", "libm", "libstdc", "libgcc_s", "libdl", "libpthread", "ld-linux-x86-64", "ld-linux-aarch64"]
    #expect(Set(needed).subtracting(known).isEmpty, "\(listed.output)")
  }

  /// A weak symbol that two modules share could come from the one with the wider instructions.
  @Test("weak symbols of each instruction set are its own")
  func weakSymbols() throws {
    let build = URL(fileURLWithPath: Location.program("convolved")).deletingLastPathComponent().path
    let files = FileManager.default
    let modules = try files.contentsOfDirectory(atPath: build).filter { $0.hasPrefix("VectorF") && $0.hasSuffix(".build") }
    #expect(!modules.isEmpty)
    for module in modules {
      let folder = "\(build)/\(module)"
      let objects = try files.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".o") }.map { "\(folder)/\($0)" }
      let weak = Set(try symbols(objects).filter { "wWvV".contains($0.type) }.map(\.name))
      let name = module.dropLast(".build".count)
      let foreign = weak.filter { !$0.hasPrefix("$s\(name.count)\(name)") }
      #expect(weak.count > 10 && foreign == ["__swift_reflection_version"], "\(module): \(foreign)")
    }
  }
}
