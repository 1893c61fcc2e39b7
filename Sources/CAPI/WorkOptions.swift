import CConvolved
import Glibc
import NumPy
import Platform
import Synchronization

/// How a caller wants work to be done, checked.
struct WorkOptions {
  var profile: Profile
  /// Threads that help.
  var jobs: Int
  var limits: WorkLimits

  /// - Throws: the first fault.
  init(_ options: UnsafePointer<convolved_options>?) throws(CallError) {
    guard let options = options?.pointee else {
      (profile, jobs, limits) = (.automatic, 1, WorkLimits(isCancelled: nil, canTake: MemoryNeed.isThere))
      return
    }
    guard 0...1_024 ~= options.threads else {
      throw CallError(CONVOLVED_ERROR_THREADS, "threads is \(options.threads): choose 1 to 1024, or 0 for one")
    }
    jobs = options.threads <= 1 ? 1 : min(Int(options.threads), processorCount)
    profile = try options.profile.map { (name) throws(CallError) in try Profile(name: String(cString: name)) } ?? .automatic
    var isCancelled: (@Sendable () -> Bool)?
    if let stop = options.stop {
      let request = StopRequest(stop, options.context)
      isCancelled = { request.isMade }
    }
    limits = WorkLimits(isCancelled: isCancelled, canTake: MemoryNeed.isThere)
  }
}

extension Profile {
  fileprivate init(name: String) throws(CallError) {
    if name == "auto" {
      self = .automatic
    } else if let profile = Profile(named: name) {
      self = profile
    } else {
      let names = Profile.allCases.map(\.rawValue).joined(separator: ", ")
      throw CallError(CONVOLVED_ERROR_PROFILE, "profile is \"\(name.prefix(40))\": choose auto, \(names)")
    }
  }
}

/// Asks a caller's function now and then whether work is to end; only on the thread that made it.
private final class StopRequest: @unchecked Sendable {
  private let stop: @convention(c) (UnsafeMutableRawPointer?) -> Int32
  private let context: UnsafeMutableRawPointer?
  private let thread = pthread_self()
  private let isStopped = Atomic(false)
  /// The monotonic time from which on the function is asked again. The caller's thread alone reads and writes it.
  private var due: Int

  /// Nanoseconds between two calls.
  private static let interval = 20_000_000

  init(_ stop: @escaping @convention(c) (UnsafeMutableRawPointer?) -> Int32, _ context: UnsafeMutableRawPointer?) {
    (self.stop, self.context) = (stop, context)
    due = monotonicNanoseconds() + Self.interval
  }

  var isMade: Bool {
    if isStopped.load(ordering: .relaxed) { return true }
    guard pthread_equal(thread, pthread_self()) != 0, monotonicNanoseconds() >= due else { return false }
    if stop(context) != 0 {
      isStopped.store(true, ordering: .relaxed)
      return true
    }
    due = monotonicNanoseconds() + Self.interval
    return false
  }
}
