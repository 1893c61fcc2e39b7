import AudioFile
import ConfigurationFile
import ControlAPI
import ControlCalling
import Platform
import Service
import Engine
import Glibc
import Logging
import PCM
import Terminal

/// `convolved --demo`: the real engine on recorded sound in real time, steered over its own socket.
struct Demonstration {
  private let folder: String
  private let socket: String
  private let block = 256
  private let taps = 65_536
  private let seconds = 16

  init(socket: String?) throws(Failure) {
    let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    var template = Array("\(base)/convolved-demo.XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Failure(.cannotCreate, "\(base): no folder can be made there: set TMPDIR") }
    folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    self.socket = socket ?? folder + "/control.sock"
  }

  func run() async throws(Failure) {
    try writeKernels()
    let sound = DemonstrationSound.signal(seconds: seconds)
    let memory = RecordingMemory(sound.channels, block: block)
    let daemon = try makeDaemon(memory)
    print(
      "convolved \(version): \(sound.description), \(block)-frame blocks at \(DemonstrationSound.rate) Hz, \(taps) taps a channel")
    print(memory.cardName.map { "Playing on the sound card \($0)." } ?? "There is no sound card: a file to listen to comes at the end.")
    print("It can be steered while it plays:  convolvectl --socket \(socket) status\n")
    // Of use while it plays, in a file and a pipe as well.
    fflush(nil)
    do throws(DaemonError) {
      try await daemon.start(socket: .own(path: socket, mode: 0o600))
    } catch {
      throw Failure(.cannotCreate, error.description)
    }
    let status = try await play()
    await daemon.stop()
    try finish(status, memory)
  }

  private func makeDaemon(_ memory: RecordingMemory) throws(Failure) -> Daemon {
    let yaml = """
      rate: \(DemonstrationSound.rate)
      block: \(block)
      capture: { device: recording }
      playback: { device: recording }
      filters:
        - { name: left, from: 0, to: 0, kernel: hall.wav, channel: 0 }
        - { name: right, from: 1, to: 1, kernel: hall.wav, channel: 1 }
      """
    do {
      let text = ConfigurationText(yaml: yaml, folder: folder)
      return try Daemon(
        text, source: .recording(memory.recording),
        logger: Logger(label: "demo") { _ in SwiftLogNoOpLogHandler() })
    } catch {
      throw Failure(.badData, "\(error)")
    }
  }

  private func writeKernels() throws(Failure) {
    let writer = AudioWriter(encoding: .float, sampleRate: DemonstrationSound.rate)
    do throws(AudioFileError) {
      try writer.write(DemonstrationSound.hall(taps: taps), path: folder + "/hall.wav")
      try writer.write(DemonstrationSound.telephone(taps: 2_047), path: folder + "/telephone.wav")
    } catch {
      throw Failure(.cannotCreate, error.message)
    }
  }

  // MARK: While it plays

  private struct Step {
    var second: Double
    var title: String
    var requests: [Request]
  }

  private struct Request {
    var method: String
    var path: String
    var contentType: String
    var body: [UInt8]
  }

  private func steps() throws(Failure) -> [Step] {
    let (hall, telephone) = (try bytes("hall.wav"), try bytes("telephone.wav"))
    func load(_ body: [UInt8], right channel: Int) -> [Request] {
      [("left", 0), ("right", channel)].map {
        Request(method: "PUT", path: "/v1/filters/\($0.0)/kernel?channel=\($0.1)", contentType: "audio/wav", body: body)
      }
    }
    func output(_ json: String) -> [Request] {
      [Request(method: "PATCH", path: "/v1/output", contentType: "application/json", body: Array(json.utf8))]
    }
    return [
      Step(second: 0, title: "a hall", requests: []),
      Step(second: 4, title: "a telephone", requests: load(telephone, right: 0)),
      Step(second: 7, title: "the hall again", requests: load(hall, right: 1)),
      Step(second: 10, title: "bypassed", requests: output(#"{"bypass": true}"#)),
      Step(second: 12, title: "the hall", requests: output(#"{"bypass": false}"#)),
      Step(second: 14, title: "muted", requests: output(#"{"mute": true}"#)),
      Step(second: 14.5, title: "the hall", requests: output(#"{"mute": false}"#)),
    ]
  }

  private func bytes(_ name: String) throws(Failure) -> [UInt8] {
    guard let bytes = fileContents("\(folder)/\(name)", limit: 1 << 20) else {
      throw Failure(.inputOutput, "\(folder)/\(name) cannot be read")
    }
    return bytes
  }

  /// Makes each step when its time has come; the last status before the end.
  private func play() async throws(Failure) -> Status {
    let client = ControlClient(path: socket)
    let clock = ContinuousClock()
    let start = clock.now
    var steps = try steps()[...]
    var title = ""
    do {
      while true {
        let elapsed = (clock.now - start) / .seconds(1)
        if let step = steps.first, elapsed >= step.second {
          steps.removeFirst()
          title = step.title
          if DemonstrationView.isTerminal == false {
            print("\(DemonstrationView.time(elapsed))  \(title)")
            fflush(nil)
          }
          for request in step.requests {
            _ = try await client.request(request.method, request.path, contentType: request.contentType, body: request.body)
          }
        }
        let status = try await client.status()
        DemonstrationView.show(status, elapsed: elapsed, title: title)
        if elapsed >= Double(seconds) { return status }
        try await Task.sleep(for: .milliseconds(100))
      }
    } catch {
      throw Failure(.unavailable, "\(error)")
    }
  }

  // MARK: Afterwards

  private func finish(_ status: Status, _ memory: RecordingMemory) throws(Failure) {
    let path = folder + "/filtered.wav"
    do throws(AudioFileError) {
      try AudioWriter(encoding: .s24packed, sampleRate: DemonstrationSound.rate).write(memory.result(seconds: seconds), path: path)
    } catch {
      throw Failure(.cannotCreate, error.message)
    }
    unlink(socket)
    print(DemonstrationView.summary(status, taps: taps))
    print("\nWhat was played: \(path)")
  }
}
