import CALSA

/// The direction of sound, as seen from the computer.
public enum Direction: String, Sendable {
  case capture
  case playback

  var alsa: snd_pcm_stream_t { self == .capture ? SND_PCM_STREAM_CAPTURE : SND_PCM_STREAM_PLAYBACK }
}
