/// The energy of every window of `length` samples: sums of squares, of additions only.
///
/// The samples are cut into runs of one window's length. A window is the end of a run and the beginning of the next, so
/// its energy is the sum of squares to the run's end plus that from the next run's start. Nothing is subtracted, so that a quiet
/// window beside a loud one is as accurate as any other.
///
/// - Returns: samples - length + 1 energies, none if the samples are fewer than one window.
/// - Complexity: O(samples)
func windowEnergies(_ samples: UnsafeBufferPointer<Double>, length: Int) -> [Double] {
  guard samples.count >= length else { return [] }
  var energies = [Double](repeating: 0, count: samples.count - length + 1)
  // To the end of the run.
  var sum = 0.0
  for index in energies.indices.reversed() {
    if (index + 1) % length == 0 || index == energies.count - 1 {
      // Of the last run only the end was passed over: its squares are summed here.
      sum = 0
      let end = index / length * length + length
      for later in (index + 1..<end).reversed() { sum += samples[later] * samples[later] }
    }
    sum += samples[index] * samples[index]
    energies[index] = sum
  }
  // From the start of the next.
  sum = 0
  for index in length..<samples.count {
    if index % length == 0 { sum = 0 }
    sum += samples[index] * samples[index]
    // The window that ends here begins in the run before, unless it is a run itself.
    if (index + 1) % length != 0 { energies[index - length + 1] += sum }
  }
  return energies
}
