"""Sound files for the convolve command, with what NumPy makes of them.

usage: wav_files.py make FOLDER SEED     writes inputs, kernels and cases.txt: input, kernel, mode, format, output
       wav_files.py check FOLDER         compares the outputs, and prints each case that differs
"""
import os
import struct
import sys

import numpy as np

RATE = 48000
SCALE = {"s16": 2.0**15, "s24": 2.0**23, "s32": 2.0**31}
MODES = ["full", "same", "valid"]


def encode(x, kind):
    """Frames x channels in float64 to the bytes of a sample format."""
    if kind == "float":
        return x.astype("<f4").tobytes()
    if kind == "double":
        return x.astype("<f8").tobytes()
    scale = SCALE[kind]
    integers = np.clip(np.rint(x * scale), -scale, scale - 1).astype("<i4")
    width = int(kind[1:]) // 8
    return integers.reshape(-1, 1).view(np.uint8)[:, :width].tobytes()


def decode(raw, kind, channels):
    if kind in ("float", "double"):
        return np.frombuffer(raw, "<f4" if kind == "float" else "<f8").astype(np.float64).reshape(-1, channels)
    width = int(kind[1:]) // 8
    wide = np.zeros((len(raw) // width, 4), np.uint8)
    wide[:, 4 - width :] = np.frombuffer(raw, np.uint8).reshape(-1, width)
    return (wide.view("<i4")[:, 0] / 2.0**31).reshape(-1, channels)


def write(path, raw, kind, channels):
    width = {"float": 4, "double": 8}.get(kind) or int(kind[1:]) // 8
    code = 3 if kind in ("float", "double") else 1
    form = struct.pack("<HHIIHH", code, channels, RATE, RATE * width * channels, width * channels, width * 8)
    fact = b"fact" + struct.pack("<II", 4, len(raw) // width // channels) if code == 3 else b""
    body = b"WAVEfmt " + struct.pack("<I", 16) + form + fact + b"data" + struct.pack("<I", len(raw)) + raw
    with open(path, "wb") as file:
        file.write(b"RIFF" + struct.pack("<I", len(body)) + body + b"\0" * (len(raw) % 2))


def read(path):
    """Kind, channels and bytes of the samples."""
    with open(path, "rb") as file:
        data = file.read()
    assert data[:4] == b"RIFF" and data[8:12] == b"WAVE"
    position, form, raw = 12, None, None
    while position + 8 <= len(data):
        name, size = data[position : position + 4], struct.unpack("<I", data[position + 4 : position + 8])[0]
        content = data[position + 8 : position + 8 + size]
        assert len(content) == size
        form, raw = content if name == b"fmt " else form, content if name == b"data" else raw
        position += 8 + size + size % 2
    code, channels, rate, _, _, bits = struct.unpack("<HHIIHH", form[:16])
    code = struct.unpack("<H", form[24:26])[0] if code == 0xFFFE else code
    assert rate == RATE
    return (f"s{bits}" if code == 1 else {32: "float", 64: "double"}[bits]), channels, raw


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
