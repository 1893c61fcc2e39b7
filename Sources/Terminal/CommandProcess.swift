@preconcurrency import Glibc

/// What the three commands ask of the system before they do anything.
public enum CommandProcess {
  nonisolated(unsafe) private static var command = ""
  /// Why text for standard output was lost; 0: it was not.
  nonisolated(unsafe) private static var lost: Int32 = 0

  /// Makes an output that fails an error of the command. Call it first, once.
  ///
  /// - Text that `print` could not write to standard output ends the command with 74 when it exits, whatever its code was.
  /// - A file that grows beyond RLIMIT_FSIZE fails to be written, and does not end the process by SIGXFSZ. setrlimit(2)
  /// - A standard stream that the caller has closed is open but fails, so that no file of the command takes its number.
  public static func begin(_ command: String) {
    Self.command = command
    signal(SIGXFSZ, SIG_IGN)
    for number in STDIN_FILENO...STDERR_FILENO where fcntl(number, F_GETFD) < 0 { _ = open("/dev/full", O_WRONLY) }
    atexit { CommandProcess.checkOutput() }
  }

  /// Writes what `print` holds back, so that what comes on standard error comes after it.
  static func flush() {
    if fflush(stdout) != 0 && lost == 0 { lost = errno }
  }

  /// Writes what `print` holds back. Ends the command with 74 if standard output took it not. For commands that print until they are
  /// stopped.
  public static func checkOutput() {
    flush()
    if lost == 0 && ferror(stdout) == 0 { return }
    let cause = lost == 0 ? "" : ": \(String(cString: strerror(lost)))"
    Failure(.inputOutput, "standard output: writing failed\(cause)").print(command: command)
    _exit(ExitStatus.inputOutput.rawValue)
  }
}
