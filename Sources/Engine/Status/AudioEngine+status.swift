import ALSA
import BlockProcessing
import Synchronization

extension AudioEngine {
  /// The present state and counters.
  ///
  /// - Parameter takingPeaks: whether to take the peaks, so that the next call has those since this one. Without, there are none.
  public func status(takingPeaks: Bool = true) -> EngineStatus {
    let attached = attachment.withLock { $0 }
    let measured = exchange.pointee.statistics.measuredFrames.load(ordering: .relaxed)
    let blocks = exchange.pointee.statistics.blocks.load(ordering: .relaxed)
    return EngineStatus(
      load: load(blocks: blocks), guards: guards,
      captureXruns: exchange.pointee.statistics.captureXruns.load(ordering: .relaxed),
      playbackXruns: exchange.pointee.statistics.playbackXruns.load(ordering: .relaxed),
      xrunCauses: exchange.pointee.xruns.causes,
      clippedSamples: exchange.pointee.statistics.clipped.load(ordering: .relaxed),
      changes: exchange.pointee.statistics.changes.load(ordering: .relaxed),
      blocks: blocks, measuredFrames: measured < 0 ? nil : measured, queueFrames: attached?.queueFrames,
      resampler: attached?.resamplerFrames.map {
        EngineStatus.Resampler(
          isSettled: exchange.pointee.statistics.isSettled.load(ordering: .relaxed), ppm: exchange.pointee.statistics.ppm,
          latencyFrames: $0)
      },
      inputPeaks: takingPeaks ? (0..<inputs).map { exchange.pointee.statistics.takePeak($0) } : [],
      outputPeaks: takingPeaks ? (0..<outputs).map { exchange.pointee.statistics.takePeak(inputs + $0) } : [],
      capture: attached?.capture?.negotiated, playback: attached?.playback?.negotiated, realTime: realTime,
      sums: sums.withLock { $0 })
  }

  /// Iterations of the audio thread's loop: at least one in each block or tenth of a second, with or without devices.
  public var iterations: Int { exchange.pointee.statistics.iterations.load(ordering: .relaxed) }

  /// Sound that was kept from the output.
  public var guards: EngineStatus.Guards {
    let excess = Double(bitPattern: exchange.pointee.output.excess.load(ordering: .relaxed))
    return EngineStatus.Guards(
      counts: { counter in
        counter == .closures
          ? exchange.pointee.output.closures.load(ordering: .relaxed) : exchange.pointee.statistics.value(counter)
      }, isFaulty: exchange.pointee.statistics.isFaulty.load(ordering: .relaxed), excess: excess > 0 ? excess : nil)
  }

  /// The latest consecutive blocks that took longer than they last.
  public var missedInARow: Int { exchange.pointee.statistics.missedInARow.load(ordering: .relaxed) }

  /// Processed since the start.
  public var blocks: Int { exchange.pointee.statistics.blocks.load(ordering: .relaxed) }

  private func load(blocks: Int) -> EngineStatus.Load {
    let deadline = Double(block) * 1e9 / Double(rate)
    let busy = Double(exchange.pointee.statistics.busyNanoseconds.load(ordering: .relaxed))
    let longest = Double(exchange.pointee.statistics.longestNanoseconds.load(ordering: .relaxed))
    let tails = tailWorkers.withLock { (late: $0.lateBlocks, inARow: $0.lateBlocksInARow, share: $0.nanosecondsPerFrame) }
    return EngineStatus.Load(
      mean: blocks == 0 ? 0 : busy / Double(blocks) / deadline, p99: exchange.pointee.statistics.loads.quantile(0.99),
      max: longest / deadline,
      missed: exchange.pointee.statistics.missed.load(ordering: .relaxed), missedInARow: missedInARow,
      late: tails.late, lateInARow: tails.inARow, tails: tails.share * Double(rate) / 1e9,
      histogram: exchange.pointee.statistics.loads.histogram)
  }

  /// How the audio thread is scheduled, and what is locked: read from the system.
  public var realTime: RealTimeReport {
    var report = thread.report
    locked.withLock { $0.describe(in: &report) }
    return report
  }
}
