"""Kernels and what NumPy finds of them.

usage: inspect_files.py FOLDER SEED

Writes room.wav (2 channels, float64 samples), linear.npy, minimum.txt and expected.json: for each file a list of its
channels, each with the members of `convolve inspect --json` that have a definition by NumPy.
"""
import json
import struct
import sys

import numpy as np

RATE = 44_100


def sound(path, samples):
    form = struct.pack("<HHIIHH", 3, samples.shape[1], RATE, RATE * 8 * samples.shape[1], 8 * samples.shape[1], 64)
    raw = samples.astype("<f8").tobytes()
    body = b"WAVEfmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", len(raw)) + raw
    open(path, "wb").write(b"RIFF" + struct.pack("<I", len(body)) + body)


def decibels(magnitude):
    return 20 * np.log10(abs(magnitude))


def figures(h, **more):
    bins = abs(np.fft.rfft(h, 64 * 4096))
    peak, top = int(np.argmax(abs(h))), int(np.argmax(bins))
    loud, some = np.flatnonzero(abs(h) > 1e-6 * abs(h[peak])), np.flatnonzero(h)
    l1, l2 = abs(h).sum(), np.sqrt((h**2).sum())
    return more | {
        "peakTap": peak, "peakValue": h[peak], "peakDB": decibels(h[peak]),
        "leadingZeroTaps": int(some[0]), "trailingZeroTaps": len(h) - 1 - int(some[-1]),
        "leadingQuietTaps": int(loud[0]), "trailingQuietTaps": len(h) - 1 - int(loud[-1]),
        "l1NormDB": decibels(l1), "l2NormDB": decibels(l2), "safeGainDB": -decibels(l1),
        "largestGainDB": decibels(bins.max()), "largestGainCyclesPerSample": top / (64 * 4096),
        "safeGainForSinesDB": -decibels(bins.max()), "gainAtDCDB": decibels(h.sum()),
    }


folder, random = sys.argv[1] + "/", np.random.default_rng(int(sys.argv[2]))
room = random.standard_normal((3_000, 2)) * 0.997 ** np.arange(3_000)[:, None]
room[:40] = 0
room[40:50] *= 1e-8
room[2_990:, 1] = 0
sound(folder + "room.wav", room)

half = random.standard_normal(500) * np.hanning(1_001)[:500]
linear = np.concatenate([half, [3.0], half[::-1]])
np.save(folder + "linear.npy", linear)

# Zeros well inside the unit circle.
minimum = np.ones(1)
for _ in range(12):
    r, angle = random.uniform(0.2, 0.95), random.uniform(0, np.pi)
    minimum = np.convolve(minimum, [1, -2 * r * np.cos(angle), r * r])
np.savetxt(folder + "minimum.txt", minimum, fmt="%.17g")

neither = {"isLinearPhase": False, "symmetry": None, "groupDelayTaps": None, "isMinimumPhase": False}
symmetric = {"isLinearPhase": True, "symmetry": "symmetric", "groupDelayTaps": 500, "isMinimumPhase": False}
expected = {
    "room.wav": [figures(room[:, channel], **neither) for channel in (0, 1)],
    "linear.npy": [figures(linear, **symmetric)],
    "minimum.txt": [figures(minimum, **(neither | {"isMinimumPhase": True}))],
}
json.dump(expected, open(folder + "expected.json", "w"))
