import AudioFile
import Glibc
import Platform

/// How a daemon is started with a configuration: commands that do it as they are printed.
struct DaemonStart {
  let command: String
  /// Which commands reach it then, where that has to be said.
  let next: String

  /// Where a socket is put that has no place.
  private static let socket = "/tmp/convolved.sock"

  /// - Parameters:
  ///   - configuration: its path.
  ///   - target: as it was given.
  ///   - ownSocket: the one that the configuration names.
  init(configuration: String, _ target: Target, ownSocket: String?) {
    if let unit = Self.unit(of: configuration, target) {
      // Only an administrator starts it, and who wrote its configuration is one, perhaps for that command alone.
      command = "\(getenv("SUDO_USER") == nil ? "" : "sudo ")systemctl enable --now \(unit)"
      next = ""
      return
    }
    let start = "\(Self.program) --config \(Conversion.quoted(configuration))"
    let hasPlace = ownSocket != nil || getenv("XDG_RUNTIME_DIR").map { $0.pointee != 0 } ?? false
    let socket = target.socket ?? (hasPlace ? nil : Self.socket)
    command = start + (socket.map { " --socket \(Conversion.quoted($0))" } ?? "")
    next = hasPlace || target.socket != nil ? "" : "; then convolvectl --socket \(Self.socket) status"
  }

  /// The service that reads this configuration; nil: none that is installed here does.
  private static func unit(of configuration: String, _ target: Target) -> String? {
    let name = target.instance ?? "convolved"
    let file = target.instance == nil ? "convolved.service" : "convolved@.service"
    // sd_booted(3), systemd.unit(5)
    let folders = ["/etc", "/run", "/usr/local/lib", "/usr/lib", "/lib"].map { "\($0)/systemd/system/" }
    guard target.socket == nil, pathInResolvedFolder(configuration) == "/etc/convolved/\(name).yaml",
      access("/run/systemd/system", F_OK) == 0, folders.contains(where: { access($0 + file, F_OK) == 0 })
    else { return nil }
    return target.instance.map { "convolved@\($0)" } ?? "convolved"
  }

  /// By its name where the shell finds it, else as it lies beside this program.
  private static var program: String {
    let (name, paths) = ("convolved", getenv("PATH").map { String(cString: $0) } ?? "")
    if paths.split(separator: ":").contains(where: { access("\($0)/\(name)", X_OK) == 0 }) { return name }
    let beside = resolvedPath("/proc/self/exe").map { "\(folderAndName(of: $0).folder)/\(name)" }
    return beside.flatMap { access($0, X_OK) == 0 ? Conversion.quoted($0) : nil } ?? name
  }
}
