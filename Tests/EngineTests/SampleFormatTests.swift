import ALSA
import PCM
import Testing

/// Lists of formats that a new case must enter, which the compiler does not notice.
@Suite("Sample formats")
struct SampleFormatTests {
  @Test("are all offered to devices, each once")
  func offered() {
    #expect(SampleFormat.preferred.count == SampleFormat.allCases.count)
    #expect(Set(SampleFormat.preferred) == Set(SampleFormat.allCases))
  }
}
