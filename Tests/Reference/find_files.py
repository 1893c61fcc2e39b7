"""A recording with a pattern hidden in it, and where NumPy finds it by definition.

usage: find_files.py FOLDER SEED

Writes recording.wav (2 channels), pattern.wav, one.wav (the recording's first channel), bits.npy (int8) and expected.json:
"matches", those of the recording with a score of 0.5 or more as [frame, channel, score, gain], and "equal", those of
1, 0, 1 in the bits.
"""
import json
import sys
import wave

import numpy as np

THRESHOLD = 0.5


def sound(path, samples):
    with wave.open(path, "wb") as f:
        f.setparams((samples.shape[1], 2, 48_000, 0, "NONE", "")), f.writeframes(samples.astype("<i2").tobytes())


def matches(x, p):
    """Normalised cross-correlation; of windows that overlap the best."""
    windows = np.lib.stride_tricks.sliding_window_view(x, len(p))
    product = windows @ p
    score = product / np.sqrt((windows**2).sum(1) * (p**2).sum())
    found = []
    for frame in np.argsort(-abs(score), kind="stable"):
        if abs(score[frame]) >= THRESHOLD and all(abs(frame - other) >= len(p) for other, _, _ in found):
            found.append((int(frame), score[frame], product[frame] / (p**2).sum()))
    return sorted(found)


folder, random = sys.argv[1] + "/", np.random.default_rng(int(sys.argv[2]))
pattern = np.rint(random.uniform(-1, 1, 700) * 8_000)
recording = np.rint(random.uniform(-1, 1, (40_000, 2)) * 1_500)
for channel, frame, gain in [(0, 0, 1), (1, 10, 0.5), (0, 5_000, -2), (1, 5_000, 0.25), (0, 5_700, 0.3), (1, 39_300, -1)]:
    recording[frame : frame + 700, channel] += np.rint(gain * pattern)
sound(folder + "recording.wav", recording)
sound(folder + "pattern.wav", pattern[:, None])
sound(folder + "one.wav", recording[:, :1])
bits = random.integers(0, 2, 200)
np.save(folder + "bits.npy", bits.astype(np.int8))

expected = [(frame, channel, score, gain) for channel in (0, 1) for frame, score, gain in matches(recording[:, channel], pattern)]
equal = [n for n in range(len(bits) - 2) if list(bits[n : n + 3]) == [1, 0, 1]]
# The index that np.convolve has for it.
loudest = np.argmax(abs(np.convolve(recording[:, 0], pattern[::-1], "valid")))
json.dump({"matches": sorted(expected), "equal": equal, "loudest": int(loudest)}, open(folder + "expected.json", "w"))
