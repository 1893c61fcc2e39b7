"""Writes a mono 24-bit kernel of 16,384 taps: room.py FILE."""
import sys
import wave
import numpy as np

taps = np.random.default_rng(7).standard_normal(16_384) * 0.5 ** (np.arange(16_384) / 2000) * 0.02
taps[0] = 0.5
with wave.open(sys.argv[1], "wb") as file:
    file.setparams((1, 3, 48_000, 0, "NONE", ""))
    file.writeframes(np.rint(taps * (1 << 23)).astype("<i4").view(np.uint8).reshape(-1, 4)[:, :3].tobytes())
