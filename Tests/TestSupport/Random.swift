import Numbers

/// A generator with a seed, so that a failing case can be run again.
public typealias SeededGenerator = SplitMix64
