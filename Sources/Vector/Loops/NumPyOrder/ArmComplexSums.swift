// Ordered sums of complex numbers as OpenBLAS' cdotu and zdotu for 64-bit Arm take them, real and imaginary parts interleaved.
//
// All products are fused. Neoverse N1, and SVE too, multiply like parts and unlike ones in chains of their own, in two vectors of 32
// bytes by turns, and bring them together at the end. Cortex-A multiplies by the real parts of x and then by its imaginary ones, in
// the same chains; of complex128 every second vector has chains of its own for the latter.
import CIntrinsics

@_noLocks @_noAllocation
func complexSumsCortexA(_ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ taps: Int, _ y: UnsafeMutableRawPointer, _ count: Int) {
  complexSums(.cortexa, x, r, taps, y, count)
}

@_noLocks @_noAllocation
func complexSumsNeoverseN1(_ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ taps: Int, _ y: UnsafeMutableRawPointer, _ count: Int) {
  complexSums(.neoversen1, x, r, taps, y, count)
}

/// Whose order of complex sums.
enum ArmComplexOrder {
  case cortexa, neoversen1

  /// Vectors of 32 bytes of a block.
  @inline(__always)
  var vectors: Int { self == .neoversen1 ? 4 : scalarBytes == 8 ? 2 : 1 }
}

@inline(__always)
private func complexSums(
  _ order: ArmComplexOrder, _ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ taps: Int, _ y: UnsafeMutableRawPointer, _ count: Int
) {
  let complexBytes = 2 &* scalarBytes
  let blockBytes = order.vectors &* orderedBytes
  let blocks = taps &* complexBytes / blockBytes
  let done = blocks &* blockBytes
  let left = taps &- done / complexBytes
  var o = 0
  while o < count {
    // Neighbours share the loads of the taps.
    let x = x + o &* complexBytes, y = y + o &* complexBytes
    var s0 = ComplexChains(), s1 = ComplexChains(), s2 = ComplexChains()
    if o &+ 3 <= count {
      for i in 0..<blocks {
        let (x, r) = (x + i &* blockBytes, r + i &* blockBytes)
        s0.add(order, x, r)
        s1.add(order, x + complexBytes, r)
        s2.add(order, x + 2 &* complexBytes, r)
      }
      addRemainder(order, s0.sum(order), x + done, r + done, left, y)
      addRemainder(order, s1.sum(order), x + done + complexBytes, r + done, left, y + complexBytes)
      addRemainder(order, s2.sum(order), x + done + 2 &* complexBytes, r + done, left, y + 2 &* complexBytes)
      o &+= 3
    } else {
      for i in 0..<blocks { s0.add(order, x + i &* blockBytes, r + i &* blockBytes) }
      addRemainder(order, s0.sum(order), x + done, r + done, left, y)
      o &+= 1
    }
  }
}

/// The chains of an output: two for each part.
private struct ComplexChains {
  var a = orderedZero(), b = orderedZero()
  /// Those that Cortex-A has for imaginary parts, and Neoverse N1 for products of unlike parts.
  var c = orderedZero(), d = orderedZero()

  /// Adds the products of a block.
  @inline(__always)
  mutating func add(_ order: ArmComplexOrder, _ x: UnsafeRawPointer, _ r: UnsafeRawPointer) {
    if order == .neoversen1 {
      addParts(piece(x), piece(r), &a, &c)
      addParts(piece(x, 1), piece(r, 1), &b, &d)
      addParts(piece(x, 2), piece(r, 2), &a, &c)
      addParts(piece(x, 3), piece(r, 3), &b, &d)
    } else if scalarBytes == 4 {
      a = fusedPieces(realParts(piece(x)), piece(r), a)
      a = fusedPieces(imaginaryParts(piece(x)), turned(piece(r)), a)
    } else {
      a = fusedPieces(realParts(piece(x)), piece(r), a)
      a = fusedPieces(realParts(piece(x, 1)), piece(r, 1), a)
      a = fusedPieces(imaginaryParts(piece(x)), turned(piece(r)), a)
      c = fusedPieces(imaginaryParts(piece(x, 1)), turned(piece(r, 1)), c)
    }
  }

  /// The sum of all chains.
  @inline(__always)
  func sum(_ order: ArmComplexOrder) -> Pair {
    if order == .neoversen1 { return sumOfParts(addPieces(a, b), addPieces(c, d)) }
    return sumOfNumbers(scalarBytes == 4 ? a : addPieces(a, c))
  }
}

/// Adds the products of like parts, and of unlike ones.
@inline(__always)
private func addParts(_ x: OrderedLanes, _ r: OrderedLanes, _ straight: inout OrderedLanes, _ crossed: inout OrderedLanes) {
  straight = fusedPieces(x, r, straight)
  crossed = fusedPieces(x, exchanged(r), crossed)
}

/// y = the chained sum and the last `taps` terms.
@inline(__always)
private func addRemainder(
  _ order: ArmComplexOrder, _ chained: Pair, _ x: UnsafeRawPointer, _ r: UnsafeRawPointer, _ taps: Int, _ y: UnsafeMutableRawPointer
) {
  var sum = chained
  for i in 0..<taps {
    let (a, b) = (pair(x + 2 &* i &* scalarBytes), pair(r + 2 &* i &* scalarBytes))
    sum = fusedPairs(a, bothFirst(b), sum)
    sum = fusedPairs(turned(a), bothSecond(b), sum)
  }
  if order == .neoversen1 { storeByI(sum, y) } else { store(sum, y) }
}

// The operations of CIntrinsics on complex numbers under short names, audited here as in Lanes.swift.

/// Numbers whose parts are both the real one.
@inline(__always) @_semantics("no_performance_analysis")
private func realParts(_ a: OrderedLanes) -> OrderedLanes { ordered_real(a) }

@inline(__always) @_semantics("no_performance_analysis")
private func imaginaryParts(_ a: OrderedLanes) -> OrderedLanes { ordered_imaginary(a) }

/// Numbers times i.
@inline(__always) @_semantics("no_performance_analysis")
private func turned(_ a: OrderedLanes) -> OrderedLanes { ordered_turn(a) }

@inline(__always) @_semantics("no_performance_analysis")
private func sumOfParts(_ straight: OrderedLanes, _ crossed: OrderedLanes) -> Pair { ordered_sum_parts(straight, crossed) }

@inline(__always) @_semantics("no_performance_analysis")
private func sumOfNumbers(_ a: OrderedLanes) -> Pair { ordered_sum_halves(a) }

@inline(__always) @_semantics("no_performance_analysis")
private func bothFirst(_ a: Pair) -> Pair { pair_first(a) }

@inline(__always) @_semantics("no_performance_analysis")
private func bothSecond(_ a: Pair) -> Pair { pair_second(a) }

@inline(__always) @_semantics("no_performance_analysis")
private func turned(_ a: Pair) -> Pair { pair_turn(a) }

@inline(__always) @_semantics("no_performance_analysis")
private func store(_ number: Pair, _ pointer: UnsafeMutableRawPointer) { pair_store(pointer, number) }

/// The number plus its imaginary part times 0, which is NaN where that is infinite.
@inline(__always) @_semantics("no_performance_analysis")
private func storeByI(_ number: Pair, _ pointer: UnsafeMutableRawPointer) { pair_store_by_i(pointer, number) }
