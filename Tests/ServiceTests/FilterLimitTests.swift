import ConfigurationFile
import ControlAPI
import Testing

@Suite("Limits of a filter")
struct FilterLimitTests {
  @Test("are those of the file and of a change by the API")
  func sides() {
    #expect(FilterChange.gains == Configuration.Filter.gains)
    #expect(FilterChange.mostDelay == Configuration.Filter.mostDelay)
    #expect(KernelUpload.maximumChannel == Configuration.Filter.mostChannel)
  }
}
