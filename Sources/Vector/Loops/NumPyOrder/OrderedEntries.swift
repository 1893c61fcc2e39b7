// The ordered sums by processor, as the table takes them.

@_noLocks @_noAllocation
func orderedSumsSkylakeX(_ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ taps: Int, _ y: UnsafeMutableRawPointer, _ count: Int) {
  orderedSums(.skylakex, x, r, taps, y, count)
}

@_noLocks @_noAllocation
func orderedSumsHaswell(_ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ taps: Int, _ y: UnsafeMutableRawPointer, _ count: Int) {
  orderedSums(.haswell, x, r, taps, y, count)
}

@_noLocks @_noAllocation
func orderedSumsSandybridge(_ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ taps: Int, _ y: UnsafeMutableRawPointer, _ count: Int) {
  orderedSums(.sandybridge, x, r, taps, y, count)
}

@_noLocks @_noAllocation
func orderedSumsNehalem(_ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ taps: Int, _ y: UnsafeMutableRawPointer, _ count: Int) {
  orderedSums(.nehalem, x, r, taps, y, count)
}

@_noLocks @_noAllocation
func orderedSumsNeoverseN1(_ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ taps: Int, _ y: UnsafeMutableRawPointer, _ count: Int) {
  orderedSums(.neoversen1, x, r, taps, y, count)
}

@_noLocks @_noAllocation
func orderedSumsCortexA(_ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ taps: Int, _ y: UnsafeMutableRawPointer, _ count: Int) {
  orderedSums(ArmOrder.cortexa, x, r, taps, y, count)
}

@_noLocks @_noAllocation
func orderedSumsNeoverseV1(_ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ taps: Int, _ y: UnsafeMutableRawPointer, _ count: Int) {
  orderedSums(ArmOrder.neoversev1, x, r, taps, y, count)
}

@_noLocks @_noAllocation
func orderedSumsNeoverseN2(_ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ taps: Int, _ y: UnsafeMutableRawPointer, _ count: Int) {
  orderedSums(ArmOrder.neoversen2, x, r, taps, y, count)
}

@_noLocks @_noAllocation
func complexSumsSkylakeX(_ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ taps: Int, _ y: UnsafeMutableRawPointer, _ count: Int) {
  orderedComplexSums(.skylakex, x, r, taps, y, count)
}

@_noLocks @_noAllocation
func complexSumsHaswell(_ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ taps: Int, _ y: UnsafeMutableRawPointer, _ count: Int) {
  orderedComplexSums(.haswell, x, r, taps, y, count)
}

@_noLocks @_noAllocation
func complexSumsSandybridge(_ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ taps: Int, _ y: UnsafeMutableRawPointer, _ count: Int) {
  orderedComplexSums(.sandybridge, x, r, taps, y, count)
}

@_noLocks @_noAllocation
func sumsAtPlacesSkylakeX(
  _ x: UnsafeRawPointer, _ places: UnsafePointer<Int>, _ lengths: UnsafePointer<Int>, _ r: UnsafeRawPointer,
  _ y: UnsafeMutableRawPointer, _ count: Int, _ work: UnsafeMutableRawPointer
) {
  sumsAtPlaces(.skylakex, x, places, lengths, r, y, count, work)
}

@_noLocks @_noAllocation
func sumsAtPlacesHaswell(
  _ x: UnsafeRawPointer, _ places: UnsafePointer<Int>, _ lengths: UnsafePointer<Int>, _ r: UnsafeRawPointer,
  _ y: UnsafeMutableRawPointer, _ count: Int, _ work: UnsafeMutableRawPointer
) {
  sumsAtPlaces(.haswell, x, places, lengths, r, y, count, work)
}

@_noLocks @_noAllocation
func sumsAtPlacesSandybridge(
  _ x: UnsafeRawPointer, _ places: UnsafePointer<Int>, _ lengths: UnsafePointer<Int>, _ r: UnsafeRawPointer,
  _ y: UnsafeMutableRawPointer, _ count: Int, _ work: UnsafeMutableRawPointer
) {
  sumsAtPlaces(.sandybridge, x, places, lengths, r, y, count, work)
}

@_noLocks @_noAllocation
func sumsAtPlacesNehalem(
  _ x: UnsafeRawPointer, _ places: UnsafePointer<Int>, _ lengths: UnsafePointer<Int>, _ r: UnsafeRawPointer,
  _ y: UnsafeMutableRawPointer, _ count: Int, _ work: UnsafeMutableRawPointer
) {
  sumsAtPlaces(.nehalem, x, places, lengths, r, y, count, work)
}

@_noLocks @_noAllocation
func sumsAtPlacesNeoverseN1(
  _ x: UnsafeRawPointer, _ places: UnsafePointer<Int>, _ lengths: UnsafePointer<Int>, _ r: UnsafeRawPointer,
  _ y: UnsafeMutableRawPointer, _ count: Int, _ work: UnsafeMutableRawPointer
) {
  sumsAtPlaces(.neoversen1, x, places, lengths, r, y, count, work)
}

@_noLocks @_noAllocation
func sumsAtPlacesCortexA(
  _ x: UnsafeRawPointer, _ places: UnsafePointer<Int>, _ lengths: UnsafePointer<Int>, _ r: UnsafeRawPointer,
  _ y: UnsafeMutableRawPointer, _ count: Int, _ work: UnsafeMutableRawPointer
) {
  sumsAtPlaces(ArmOrder.cortexa, x, places, lengths, r, y, count, work)
}

@_noLocks @_noAllocation
func sumsAtPlacesNeoverseV1(
  _ x: UnsafeRawPointer, _ places: UnsafePointer<Int>, _ lengths: UnsafePointer<Int>, _ r: UnsafeRawPointer,
  _ y: UnsafeMutableRawPointer, _ count: Int, _ work: UnsafeMutableRawPointer
) {
  sumsAtPlaces(ArmOrder.neoversev1, x, places, lengths, r, y, count, work)
}

@_noLocks @_noAllocation
func sumsAtPlacesNeoverseN2(
  _ x: UnsafeRawPointer, _ places: UnsafePointer<Int>, _ lengths: UnsafePointer<Int>, _ r: UnsafeRawPointer,
  _ y: UnsafeMutableRawPointer, _ count: Int, _ work: UnsafeMutableRawPointer
) {
  sumsAtPlaces(ArmOrder.neoversen2, x, places, lengths, r, y, count, work)
}
