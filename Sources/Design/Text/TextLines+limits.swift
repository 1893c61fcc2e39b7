import Numbers

extension TextLines {
  /// The most lines of a file: four for each point of the longest response.
  static let most = 1 << 20
  /// Bytes of the longest line that has a few numbers: what one takes is bounded, and so is the time between two looks at whether the
  /// work is still wanted.
  private static let mostBytes = 4_096
  /// How often somebody who goes through the lines asks whether the work is still wanted.
  private static let look = 1_024

  /// The lines of a file's bytes.
  ///
  /// - Throws: it is too long, holds what no text does, or the work was cancelled.
  package init(_ bytes: [UInt8], longest: Int, isCancelled: CancellationCheck = { false }) throws(TextFaults) {
    guard bytes.count <= longest else {
      throw TextFaults(line: 1, DesignError("the text has \(bytes.count) bytes, more than \(longest): is it the right file?"))
    }
    guard let text = DecodedText(bytes, guessesUTF16: true) else {
      let fault = "the file is no text, or has more than \(MarkRuns.longest) marks on a letter"
      throw TextFaults(line: 1, DesignError("\(fault): is it a sound file? Then name it without a word before it"))
    }
    self = text.lines
    var count = 0
    for _ in self {
      count += 1
      try Self.check(line: count, isCancelled)
      guard count <= Self.most else {
        throw TextFaults(line: count, DesignError("the text has more than \(Self.most) lines: is it the right file?"))
      }
    }
  }

  /// Looks now and then whether the work is still wanted.
  static func check(line number: Int, _ isCancelled: CancellationCheck) throws(TextFaults) {
    if number % look == 0, isCancelled() { throw .cancelled }
  }

  /// Checks that a line of a few numbers is no longer than any can be.
  static func check(_ line: Substring) throws(DesignError) {
    guard line.utf8.count <= mostBytes else {
      throw DesignError("the line has \(line.utf8.count) bytes, more than \(mostBytes): is it the right file?")
    }
  }
}
