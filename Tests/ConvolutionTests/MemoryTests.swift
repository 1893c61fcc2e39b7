import Buffers
import Glibc
import Testing

@Suite("Memory")
struct MemoryTests {
  @Test(
    "is zeroed, starts on a page, and is there before it is touched, also where memory was used before",
    arguments: [1, 4096, 4097, 100_000, (1 << 21) - 4096, 1 << 21, (1 << 21) + 1, 5_000_000, 3 << 21])
  func fresh(byteCount: Int) {
    for _ in 0..<3 {
      let memory = Memory(byteCount: byteCount)
      #expect(memory.byteCount >= byteCount && memory.byteCount % 4096 == 0 && Int(bitPattern: memory.base) % 4096 == 0)
      var pages = [UInt8](repeating: 0, count: memory.byteCount / 4096)
      #expect(mincore(memory.base, memory.byteCount, &pages) == 0 && pages.allSatisfy { $0 & 1 == 1 })
      #expect(memory.region.allSatisfy { $0 == 0 })
      memset(memory.base, 0xFF, memory.byteCount)
    }
  }
}
