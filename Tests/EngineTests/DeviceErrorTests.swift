import ALSA
import Glibc
import Testing

@Suite("Faults of devices")
struct DeviceErrorTests {
  @Test("a device that goes away between two calls is said to be gone, not by the call that met it")
  func gone() {
    for call in ["snd_pcm_hw_params", "snd_pcm_prepare"] {
      let text = DeviceError.failed(device: "hw:DAC", direction: .playback, call: call, errno: ENODEV).description
      #expect(text.hasPrefix("playback device hw:DAC is not there: ") && text.hasSuffix(", or plug it in"), "\(text)")
    }
    let other = DeviceError.failed(device: "hw:DAC", direction: .capture, call: "snd_pcm_prepare", errno: EIO)
    #expect(other.description.hasPrefix("capture device hw:DAC: snd_pcm_prepare: "))
  }
}
