import AudioFile
import Platform

/// What is to be said of a line of another program's configuration.
package struct ImportRemark: Sendable, Equatable {
  /// The file, as it was named.
  package var file: String
  /// From 1.
  package var line: Int
  package var message: String

  package var description: String { "\(file):\(line): \(message)" }
}

/// What an import says, beside what it makes.
final class ImportReport {
  /// What has no equal here.
  private(set) var losses: [ImportRemark] = []
  /// What is another way here, and sounds alike.
  private(set) var notes: [ImportRemark] = []
  /// The path of the imported file.
  let name: String
  private static let most = 200

  init(_ name: String) { self.name = name }

  func lose(_ line: Int, in file: String? = nil, _ message: String) { Self.add(remark(line, file, message), to: &losses) }

  func note(_ line: Int, in file: String? = nil, _ message: String) { Self.add(remark(line, file, message), to: &notes) }

  private func remark(_ line: Int, _ file: String?, _ message: String) -> ImportRemark {
    ImportRemark(file: file ?? name, line: line, message: message)
  }

  private static func add(_ remark: ImportRemark, to list: inout [ImportRemark]) {
    if list.count < most, !list.contains(remark) { list.append(remark) }
  }

  /// A fault after which nothing can be read.
  func fault(_ line: Int, in file: String? = nil, _ message: String) -> AudioFileError {
    AudioFileError(.badData, remark(line, file, message).description)
  }
}

/// What stands in a file, for a message.
func quoted(_ text: some StringProtocol) -> String { "\"\(quotable(text))\"" }
