import Glibc
import Platform

/// The options of a command, so that its words are told from names of files.
public struct OptionWords: Sendable {
  /// Options without a value, as they are typed: `--quiet`, `-q`.
  public var flags: Set<String>
  /// Options with a value.
  public var values: Set<String>
  /// What short options with a value are in full: `-o` is `--output`.
  public var names: [String: String]

  public init(flags: Set<String>, values: Set<String>, names: [String: String] = [:]) {
    self.flags = flags.union(Self.questions)
    self.values = values.union(["--generate-completion-script"])
    self.names = names
  }

  /// Whether words that were separated are a question, whatever else they are.
  public static func askForHelp(_ words: some Collection<String>) -> Bool {
    words.prefix { $0 != "--" }.contains(where: questions.contains)
  }

  private static let questions: Set = ["-h", "--help", "--version", "--experimental-dump-help"]

  /// Puts operands after a `--`, and values behind their options: a word that begins with a dash is then what it was meant as.
  ///
  /// - A word with one dash that is no option is an operand: a file, a number.
  /// - One with two dashes is an operand if there is such a file.
  /// - The word after an option that takes a value is its value, unless it is an option itself.
  /// - Parameter command: the one whose help explains them.
  /// - Throws: a word with a dash is an option as well as a file, or neither.
  public func separated(_ words: [String], of command: String) throws(Failure) -> [String] {
    var (options, operands): ([String], [String]) = ([], [])
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--" {
        operands += rest
        break
      }
      if flags.contains(word) {
        try checkAmbiguity(word)
        options.append(word)
      } else if values.contains(word) {
        try checkAmbiguity(word)
        let name = names[word] ?? word
        if let value = rest.first, !isOption(value) {
          options.append("\(name)=\(value)")
          rest = rest.dropFirst()
        } else {
          options.append(word)
        }
      } else if let letters = cluster(word) {
        rest = (letters + rest)[...]
      } else if try isOperand(word, of: command) {
        operands.append(word)
      } else {
        options.append(word)
      }
    }
    return options + ["--"] + operands
  }

  /// Of an option with its value too: `--mode=full`.
  private func isOption(_ word: String) -> Bool {
    flags.contains(word) || values.contains(word) || word == "--" || values.contains { word.hasPrefix("\($0)=") && $0.hasPrefix("--") }
  }

  private func isOperand(_ word: String, of command: String) throws(Failure) -> Bool {
    guard word.utf8.first == UInt8(ascii: "-"), word != "-" else { return true }
    if isOption(word) {
      try checkAmbiguity(word)
      return false
    }
    if Self.isFile(word) || Double(word) != nil { return true }
    if let name = names.first(where: { word.hasPrefix("\($0.key)=") }) {
      throw Failure(.usage, "\(word): write \(name.key) \(word.dropFirst(name.key.count + 1))")
    }
    let isPath = word.contains("/") || word.contains(".")
    throw Failure(isPath ? .noInput : .usage, "\(word): there is no such file, and no such option\(hint(word)): see \(command) --help")
  }

  /// The option that begins as a word does, if that is not too short.
  private func hint(_ word: String) -> String {
    let name = "--\(word.drop { $0 == "-" }.prefix { $0 != "=" })"
    func alike(_ option: String) -> Int { zip(option, name).prefix { $0 == $1 }.count }
    guard let best = flags.union(values).sorted().max(by: { alike($0) < alike($1) }), alike(best) > 4 else { return "" }
    return ": did you mean \(best)?"
  }

  /// `-vo`: short options that share a dash, of which only the last may take a value.
  private func cluster(_ word: String) -> [String]? {
    let letters = word.dropFirst().map { "-\($0)" }
    guard word.hasPrefix("-"), letters.count > 1, !letters.contains("-h"), letters.dropLast().allSatisfy(flags.contains),
      isOption(letters.last!), !Self.isFile(word)
    else { return nil }
    return letters
  }

  private func checkAmbiguity(_ word: String) throws(Failure) {
    guard Self.isFile(word) else { return }
    throw Failure(.usage, "\(word) is an option, and a file here: write ./\(word) for the file; for the option, call from another folder")
  }

  private static func isFile(_ word: String) -> Bool {
    var status = stat()
    return withSystemPath(word) { lstat($0, &status) } == 0
  }
}
