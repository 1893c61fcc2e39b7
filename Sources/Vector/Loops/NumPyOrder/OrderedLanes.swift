// The operations of CIntrinsics on 32-byte vectors under short names, audited here as in Lanes.swift.
import CIntrinsics

/// Bytes of the vectors that OpenBLAS' kernels add in.
let orderedBytes = MemoryLayout<OrderedLanes>.stride

/// The sums of four vectors of chains: lane l of the first belongs to terms i = l modulo the step, and so on.
struct ChainSums {
  var a = orderedZero(), b = orderedZero(), c = orderedZero(), d = orderedZero()
}

@inline(__always) @_semantics("no_performance_analysis")
func orderedZero() -> OrderedLanes { ordered_zero() }

/// The vector that lies `index` vectors after `pointer`.
@inline(__always) @_semantics("no_performance_analysis")
func piece(_ pointer: UnsafeRawPointer, _ index: Int = 0) -> OrderedLanes { ordered_load(pointer + index &* orderedBytes) }

/// The first half of a vector, zeros after it.
@inline(__always) @_semantics("no_performance_analysis")
func halfPiece(_ pointer: UnsafeRawPointer) -> OrderedLanes { ordered_load_half(pointer) }

/// The first two lanes of a vector, zeros after them.
@inline(__always) @_semantics("no_performance_analysis")
func pairPiece(_ pointer: UnsafeRawPointer) -> OrderedLanes { ordered_load_two(pointer) }

@inline(__always) @_semantics("no_performance_analysis")
func fusedPieces(_ a: OrderedLanes, _ b: OrderedLanes, _ c: OrderedLanes) -> OrderedLanes { ordered_fused(a, b, c) }

@inline(__always) @_semantics("no_performance_analysis")
func roundedPieces(_ a: OrderedLanes, _ b: OrderedLanes, _ c: OrderedLanes) -> OrderedLanes { ordered_multiply_add(a, b, c) }

@inline(__always) @_semantics("no_performance_analysis")
func exchanged(_ a: OrderedLanes) -> OrderedLanes { ordered_exchange(a) }

@inline(__always) @_semantics("no_performance_analysis")
func addPieces(_ a: OrderedLanes, _ b: OrderedLanes) -> OrderedLanes { ordered_add(a, b) }

@inline(__always) @_semantics("no_performance_analysis")
func sumInTurn(_ s: ChainSums) -> Scalar { ordered_sum_in_turn(s.a, s.b, s.c, s.d) }

@inline(__always) @_semantics("no_performance_analysis")
func sumInPairs(_ s: ChainSums) -> Scalar { ordered_sum_in_pairs(s.a, s.b, s.c, s.d) }

@inline(__always) @_semantics("no_performance_analysis")
func sumOfTwo(_ s: ChainSums) -> Scalar { ordered_sum_two(s.a, s.b) }

@inline(__always) @_semantics("no_performance_analysis")
func sumToPair(_ s: ChainSums) -> Pair { ordered_sum_to_pair(s.a, s.b, s.c, s.d) }

@inline(__always) @_semantics("no_performance_analysis")
func pairZero() -> Pair { pair_zero() }

@inline(__always) @_semantics("no_performance_analysis")
func pair(_ pointer: UnsafeRawPointer) -> Pair { pair_load(pointer) }

@inline(__always) @_semantics("no_performance_analysis")
func exchanged(_ a: Pair) -> Pair { pair_exchange(a) }

@inline(__always) @_semantics("no_performance_analysis")
func fusedPairs(_ a: Pair, _ b: Pair, _ c: Pair) -> Pair { pair_fused(a, b, c) }

@inline(__always) @_semantics("no_performance_analysis")
func roundedPairs(_ a: Pair, _ b: Pair, _ c: Pair) -> Pair { pair_multiply_add(a, b, c) }

@inline(__always) @_semantics("no_performance_analysis")
func storeProduct(_ straight: Pair, _ crossed: Pair, _ pointer: UnsafeMutableRawPointer) {
  pair_store_product(pointer, straight, crossed)
}

@inline(__always) @_semantics("no_performance_analysis")
func storeProductByI(_ straight: Pair, _ crossed: Pair, _ pointer: UnsafeMutableRawPointer) {
  pair_store_product_by_i(pointer, straight, crossed)
}

@inline(__always) @_semantics("no_performance_analysis")
func doubleZero() -> DoubleLanes { doubles_zero() }

@inline(__always) @_semantics("no_performance_analysis")
func addDoubles(_ a: DoubleLanes, _ b: DoubleLanes) -> DoubleLanes { doubles_add(a, b) }

@inline(__always) @_semantics("no_performance_analysis")
func widen(_ a: Lanes) -> DoubleLanes { lanes_widen(a) }

@inline(__always) @_semantics("no_performance_analysis")
func narrow(_ a: DoubleLanes) -> Lanes { lanes_narrow(a) }

@inline(__always) @_semantics("no_performance_analysis")
func first(_ a: Lanes) -> Scalar { lanes_first(a) }
