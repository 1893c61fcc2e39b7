import Foundation
import TestSupport

/// The first of `names` that a shell would find.
func findProgram(_ names: String...) -> String? {
  let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
  return names.lazy.flatMap { name in folders.map { "\($0)/\(name)" } }.first { FileManager.default.isExecutableFile(atPath: $0) }
}

/// A program in C, built against header and library as anybody would build it.
struct CProgram {
  let path: String

  /// gcc or clang: the Swift toolchain brings the latter.
  static let compiler = findProgram("cc", "clang")

  struct BuildFailure: Error { var message: String }

  /// - Parameter source: counted from the package's folder.
  init(_ source: String, in folder: ScratchFolder) throws {
    path = folder.file(URL(fileURLWithPath: source).deletingPathExtension().lastPathComponent)
    guard let compiler = Self.compiler else { throw BuildFailure(message: "no C compiler: install gcc or clang") }
    let library = Location.library
    let built = try TestSupport.run(
      compiler,
      [
        "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-I\(library)/include", "-o", path,
        "\(Location.package)/\(source)", "-L\(library)/lib", "-lconvolved", "-Wl,-rpath,\(library)/lib", "-lm", "-lpthread",
      ])
    guard built.status == 0 else { throw BuildFailure(message: built.error) }
  }

  func run(_ arguments: String..., environment: [String: String] = [:]) throws -> Completed {
    try TestSupport.run(path, arguments, environment: environment)
  }
}
