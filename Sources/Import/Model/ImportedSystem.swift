/// What another program's configuration does, whichever it is.
struct ImportedSystem {
  /// The program, or its format.
  var program: String
  /// Hz; nil: nobody says.
  var rate: Int?
  /// What ends in each output.
  var outputs: [Channel]
  var inputs: Int
  var capture = End()
  var playback = End()
  /// Frames; nil: the default.
  var block: Int?
  /// "float32"; nil: the default.
  var precision: String?
  /// dB.
  var ceiling: Double?
  var isDithered = false
  /// Rates that have files of their own, where the stream's may change.
  var followsSource = false

  /// A device.
  struct End {
    var device: String?
    /// ALSA's name of the format.
    var format: String?
  }

  init(program: String, inputs: Int, outputs: [Channel] = []) {
    (self.program, self.inputs, self.outputs) = (program, inputs, outputs)
  }

  /// Sets a ceiling, or lowers it.
  mutating func limit(to decibels: Double) { ceiling = min(ceiling ?? 0, decibels, 0) }
}
