import ALSA
import BlockProcessing
import Synchronization

/// What the audio thread shares with the control side. Each pointer is handed over by exchange: nobody waits.
struct Exchange: ~Copyable, @unchecked Sendable {
  let programs = Handover()
  let pendingDevices = Atomic<UnsafeMutablePointer<Devices>?>(nil)
  let retiredDevices = Atomic<UnsafeMutablePointer<Devices>?>(nil)
  let output = OutputSettings()
  let stop = Atomic<Bool>(false)
  /// Whether the devices are wanted back, once what they play has faded out.
  let recall = Atomic<Bool>(false)
  let statistics: Statistics
  let xruns = XrunRecord()

  init(channels: Int) { statistics = Statistics(channels: channels) }
}

/// Running devices, with the memory that the audio thread needs for them.
struct Devices {
  var endpoints: Endpoints
  /// A block of frames in each side's format.
  var captured: UnsafeMutableRawPointer
  var played: UnsafeMutableRawPointer
  /// Why the devices came back, once they have.
  var fault: Duplex.Fault?
}
