import ArgumentParser
import AudioFile
import ControlAPI
import Filters
import Glibc
import Platform
import Terminal

struct WebToken: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make the tokens with which convolved-web lets clients in.",
    discussion: "One token allows everything, one only reads. Who has one may use it until others are made, and convolved-web is restarted."
  )

  @Option(
    help: ArgumentHelp("Write this file.", discussion: "Default: \(Self.usualFile).", valueName: "file"), completion: .file())
  var file = Self.usualFile

  private static let usualFile = "/etc/convolved/web-token"

  @Flag(help: "Replace tokens that are there.")
  var force = false

  func run() throws {
    var status = stat()
    guard force || withSystemPath(file, { lstat($0, &status) }) != 0 else {
      throw Failure(.cannotCreate, "\(file) is there already: read its tokens there, or replace them with --force")
    }
    let folder = folderAndName(of: file).folder
    guard withSystemPath(folder, { stat($0, &status) }) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw Failure(.cannotCreate, "\(folder) is no folder: create it first, or name another file with --file")
    }
    let (full, readOnly) = (Secret().text, Secret().text)
    // Nobody else's from the beginning.
    let mask = umask(0o077)
    defer { umask(mask) }
    guard KeptFile(path: file).save("# Tokens of convolved-web.\nfull \(full)\nread-only \(readOnly)\n") else {
      let isDenied = errno == EACCES || errno == EPERM || errno == EROFS
      let remedy = isDenied ? "run it with sudo, or name another file with --file" : "name another file with --file"
      throw Failure(
        isDenied ? .notPermitted : .cannotCreate, "\(file) cannot be written: \(String(cString: strerror(errno))): \(remedy)")
    }
    print("full:      \(full)\nread-only: \(readOnly)")
    let start = "convolved-web --token-file \(Conversion.quoted(file))"
    // The service reads no other.
    let next = file == Self.usualFile ? "systemctl restart convolved-web takes it over; by hand: \(start)" : start
    print("wrote \(file): \(next)".printableLine)
  }
}
