import AudioFile
import Glibc
import Platform
import Terminal

/// Convolves one file after another. What fails does not stop the others, and is told at the end.
struct Batch {
  private let plan: BatchPlan
  private let filtering: FilteringSource
  private let isDry: Bool
  private let messages: Messages

  init(_ plan: BatchPlan, _ filtering: FilteringSource, isDry: Bool, _ messages: Messages) {
    (self.plan, self.filtering, self.isDry, self.messages) = (plan, filtering, isDry, messages)
  }

  /// - Parameter convolve: one input to one output.
  /// - Throws: how many failed, with the exit code of the worst.
  func run(_ convolve: (String, String, Messages, Trial) throws(Failure) -> Void) throws(Failure) {
    for name in plan.passedOver { messages.warn("\(name) is the kernel: it is passed over as an input") }
    try readKernel()
    if !isDry { try makeFolders() }
    var failures: [Failure] = []
    let trial = Trial(files: plan.jobs.count)
    let total = Double(plan.jobs.reduce(0) { $0 + $1.bytes })
    var done = 0.0
    for (index, job) in plan.jobs.enumerated() {
      var messages = messages
      let width = Double(job.bytes) / total
      messages.portion = Progress.Portion(start: done, width: width, count: "\(index + 1)/\(plan.jobs.count)")
      do throws(Failure) {
        try convolve(job.input, job.output, messages, trial)
      } catch {
        failures.append(error)
      }
      done += width
    }
    messages.progress.hide()
    if isDry { trial.printSum() }
    try tell(failures)
  }

  private func tell(_ failures: [Failure]) throws(Failure) {
    guard let worst = failures.max(by: { Self.weight($0.status) < Self.weight($1.status) }) else { return }
    for failure in failures { Convolve.report(failure) }
    let (count, failed) = (plan.jobs.count, failures.count)
    let written = count - failed
    throw Failure(
      worst.status,
      "\(failed) of \(count) inputs failed, for the reasons above; \(written) \(isDry ? "would be" : written == 1 ? "is" : "are") written")
  }

  /// What concerns the machine is worse than what concerns a file.
  private static func weight(_ status: ExitStatus) -> Int {
    let order: [ExitStatus] = [.success, .usage, .badData, .noInput, .notPermitted, .unavailable, .cannotCreate, .inputOutput]
    return order.firstIndex(of: status) ?? 0
  }

  /// A kernel that cannot be read is one fault, and not one of every input.
  private func readKernel() throws(Failure) {
    do throws(AudioFileError) {
      try filtering.check()
    } catch {
      throw Failure(error)
    }
  }

  private func makeFolders() throws(Failure) {
    for folder in plan.newFolders {
      guard withSystemPath(folder, { mkdir($0, 0o777) }) != 0, errno != EEXIST else { continue }
      let reason = String(cString: strerror(errno))
      let isForbidden = [EACCES, EPERM, EROFS].contains(errno)
      throw Failure(isForbidden ? .notPermitted : .cannotCreate, "\(folder): this folder cannot be made: \(reason): make it first")
    }
  }
}
