import Foundation

/// The shortest configuration, in six lines.
let minimal = """
  rate: 48000
  capture: { device: hw:0 }
  playback: { device: hw:1 }
  filters:
    - { name: left, from: 0, to: 1, kernel: a.wav }
    - { name: right, from: 1, to: 0, kernel: a.wav }

  """

/// Every key, none at its default.
let everything = """
  version: 1
  rate: 44100
  block: 64
  precision: float32
  resample: true
  capture: { device: "hw:Loopback,1", format: S24_3LE, channels: 3, clock: resampled }
  playback: { device: hw:DAC, format: auto, channels: 1, periods: 5 }
  filters:
    - name: L.1_a-b
      from: 2
      to: 0
      kernel: kernels/room-{rate}-{rate}.wav
      channel: 7
      gain: -3.5
      delay: 480
      resample: false
    - { name: tone, from: 0, to: 0, kernel: "taps:0.5,1", gain: auto }
    - { name: through, from: 1, to: 0, kernel: dirac, gain: 1e-3 }
    - { name: else, from: 1, to: 0, kernel: "/srv/{x}.wav", gain: -3, bypass: mute }
  fade: 0.5
  output: { volume: -20.5, ceiling: -1.5, dither: tpdf }
  control: { socket: control.sock, mode: "0600" }

  """
