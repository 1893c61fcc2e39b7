import NumPy
import Testing

@Suite struct ConvolveTests {
  @Test("Threads change no bit")
  func threads() throws {
    let a = (0..<50_000).map { Double(($0 &* 7_919) % 1_009) / 1_009 - 0.5 }
    let v = (0..<777).map { Double(($0 &* 104_729) % 997) / 997 - 0.3 }
    let single = try convolve(a, v, jobs: 1)
    for jobs in [2, 5, 64] { #expect(try convolve(a, v, jobs: jobs) == single) }
  }

  @Test("An impulse returns the taps, in every mode that shows them all")
  func impulse() throws {
    let taps: [Double] = [1, -2, 0.5, 3]
    #expect(try convolve([1], taps) == taps)
    #expect(try convolve([0, 0, 1, 0, 0, 0], taps) == [0, 0] + taps + [0, 0, 0])
    #expect(try convolve([0, 0, 1, 0, 0, 0], taps, mode: .same) == [0] + taps + [0])
  }

  @Test("What NumPy's tutorials show comes out as NumPy gives it")
  func tutorial() throws {
    #expect(try convolve([1, 2, 3, 4, 5], [0.5, 1, 0.5], mode: .valid) == [4, 6, 8])
    #expect(try convolve([1, 2, 3], [0, 1, 0.5]) == [0, 1, 2.5, 4, 1.5])
    #expect(try convolve([1, 2, 3, 4], [1, 10], mode: .valid) == [12, 23, 34])
    #expect(try convolve([1, 2], [1, 2, 3, 4, 5], mode: .same).count == 5)
  }

  @Test("No result is ever -0")
  func negativeZero() throws {
    for taps in [1, 5, 11, 12, 16, 40] {
      let zeros = [Double](repeating: -0.0, count: taps)
      #expect(try convolve(zeros, [1]).allSatisfy { $0.sign == .plus })
      #expect(try convolve([Double](repeating: 1, count: 60), zeros).allSatisfy { $0.sign == .plus })
    }
  }

  @Test("float32 with float64 gives float64")
  func promotion() throws {
    let single = NumPyArray([1, 2, 3] as [Float])
    let double = NumPyArray([1, 2, 3] as [Double])
    #expect(try convolve(single, single).elementType == .float32)
    #expect(try convolve(single, double).elementType == .float64)
    #expect(try convolve(double, single).elementType == .float64)
  }

  @Test("Empty operands are refused in NumPy's words, the signal first")
  func empty() {
    let none = NumPyArray([] as [Double])
    let one = NumPyArray([1] as [Double])
    #expect(message { try convolve(none, one) } == "a cannot be empty")
    #expect(message { try convolve(one, none) } == "v cannot be empty")
    #expect(message { try convolve(none, none) } == "a cannot be empty")
  }
}

/// What the error that `body` throws says.
func message(_ body: () throws -> some Any) -> String? {
  do {
    _ = try body()
    return nil
  } catch let error as NumPyError {
    return error.message
  } catch {
    return "\(error)"
  }
}
