import Glibc
import Platform
import Systemd
import Terminal
import WebServing

extension ConvolvedWeb {
  /// What files say `none`, as a service's credentials do that are not there.
  private static let nothing = "none"
  private static let mostBytes = 1 << 18

  func inheritedSocket() throws(Failure) -> ListeningSocket? {
    do throws(InheritedSocket.Unusable) {
      return try InheritedSocket.fromEnvironment(.network).map { ListeningSocket(descriptor: $0.descriptor, text: $0.path) }
    } catch {
      throw Failure(.usage, error.description)
    }
  }

  func listeningSocket(_ inherited: ListeningSocket?) throws(Failure) -> ListeningSocket {
    if let inherited { return inherited }
    return try ListeningSocket(listen ?? "127.0.0.1:8095")
  }

  func options() throws(Failure) -> WebOptions {
    WebOptions(
      socket: socketPath, page: try pageFiles(), tokens: try tokens(), certificate: try certificates(), isBehindProxy: behindProxy,
      hosts: host, keepsSessions: getenv("STATE_DIRECTORY") != nil)
  }

  /// - Throws: others than this machine's users could reach it without a token, or listen to it.
  func check(_ socket: ListeningSocket, _ options: WebOptions) throws(Failure) {
    guard !socket.isOfLoopback else { return }
    guard options.tokens != nil else {
      throw Failure(
        .usage, "\(socket.text) is no address of the loopback: give --token-file, which convolvectl web-token makes, or listen at 127.0.0.1"
      )
    }
    guard options.certificate != nil || behindProxy else {
      throw Failure(
        .usage,
        "\(socket.text) is no address of the loopback: give --certificate and --key, or --behind-proxy where a proxy speaks TLS with clients"
      )
    }
  }

  private var socketPath: String {
    if let socket { return socket }
    if let folder = getenv("XDG_RUNTIME_DIR").map({ String(cString: $0) }), !folder.isEmpty {
      let path = folder + "/convolved.sock"
      if access(path, F_OK) == 0 { return path }
    }
    return "/run/convolved/convolved.sock"
  }

  private func pageFiles() throws(Failure) -> PageFiles {
    guard let page else { return PageFiles() }
    do throws(PageFiles.Fault) { return try PageFiles(folder: page) } catch { throw Failure(.noInput, error.message) }
  }

  private func tokens() throws(Failure) -> TokenFile? {
    guard let tokenFile, let bytes = try secretFile(tokenFile) else { return nil }
    do throws(TokenFile.Fault) { return try TokenFile(text: String(decoding: bytes, as: UTF8.self)) } catch {
      throw Failure(.badData, "\(tokenFile): \(error.message)")
    }
  }

  private func certificates() throws(Failure) -> Certificate? {
    guard let certificate, let key, let chain = try contents(certificate), let secret = try secretFile(key) else { return nil }
    do throws(Certificate.Fault) { return try Certificate(chain: chain, key: secret, names: (certificate, key)) } catch {
      throw Failure(.badData, error.message)
    }
  }

  /// The bytes of a file that nobody else may read; nil: it says that there is nothing.
  private func secretFile(_ path: String) throws(Failure) -> [UInt8]? {
    var status = stat()
    // A service's credential shows its user as the group that may read.
    let credentials = getenv("CREDENTIALS_DIRECTORY").map { String(cString: $0) + "/" }
    let others: mode_t = credentials.map { path.hasPrefix($0) } ?? false ? 0o007 : 0o077
    if withSystemPath(path, { stat($0, &status) }) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_mode & others != 0 {
      throw Failure(.notPermitted, "\(path) may be read by others: chmod 600 \(path)")
    }
    return try contents(path)
  }

  private func contents(_ path: String) throws(Failure) -> [UInt8]? {
    guard let bytes = regularFileContents(path, limit: Self.mostBytes + 1) else {
      let status: ExitStatus = errno == EACCES ? .notPermitted : .noInput
      throw Failure(status, "\(path) cannot be read: \(String(cString: strerror(errno)))")
    }
    guard bytes.count <= Self.mostBytes else { throw Failure(.badData, "\(path) has more than \(Self.mostBytes) bytes") }
    let words = bytes.split { $0 <= 32 }
    return words.count == 1 && words[0].elementsEqual(Self.nothing.utf8) ? nil : bytes
  }
}
