// What happens to float64 values before and after a transform. The loops are C's, where vectors have comparisons.
import CIntrinsics

func squares(_ x: UnsafePointer<Double>, _ count: Int, _ largest: UnsafeMutablePointer<Double>) -> Double {
  values_squares(x, count, largest)
}

func firstUnclear(_ x: UnsafePointer<Double>, _ start: Int, _ count: Int, _ scale: Double, _ limit: Double) -> Int {
  values_first_unclear(x, start, count, scale, limit)
}

func firstUnclearFloat32(_ x: UnsafePointer<Double>, _ start: Int, _ count: Int, _ bound: Double) -> Int {
  values_first_unclear_float32(x, start, count, bound)
}

func quantize(
  _ x: UnsafePointer<Double>, _ count: Int, _ scale: Double, _ y: UnsafeMutablePointer<Int32>, _ peak: UnsafeMutablePointer<Double>
) -> Int {
  values_quantize(x, count, scale, y, peak)
}
