import Glibc

/// The target that `FUZZ_TARGET` names.
private let target: Target = {
  let name = getenv("FUZZ_TARGET").map { String(cString: $0) } ?? ""
  guard let target = Target(rawValue: name) else {
    print("FUZZ_TARGET is \"\(name)\": set it to one of \(Target.allCases.map(\.rawValue).joined(separator: ", "))")
    exit(64)
  }
  return target
}()

/// Processor seconds that one input may take, of a build that checks memory: about a third of this without the checks.
private let mostSeconds = getenv("FUZZ_SECONDS").flatMap { Double(String(cString: $0)) } ?? 1

/// What LLVM's libFuzzer calls with each input that it makes.
///
/// Source: https://llvm.org/docs/LibFuzzer.html
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let begin = processorSeconds()
  target.run(Array(UnsafeBufferPointer(start: start, count: count)))
  let seconds = processorSeconds() - begin
  // Wall time says little on a machine that does something else.
  if seconds > mostSeconds { found("slow: \(count) bytes took \(seconds) s of processor time, more than \(mostSeconds)") }
  return 0
}

/// Of all threads.
private func processorSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// Reports a law that an input breaks: libFuzzer keeps the input.
func found(_ fault: String) -> Never {
  let line = "FOUND: \(fault)\n"
  write(STDERR_FILENO, line, line.utf8.count)
  abort()
}

/// Reports a message that says nothing, or that a reader of what is no text made of its bytes. Executables escape what else messages quote.
func checkMessage(_ message: String, quotes: Bool = false) {
  if message.isEmpty { found("an error says nothing") }
  if !quotes, message.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
    found("a message holds a control character: \(message.debugDescription)")
  }
}
