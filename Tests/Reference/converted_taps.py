"""Compares what the commands of a guide have converted with what they converted: converted_taps.py FOLDER DOCUMENT."""
import os
import subprocess
import sys

import numpy as np

import wav


def sound(name):
    kind, channels, raw = wav.read(name)
    return wav.decode(raw, kind, channels)


os.chdir(sys.argv[1])
document = os.path.basename(sys.argv[2])
pairs = []
if document == "measurement-software.md":
    lines = open("rew.txt").read().split("* Data start\n")[1].split()
    pairs += [
        ("rew.npy", np.load("rew.npy"), np.array([float(line) for line in lines])),
        ("rps.wav", sound("rps.wav")[:, 0], np.fromfile("rps.pcm", "<f4")), ("rephase.npy", np.load("rephase.npy"), np.fromfile("rephase.dbl")),
    ]
    # By SoX's grid nearly all would differ: they are small enough.
    grid = np.rint(np.fromfile("rps.pcm", "<f4").astype(float) * 2**24) / 2**24
    assert np.count_nonzero(grid != pairs[1][2]) > 3000
if document == "migration.md":
    pairs.append(("chapel-2", sound("reverb-kernels/chapel-2-from100-480.wav")[:, 0], sound("chapel.wav")[100:580, 1]))
for name, converted, source in pairs:
    assert converted.shape == source.shape and len(source) > 400, f"{name}: {converted.shape} of {source.shape}"
    assert np.array_equal(converted, source), f"{name}: {np.count_nonzero(converted != source)} of {source.size} taps differ"
