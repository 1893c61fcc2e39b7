import AudioFile
import Numbers

/// A setting or a structure of BruteFIR's configuration.
struct BruteFIRSetting {
  /// A string, a number or a word, and where it stands.
  struct Value {
    var text: String
    var isString: Bool
    var line: Int
    /// What stands in braces behind it: parameters of a module.
    var block: [BruteFIRSetting] = []

    var number: Double? { isString ? nil : decimalNumber(text).flatMap { $0.isFinite ? $0 : nil } }
    var whole: Int? { isString ? nil : Int(text) }
    var isTrue: Bool { text == "true" }
  }

  /// `coeff`, `filename`.
  var name: String
  var line: Int
  /// Between commas, and each between slashes: `"left"/6/-1` has three. Nil: nothing stands there.
  var items: [[Value?]] = []
  /// Of a structure.
  var fields: [BruteFIRSetting]?

  var first: Value? { items.first?.first ?? nil }

  func field(_ name: String) -> BruteFIRSetting? { fields?.last { $0.name == name } }
}

/// Takes BruteFIR's text apart.
struct BruteFIRText {
  private enum Token: Equatable {
    case string(String), word(String), mark(Character)
  }

  private var tokens: [(token: Token, line: Int)] = []
  private var index = 0
  private let report: ImportReport

  private static let deepest = 8
  private static let mostTokens = 1_000_000

  /// - Throws: it is not whole.
  static func settings(_ lines: [Substring], _ report: ImportReport) throws(AudioFileError) -> [BruteFIRSetting] {
    var text = BruteFIRText(report)
    try text.scan(lines)
    return try text.settings(depth: 0)
  }

  private init(_ report: ImportReport) { self.report = report }

  private mutating func scan(_ lines: [Substring]) throws(AudioFileError) {
    for (number, line) in lines.enumerated() {
      var rest = line
      while let first = rest.first {
        if first == "#" { break }
        if first == "\"" {
          let body = rest.dropFirst().prefix { $0 != "\"" }
          guard body.endIndex < rest.endIndex else { throw report.fault(number + 1, "a string has no end: add the quote") }
          tokens.append((.string(String(body)), number + 1))
          rest = rest[rest.index(after: body.endIndex)...]
        } else if first.isWhitespace {
          rest = rest.dropFirst()
        } else if ":;,/{}".contains(first) {
          tokens.append((.mark(first), number + 1))
          rest = rest.dropFirst()
        } else {
          let word = rest.prefix { !$0.isWhitespace && !":;,/{}\"#".contains($0) }
          tokens.append((.word(String(word)), number + 1))
          rest = rest[word.endIndex...]
        }
      }
      guard tokens.count < Self.mostTokens else { throw report.fault(number + 1, "it is too long: is it a configuration?") }
    }
  }

  private var next: Token? { index < tokens.count ? tokens[index].token : nil }
  private var line: Int { index < tokens.count ? tokens[index].line : tokens.last?.line ?? 1 }

  private mutating func take(_ mark: Character) -> Bool {
    guard next == .mark(mark) else { return false }
    index += 1
    return true
  }

  private mutating func settings(depth: Int) throws(AudioFileError) -> [BruteFIRSetting] {
    guard depth < Self.deepest else { throw report.fault(line, "more than \(Self.deepest) braces in each other: correct them") }
    var result: [BruteFIRSetting] = []
    while let token = next, token != .mark("}") {
      if take(";") { continue }
      guard case .word(let name) = token else { throw report.fault(line, "a setting's name is expected here: correct the line before") }
      var setting = BruteFIRSetting(name: name, line: line)
      index += 1
      if take(":") {
        setting.items = try items(depth: depth, hasBlocks: true)
        guard take(";") else { throw report.fault(line, "`\(name)` has no end: a semicolon is missing") }
      } else {
        setting.items = try items(depth: depth, hasBlocks: false)
        guard take("{") else { throw report.fault(line, "a colon or a brace is expected behind \(quoted(name))") }
        setting.fields = try settings(depth: depth + 1)
        guard take("}") else { throw report.fault(line, "\(quoted(name)) has no closing brace") }
      }
      result.append(setting)
    }
    if depth == 0, next != nil { throw report.fault(line, "a closing brace stands here without an opening one") }
    return result
  }

  /// Values up to what ends them.
  private mutating func items(depth: Int, hasBlocks: Bool) throws(AudioFileError) -> [[BruteFIRSetting.Value?]] {
    var items: [[BruteFIRSetting.Value?]] = [[nil]]
    while let token = next {
      switch token {
      case .string(let text), .word(let text):
        let isString = if case .string = token { true } else { false }
        var value = BruteFIRSetting.Value(text: text, isString: isString, line: line)
        index += 1
        // Of a setting braces hold parameters; of a structure they are its fields.
        if hasBlocks, isString, next == .mark("{") { value.block = try block(depth: depth) }
        items[items.count - 1][items[items.count - 1].count - 1] = value
      case .mark(","):
        index += 1
        items.append([nil])
      case .mark("/"):
        index += 1
        items[items.count - 1].append(nil)
      default: return items.count == 1 && items[0].count == 1 && items[0][0] == nil ? [] : items
      }
    }
    return items
  }

  private mutating func block(depth: Int) throws(AudioFileError) -> [BruteFIRSetting] {
    _ = take("{")
    let settings = try settings(depth: depth + 1)
    guard take("}") else { throw report.fault(line, "a module's parameters have no closing brace") }
    return settings
  }
}
