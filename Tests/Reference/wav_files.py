"""Sound files for the convolve command, with what NumPy makes of them.

usage: wav_files.py make FOLDER SEED     writes inputs, kernels and cases.txt: input, kernel, mode, format, output
       wav_files.py check FOLDER         compares the outputs, and prints each case that differs
"""
import os
import sys

import numpy as np

from wav import decode, encode, read, write

MODES = ["full", "same", "valid"]


def make(folder, seed):
    random = np.random.default_rng(seed)
    for kind in ["s16", "s24", "s32", "float", "double"]:
        for channels in [1, 2]:
            x = random.standard_normal((2000 + random.integers(2000), channels)) * 0.2
            write(f"{folder}/{kind}-{channels}.wav", encode(x, kind), kind, channels)
    for taps in [1, 7, 12, 65, 700]:
        for channels in [1, 2]:
            h = random.standard_normal((taps, channels)) / np.sqrt(taps)
            write(f"{folder}/kernel-{taps}-{channels}.wav", encode(h, "double"), "double", channels)
            # Products of two such integers often lie half way between two others.
            write(f"{folder}/coarse-{taps}-{channels}.wav", encode(np.round(h * 64) / 64, "s16"), "s16", channels)
    with open(f"{folder}/cases.txt", "w") as file:
        for index in range(120):
            channels = random.integers(1, 3)
            source = f"{random.choice(['s16', 's24', 's32', 'float', 'double'])}-{channels}.wav"
            kernel = f"{random.choice(['kernel', 'coarse'])}-{random.choice([1, 7, 12, 65, 700])}-{random.integers(1, channels + 1)}.wav"
            form = random.choice(["s16", "s24", "s32", "float", "double", "own"])
            file.write(f"{source} {kernel} {random.choice(MODES)} {form} out-{index}.wav\n")


def check(folder):
    faults = 0
    for line in open(f"{folder}/cases.txt"):
        source, kernel, mode, form, output = line.split()
        kind, channels, raw = read(f"{folder}/{source}")
        x = decode(raw, kind, channels)
        kernel_kind, kernel_channels, raw = read(f"{folder}/{kernel}")
        h = decode(raw, kernel_kind, kernel_channels)
        y = [np.convolve(x[:, c], h[:, c if kernel_channels > 1 else 0], mode) for c in range(channels)]
        expected = encode(np.stack(y, axis=1), kind if form == "own" else form)
        if not os.path.exists(f"{folder}/{output}") or read(f"{folder}/{output}") != (kind if form == "own" else form, channels, expected):
            faults += 1
            print(line.strip())
    sys.exit(1 if faults else 0)


if sys.argv[1] == "make":
    make(sys.argv[2], int(sys.argv[3]))
else:
    check(sys.argv[2])
