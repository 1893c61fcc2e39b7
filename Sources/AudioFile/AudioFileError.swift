import Glibc
import Numbers

/// Why a file could not be read or written.
public struct AudioFileError: Error, Sendable, Equatable {
  public enum Cause: Sendable {
    /// The text names no kernel.
    case specification
    /// The file does not exist.
    case missing
    /// The file may not be read, or the folder not be written to.
    case notPermitted
    /// The contents are damaged, or not of the expected kind.
    case badData
    /// The file cannot be created.
    case cannotCreate
    /// Reading or writing failed midway.
    case inputOutput
  }

  public var cause: Cause
  /// What failed, with which value, and what to do.
  public var message: String

  /// Of several faults, each by itself; nil: there is one.
  public var faults: [String]?

  public init(_ cause: Cause, _ message: String, faults: [String]? = nil) {
    self.cause = cause
    self.message = message
    self.faults = faults
  }

  /// Reports a NaN in a result that is stored as integers.
  public static func notANumber(_ name: String, frame: Int) -> AudioFileError {
    AudioFileError(.badData, "\(name): the result is not a number at frame \(frame): write it as float or double")
  }

  /// Reports that a file ends before the end that its header says.
  static func truncated(_ name: String, frames: Int, of present: Int) -> AudioFileError {
    let rest = "\(present) \(present == 1 ? "is" : "are") present: copy it again"
    return AudioFileError(.badData, "\(name): it is truncated: its header says \(quantity(frames, "frame")), \(rest)")
  }

  /// Reports that there is no file of this name, and what it may have been meant to be.
  ///
  /// - Parameter remedy: what to do where that is not known.
  package static func missing(_ name: String, or remedy: String? = nil) -> AudioFileError {
    AudioFileError(.missing, "\(name): there is no such file" + ((hint(name) ?? remedy).map { ": \($0)" } ?? ""))
  }

  /// Reports the `errno` of a failed open or read of `name`.
  static func reading(_ name: String, _ code: Int32) -> AudioFileError {
    switch code {
    case ENOENT, ENOTDIR: missing(name)
    case EACCES, EPERM: AudioFileError(.notPermitted, "\(name): you may not read it")
    default: AudioFileError(.inputOutput, "\(name): it cannot be read: \(text(code))")
    }
  }

  /// Reports the `errno` of a failed creation of `name`.
  static func creating(_ name: String, _ code: Int32) -> AudioFileError {
    switch code {
    case EACCES, EPERM, EROFS: AudioFileError(.notPermitted, "\(name): you may not write there: \(text(code))")
    case ENOENT, ENOTDIR: AudioFileError(.cannotCreate, "\(name): its folder does not exist: create it first")
    default: AudioFileError(.cannotCreate, "\(name): it cannot be created: \(text(code))")
    }
  }

  /// Reports the `errno` of a failed write to `name`.
  static func writing(_ name: String, _ code: Int32) -> AudioFileError {
    AudioFileError(.inputOutput, "\(name): writing failed, nothing was left behind: \(text(code))")
  }

  /// What a shell would have made of a name, or what it may have been meant to be.
  private static func hint(_ name: String) -> String? {
    let names = name.split(separator: "/")
    if names.contains(where: { $0.hasPrefix("~") || $0.hasPrefix("$") }) { return "~ and $HOME are not expanded: write the whole path" }
    let last = String(names.last ?? "")
    if last.contains(","), last.allSatisfy("0123456789.,-+eE".contains) { return "taps are written taps:\(last)" }
    let word = last.prefix { $0.isASCII && $0.isLetter }
    let next = last.dropFirst(word.count).first
    let isNearly = next == ":" && word.count > 2 || next != "." && ["box", "tap", "taps"].contains(word)
    return isNearly ? "kernels that are no files are \(words)" : nil
  }

  private static let words =
    "taps:0.5,1,0.5, box:8, diff, dirac, lowpass:, highpass:, bandpass:, eq:, graphic:, response:, minimum:, linear:, invert:, and f64:FILE of taps without a header"

  private static func text(_ code: Int32) -> String { String(cString: strerror(code)) }
}
