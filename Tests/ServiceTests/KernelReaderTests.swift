import FilterKernels
import Testing

@Suite("Kernels that a configuration names")
struct KernelReaderTests {
  @Test("are named at some length, and a message quotes the beginning")
  func names() throws {
    let marks = "e" + String(repeating: "\u{301}", count: 100_000)
    let names = [String(repeating: "k", count: 5_000), "/k/" + marks, "taps:" + marks, "taps:0.5," + marks, "box:" + marks]
    for name in names + [marks + "\u{1B}"] {
      let fault = #expect(throws: KernelFault.self) { try KernelReader().kernel(name) }
      #expect(fault.map { $0.message.utf8.count < 500 && !$0.message.contains("\u{1B}") } == true)
    }
    let long = "taps:" + [String](repeating: "0.5", count: 10_000).joined(separator: ",")
    #expect(try KernelReader().kernel(long).name.utf8.count < 300)
    #expect(try KernelReader().kernel("taps:0.5,1").name == "taps:0.5,1")
  }
}
