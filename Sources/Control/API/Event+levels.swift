// Levels as text, member by member. A test compares it with what JSONEncoder makes of them.

extension Event.Levels {
  /// JSON; nil where a number is none of JSON's.
  var json: [UInt8]? {
    var text = JSONText()
    text.object { text in
      text.member("clipped", clipped)
      if let guards { text.object("guards") { guards.write(to: &$0) } }
      text.member("inputs", inputs)
      text.object("latency") { latency.write(to: &$0) }
      text.object("load") { load.write(to: &$0) }
      text.member("outputs", outputs)
    }
    return text.isValid ? text.bytes : nil
  }
}

extension Status.Guards {
  fileprivate func write(to text: inout JSONText) {
    text.member("closures", self[.closures])
    text.member("faultyBlocks", self[.faultyBlocks])
    text.member("rollbacks", self[.rollbacks])
    text.member("unusableSamples", self[.unusableSamples])
  }
}

extension Status.Latency {
  fileprivate func write(to text: inout JSONText) {
    text.member("blockFrames", blockFrames)
    text.member("leadFrames", leadFrames)
    text.member("measuredFrames", measuredFrames)
    text.array("outputs", outputs) { text, output in
      text.object { text in
        text.member("kernelFrames", output.kernelFrames)
        text.member("measuredFrames", output.measuredFrames)
        text.member("measuredMilliseconds", output.measuredMilliseconds)
        text.member("promisedFrames", output.promisedFrames)
        text.member("promisedMilliseconds", output.promisedMilliseconds)
        text.member("unalignedFrames", output.unalignedFrames)
      }
    }
    text.member("queueFrames", queueFrames)
    text.member("resamplerFrames", resamplerFrames)
  }
}

extension Status.Load {
  fileprivate func write(to text: inout JSONText) {
    text.object("histogram") {
      $0.member("blocks", histogram.blocks)
      $0.member("bounds", histogram.bounds)
    }
    text.member("late", late)
    text.member("max", max)
    text.member("mean", mean)
    text.member("missed", missed)
    text.member("p99", p99)
    text.member("predicted", predicted)
    text.member("predictedWorkers", predictedWorkers)
  }
}
