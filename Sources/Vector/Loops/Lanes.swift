// The vector operations of CIntrinsics under short names.
//
// They come from C, where the compiler's proof of real-time safety cannot look. Each is arithmetic or one load or store:
// audited here, once.
import CIntrinsics

let scalarBytes = MemoryLayout<Scalar>.stride
let lanesBytes = MemoryLayout<Lanes>.stride
let laneCount = lanesBytes / scalarBytes

#if arch(arm64)
  /// Whether the registers are 32 of 16 bytes, of which a load or a store takes two.
  let hasNeon = true
#else
  let hasNeon = false
#endif

@inline(__always) @_semantics("no_performance_analysis")
func load(_ pointer: UnsafeRawPointer, _ offset: Int = 0) -> Lanes { lanes_load(pointer + offset) }

@inline(__always) @_semantics("no_performance_analysis")
func prefetch(_ pointer: UnsafeRawPointer) { lanes_prefetch(pointer) }

@inline(__always) @_semantics("no_performance_analysis")
func store(_ lanes: Lanes, _ pointer: UnsafeMutableRawPointer, _ offset: Int = 0) { lanes_store(pointer + offset, lanes) }

@inline(__always) @_semantics("no_performance_analysis")
func broadcast(_ scalar: Scalar) -> Lanes { lanes_broadcast(scalar) }

@inline(__always) @_semantics("no_performance_analysis")
func add(_ a: Lanes, _ b: Lanes) -> Lanes { lanes_add(a, b) }

@inline(__always) @_semantics("no_performance_analysis")
func subtract(_ a: Lanes, _ b: Lanes) -> Lanes { lanes_subtract(a, b) }

@inline(__always) @_semantics("no_performance_analysis")
func multiply(_ a: Lanes, _ b: Lanes) -> Lanes { lanes_multiply(a, b) }

/// a*b + c, fused where that is fast.
@inline(__always) @_semantics("no_performance_analysis")
func multiplyAdd(_ a: Lanes, _ b: Lanes, _ c: Lanes) -> Lanes { lanes_multiply_add(a, b, c) }

/// c - a*b, fused where that is fast.
@inline(__always) @_semantics("no_performance_analysis")
func multiplySubtract(_ a: Lanes, _ b: Lanes, _ c: Lanes) -> Lanes { lanes_multiply_subtract(a, b, c) }

@inline(__always) @_semantics("no_performance_analysis")
func pairsLow(_ a: Lanes, _ b: Lanes) -> Lanes { lanes_pairs_low(a, b) }

@inline(__always) @_semantics("no_performance_analysis")
func pairsHigh(_ a: Lanes, _ b: Lanes) -> Lanes { lanes_pairs_high(a, b) }

@inline(__always) @_semantics("no_performance_analysis")
func twosLow(_ a: Lanes, _ b: Lanes) -> Lanes { lanes_twos_low(a, b) }

@inline(__always) @_semantics("no_performance_analysis")
func twosHigh(_ a: Lanes, _ b: Lanes) -> Lanes { lanes_twos_high(a, b) }

@inline(__always) @_semantics("no_performance_analysis")
func foursLow(_ a: Lanes, _ b: Lanes) -> Lanes { lanes_fours_low(a, b) }

@inline(__always) @_semantics("no_performance_analysis")
func foursHigh(_ a: Lanes, _ b: Lanes) -> Lanes { lanes_fours_high(a, b) }

@inline(__always) @_semantics("no_performance_analysis")
func quartersEven(_ a: Lanes, _ b: Lanes) -> Lanes { lanes_quarters_even(a, b) }

@inline(__always) @_semantics("no_performance_analysis")
func quartersOdd(_ a: Lanes, _ b: Lanes) -> Lanes { lanes_quarters_odd(a, b) }

@inline(__always) @_semantics("no_performance_analysis")
func halvesLow(_ a: Lanes, _ b: Lanes) -> Lanes { lanes_halves_low(a, b) }

@inline(__always) @_semantics("no_performance_analysis")
func halvesHigh(_ a: Lanes, _ b: Lanes) -> Lanes { lanes_halves_high(a, b) }

/// a*b + c, rounded once whatever the processor.
@inline(__always) @_semantics("no_performance_analysis")
func fused(_ a: Lanes, _ b: Lanes, _ c: Lanes) -> Lanes { lanes_fused(a, b, c) }
