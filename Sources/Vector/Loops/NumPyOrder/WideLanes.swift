// The operations of CIntrinsics on vectors of outputs under short names, audited here as in Lanes.swift.
import CIntrinsics

/// Bytes of a vector of outputs.
let wideBytes = MemoryLayout<WideLanes>.stride

@inline(__always) @_semantics("no_performance_analysis")
func wideZero() -> WideLanes { wide_zero() }

/// The vector that lies `index` vectors after `pointer`.
@inline(__always) @_semantics("no_performance_analysis")
func wide(_ pointer: UnsafeRawPointer, _ index: Int = 0) -> WideLanes { wide_load(pointer + index &* wideBytes) }

/// The first scalar of that vector, in every lane.
@inline(__always) @_semantics("no_performance_analysis")
func wideTap(_ pointer: UnsafeRawPointer, _ index: Int = 0) -> WideLanes { wide_broadcast(pointer + index &* wideBytes) }

@inline(__always) @_semantics("no_performance_analysis")
func store(_ lanes: WideLanes, _ pointer: UnsafeMutableRawPointer, vector index: Int) {
  wide_store(pointer + index &* wideBytes, lanes)
}

@inline(__always) @_semantics("no_performance_analysis")
func addWide(_ a: WideLanes, _ b: WideLanes) -> WideLanes { wide_add(a, b) }

@inline(__always) @_semantics("no_performance_analysis")
func fusedWide(_ a: WideLanes, _ b: WideLanes, _ c: WideLanes) -> WideLanes { wide_fused(a, b, c) }

@inline(__always) @_semantics("no_performance_analysis")
func roundedWide(_ a: WideLanes, _ b: WideLanes, _ c: WideLanes) -> WideLanes { wide_multiply_add(a, b, c) }
