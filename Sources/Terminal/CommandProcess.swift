import Dispatch
@preconcurrency import Glibc
import Platform

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
  /// - Where the system allows fewer files than any command needs, it ends with 71: libraries end the process by a signal there.
  /// - Parameter files: how many it has open at once, standard streams included.
  public static func begin(_ command: String, files: Int = 16) {
    Self.command = command
    signal(SIGXFSZ, SIG_IGN)
    for number in STDIN_FILENO...STDERR_FILENO where fcntl(number, F_GETFD) < 0 { _ = open("/dev/full", O_WRONLY) }
    atexit { CommandProcess.checkOutput() }
    requireFiles(rlim_t(files))
  }

  /// Runs a command whose work is done by tasks, and ends the process after it: with 71 where the system gives no threads for tasks,
  /// which would be waited for without end.
  ///
  /// - Parameters:
  ///   - threads: how many it needs beside those for each processor.
  ///   - files: how many it has open at once, standard streams included.
  public static func run(_ command: String, threads: Int, files: Int = 16, _ body: @escaping @Sendable () async -> Void) -> Never {
    begin(command, files: files)
    let count = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) + threads
    if !canStartThreads(count) {
      Failure(
        .system,
        "the system gives it fewer than \(count) threads: raise the limits of processes or memory (ulimit -u, ulimit -v, TasksMax=)"
      ).end(command: command)
    }
    Task {
      await body()
      exit(0)
    }
    dispatchMain()
  }

  /// Raises the limit as far as is permitted and known to do no harm, where it is too low: select(2) takes descriptors below 1024.
  ///
  /// Source: getrlimit(2), RLIMIT_NOFILE
  private static func requireFiles(_ least: rlim_t) {
    var limit = rlimit()
    let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    guard getrlimit(resource, &limit) == 0, limit.rlim_cur < least else { return }
    let allowed = limit.rlim_cur
    limit.rlim_cur = min(1_024, limit.rlim_max)
    if limit.rlim_cur >= least, setrlimit(resource, &limit) == 0 { return }
    Failure(.system, "the system allows it \(allowed) open files, and it needs \(least): raise the limit (ulimit -n)").end(
      command: command)
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
