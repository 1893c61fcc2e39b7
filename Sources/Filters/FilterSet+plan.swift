import BlockProcessing
import ConfigurationFile
import Convolution
import FilterKernels

// What filters cost, and how they are convolved.

extension FilterSet {
  /// The routes of the audio thread, and what other threads take.
  ///
  /// - Parameters:
  ///   - costs: what plans are judged by.
  ///   - isCancelled: the parts are not whole once it has said so.
  package func parts(costs: CostTable, isCancelled: () -> Bool = { false }) -> (head: [Route], tails: [TailPlan]) {
    TailPlan.split(
      routes, block: configuration.block, threads: configuration.workers, precision: configuration.precision, costs: costs,
      isCancelled: isCancelled)
  }

  /// - Parameter plan: of the audio thread's routes.
  package func load(of plan: Plan, _ parts: (head: [Route], tails: [TailPlan]), costs: CostTable) -> PredictedLoad {
    let shape = MatrixShape(
      block: configuration.block, inputs: configuration.capture.channels, outputs: configuration.playback.channels, routes: parts.head)
    let nanoseconds = plan.predictedNanoseconds(for: shape, precision: configuration.precision, costs: costs)
    let framesPerNanosecond = Double(configuration.rate) / 1e9
    return PredictedLoad(
      audioThread: (nanoseconds + DeadlineBudget.blockNanoseconds) / Double(configuration.block) * framesPerNanosecond,
      workers: parts.tails.map { $0.nanosecondsPerFrame * framesPerNanosecond })
  }

  /// - Parameters:
  ///   - plan: nil: the configuration's, else the cheapest.
  ///   - known: of the convolver before: what has not changed is not computed again.
  package func makeConvolver(
    _ routes: [Route], plan: Plan? = nil, costs: CostTable, reusing known: PreparedMatrix? = nil
  ) -> Convolver {
    makeConvolver(routes, plan: plan, costs: costs, reusing: known) { false }!
  }

  /// - Parameter threads: how many prepare kernels at once.
  /// - Returns: nil where it is cancelled.
  package func makeConvolver(
    _ routes: [Route], plan: Plan? = nil, costs: CostTable, reusing known: PreparedMatrix? = nil, threads: Int = 1,
    isCancelled: () -> Bool
  ) -> Convolver? {
    do throws(ConvolutionError) {
      return try Convolver(
        block: configuration.block, inputs: configuration.capture.channels, outputs: configuration.playback.channels,
        routes: routes, plan: plan ?? configuration.plan, precision: configuration.precision, costs: costs, reusing: known,
        threads: threads, isCancelled: isCancelled)
    } catch {
      guard error == .cancelled else { preconditionFailure("the configuration was validated: \(error)") }
      return nil
    }
  }
}
