"""The sound and the kernels: the same on every machine, from a seed.

usage: sounds.py sound FOLDER SECONDS FORMAT...   writes FORMAT.wav (s16, s24, float: stereo, 48 kHz) or signal.npy (npy: mono)
       sounds.py kernels FOLDER TAPS...           writes kernel-TAPS.wav, .stereo.wav, .npy and .txt: the same values in each
"""
import sys

import numpy as np
import soundfile
from scipy.fft import irfft, next_fast_len, rfft
from scipy.signal import lfilter

RATE = 48000
SUBTYPES = {"s16": "PCM_16", "s24": "PCM_24", "float": "FLOAT"}


class Music:
    """Noise with music's fall of 6 dB an octave above 400 Hz, in bars that swell and fade, at most about 0.5."""

    def __init__(self, seed=2026):
        self.random = np.random.default_rng(seed)
        self.state = np.zeros((1, 2))
        self.position = 0

    def frames(self, count):
        """count x 2 values in float64."""
        white = self.random.standard_normal((count, 2))
        low, self.state = lfilter([0.05], [1, -0.95], white, axis=0, zi=self.state)
        time = np.arange(self.position, self.position + count) / RATE
        self.position += count
        level = 0.35 + 0.3 * np.sin(np.pi * time * 0.8) ** 2
        return np.clip((low + 0.02 * white) * level[:, None], -0.5, 0.5)


def sound(folder, seconds, formats):
    music, total, block = Music(), seconds * RATE, 1 << 20
    files = [soundfile.SoundFile(f"{folder}/{f}.wav", "w", RATE, 2, SUBTYPES[f]) for f in formats if f in SUBTYPES]
    array = np.lib.format.open_memmap(f"{folder}/signal.npy", "w+", "f8", (total,)) if "npy" in formats else None
    for first in range(0, total, block):
        x = music.frames(min(block, total - first))
        for file in files:
            file.write(x)
        if array is not None:
            array[first : first + len(x)] = x[:, 0]
    for file in files:
        file.close()


def kernel(taps):
    """Decaying noise, -52 dB at its end, with float32 values, by which the sound does not clip."""
    h = np.random.default_rng(taps).standard_normal(taps) * np.exp(-6 * np.arange(taps) / taps)
    x = Music().frames(1 << 20)[:, 0]
    size = next_fast_len(len(x) + taps, real=True)
    peak = np.abs(irfft(rfft(x, size) * rfft(h, size), size)).max()
    return (h * 0.5 / peak).astype("f4").astype("f8")


def kernels(folder, sizes):
    for taps in sizes:
        h = kernel(taps)
        soundfile.write(f"{folder}/kernel-{taps}.wav", h, RATE, "FLOAT")
        soundfile.write(f"{folder}/kernel-{taps}.stereo.wav", np.stack([h, h], axis=1), RATE, "FLOAT")
        np.save(f"{folder}/kernel-{taps}.npy", h)
        with open(f"{folder}/kernel-{taps}.txt", "w") as file:
            file.writelines(f"{value!r}\n" for value in h.tolist())


if sys.argv[1] == "sound":
    sound(sys.argv[2], int(sys.argv[3]), sys.argv[4:])
else:
    kernels(sys.argv[2], [int(taps) for taps in sys.argv[3:]])
