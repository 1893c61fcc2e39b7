import NIOCore
import NIOSSL

/// A certificate with its key, as the server shows it.
package struct Certificate: Sendable {
  let context: NIOSSLContext

  /// Why it cannot be used.
  package struct Fault: Error { package let message: String }

  /// - Parameters:
  ///   - chain: PEM, the server's own first.
  ///   - key: PEM, without a password.
  ///   - names: what messages call them.
  package init(chain: [UInt8], key: [UInt8], names: (certificate: String, key: String)) throws(Fault) {
    let certificates: [NIOSSLCertificate]
    do { certificates = try NIOSSLCertificate.fromPEMBytes(chain) } catch {
      throw Fault(message: "\(names.certificate) holds no certificate in PEM: \(error)")
    }
    guard !certificates.isEmpty else { throw Fault(message: "\(names.certificate) holds no certificate in PEM") }
    let privateKey: NIOSSLPrivateKey
    do { privateKey = try NIOSSLPrivateKey(bytes: key, format: .pem) } catch {
      throw Fault(message: "\(names.key) holds no private key in PEM without a password: \(error)")
    }
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: certificates.map { .certificate($0) }, privateKey: .privateKey(privateKey))
    configuration.minimumTLSVersion = .tlsv12
    configuration.applicationProtocols = ["http/1.1"]
    // A client that does not answer a farewell holds its memory for so long.
    configuration.shutdownTimeout = .seconds(1)
    do { context = try NIOSSLContext(configuration: configuration) } catch {
      throw Fault(message: "\(names.key) is not the key of \(names.certificate): \(error)")
    }
  }
}
