import Platform
import Synchronization
import Vector

/// A plan, the routes' kernels cut by it, and the transforms of its levels, for the next convolver to reuse.
public struct PreparedMatrix: Sendable {
  /// All that the cheapest plan depends on: other taps with the same extents have the same one.
  struct Task: Sendable, Equatable {
    var shape: MatrixShape
    var precision: Precision
    var instructionSet: InstructionSet
    var costs: CostTable
  }

  public let plan: Plan
  /// One for each route that is heard, in the order of their outputs.
  public let kernels: [PreparedKernel]
  /// One for each level of the plan.
  let transforms: [RealFFT]
  private let task: Task
  /// Whether the plan is the cheapest for the task; it was given otherwise.
  private let isCheapest: Bool

  /// - Parameters:
  ///   - routes: those that are heard, in the order of their outputs.
  ///   - plan: nil: the cheapest.
  ///   - known: what is not computed again where it would be the same.
  ///   - threads: how many make kernels at once, the calling one included.
  ///   - isCancelled: asked some hundred times a second, by each thread. Once it has said so it always does.
  /// - Throws: `cancelled`.
  init(
    _ routes: [Route], _ task: Task, plan given: Plan?, reusing known: PreparedMatrix?, threads: Int, isCancelled: () -> Bool
  ) throws(ConvolutionError) {
    (self.task, isCheapest) = (task, given == nil)
    if let given {
      plan = given
    } else if let known, known.isCheapest, known.task == task {
      plan = known.plan
    } else {
      plan = .cheapest(
        for: task.shape, precision: task.precision, instructionSet: task.instructionSet, costs: task.costs, isCancelled: isCancelled)
    }
    let isSame = known?.task.precision == task.precision && known?.task.instructionSet == task.instructionSet
    let former = isSame ? known?.transforms ?? [] : []
    let transforms = plan.levels.map { level in
      former.first { $0.points == level.size }
        ?? RealFFT(points: level.size, precision: task.precision, instructionSet: task.instructionSet)
    }
    self.transforms = transforms
    guard !isCancelled() else { throw .cancelled }
    let keys = routes.map { [plan] in
      PreparedKernel.Key($0, plan: plan, precision: task.precision, instructionSet: task.instructionSet)
    }
    var made = Dictionary((known?.kernels ?? []).map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    var missing: Set<PreparedKernel.Key> = []
    let new = keys.filter { made[$0] == nil && missing.insert($0).inserted }
    let fresh = Self.kernels(new, transforms: transforms, threads: threads, isCancelled: isCancelled)
    // What was broken off is not whole.
    guard fresh.count == new.count, !isCancelled() else { throw .cancelled }
    for kernel in fresh { made[kernel.key] = kernel }
    kernels = keys.map { made[$0]! }
  }

  /// Kernels for keys, in any order; not all of them, and not whole, where it is cancelled.
  private static func kernels(
    _ keys: [PreparedKernel.Key], transforms: [RealFFT], threads: Int, isCancelled: () -> Bool
  ) -> [PreparedKernel] {
    let made = Mutex<[PreparedKernel]>([])
    withoutActuallyEscaping(isCancelled) { isCancelled in
      // Several threads ask it only where the caller wants several.
      nonisolated(unsafe) let isCancelled = isCancelled
      (0..<keys.count).forEachPart(ofLength: 1, jobs: threads) { part in
        guard !isCancelled() else { return }
        let kernel = PreparedKernel(keys[part.lowerBound], transforms: transforms, isCancelled: isCancelled)
        made.withLock { $0.append(kernel) }
      }
    }
    return made.withLock { $0 }
  }
}
