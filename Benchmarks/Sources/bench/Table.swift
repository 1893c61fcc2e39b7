import Foundation

/// A Markdown table: the first columns are words, the rest numbers.
struct Table {
  private let words: Int
  private let columns: [String]
  private var rows: [[String]] = []

  init(words: Int, _ columns: [String]) {
    self.words = words
    self.columns = columns
  }

  mutating func add(_ row: [String]) { rows.append(row) }

  /// Writes it to standard output.
  func print(_ title: String) {
    let rules = columns.indices.map { $0 < words ? "---" : "---:" }
    let lines = ([columns, rules] + rows).map { "| \($0.joined(separator: " | ")) |" }
    Swift.print("### \(title)\n\n\(lines.joined(separator: "\n"))\n")
    fflush(nil)
  }
}

/// Microseconds, with three digits that mean something.
func microseconds(_ nanoseconds: Double) -> String { digits(nanoseconds / 1e3) }

func digits(_ value: Double) -> String {
  String(format: value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value)
}

func scientific(_ value: Double) -> String { String(format: "%.1e", value) }

func mebibytes(_ bytes: Int) -> String { String(format: "%.1f", Double(bytes) / 1_048_576) }

/// `16384` as `16,384`.
func grouped(_ count: Int) -> String {
  count < 1_000 ? "\(count)" : grouped(count / 1_000) + String(format: ",%03d", count % 1_000)
}

/// Says on standard error how far it is.
func progress(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
