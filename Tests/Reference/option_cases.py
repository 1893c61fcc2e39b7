"""Files for --gain and --edges of the convolve command, with what NumPy makes of them.

usage: option_cases.py make FOLDER SEED COUNT    writes operands and cases.txt: input, kernel, output, mode, edges, dB
       option_cases.py check FOLDER              compares the outputs, and names each case that differs
"""
import sys

import numpy as np

from wav import decode, encode, read, write

LENGTHS = [1, 2, 11, 12, 40, 300, 1500]


def make(folder, seed, count):
    random = np.random.default_rng(seed)
    cases = []
    for index in range(count):
        is_sound = random.random() < 0.5
        # Chunks of a sound end at 15,360 frames.
        n = 40_000 if is_sound and random.random() < 0.2 else int(random.choice(LENGTHS))
        m = int(random.choice(LENGTHS))
        channels = int(random.integers(1, 3)) if is_sound else 1
        a = random.standard_normal((n, channels)) * 0.2
        # Positive on the whole, so that no sum of taps is zero.
        v = random.uniform(-0.2, 1, (m, int(random.integers(1, channels + 1)))) / m
        v[[0, -1]] = 1 / m
        if is_sound:
            kind = str(random.choice(["s16", "double"]))
            source, kernel = f"a-{index}.wav", f"v-{index}.wav"
            write(f"{folder}/{source}", encode(a, kind), kind, channels)
            write(f"{folder}/{kernel}", encode(v, "double"), "double", v.shape[1])
        else:
            source, kernel = f"a-{index}.npy", f"v-{index}.npy"
            types = random.choice(["i2", "f4", "f8"], 2)
            np.save(f"{folder}/{source}", (a[:, 0] * (1000 if types[0] == "i2" else 1)).astype(types[0]))
            np.save(f"{folder}/{kernel}", (np.ceil(v[:, 0] * m) + 1 if types[1] == "i2" else v[:, 0]).astype(types[1]))
        if channels == 1 and random.random() < 0.3:
            kernel = f"box:{m}"
        output = f"y-{index}.{'wav' if is_sound and (channels > 1 or random.random() < 0.7) else 'npy'}"
        gain = 0 if random.random() < 0.3 else round(random.uniform(-40, 20), 2)
        mode, edges = random.choice(["full", "same", "valid"]), random.choice(["zero", "corrected"])
        cases.append(f"{source} {kernel} {output} {mode} {edges} {gain}\n")
    open(f"{folder}/cases.txt", "w").writelines(cases)


def operand(folder, name):
    """An array of one dimension, or frames x channels, and the kind of sample."""
    if name.startswith("box:"):
        count = int(name[4:])
        return np.full(count, 1 / count), None
    if name.endswith(".npy"):
        return np.load(f"{folder}/{name}"), None
    kind, channels, raw = read(f"{folder}/{name}")
    return decode(raw, kind, channels), kind


def convolve(a, v, mode, edges, gain):
    y = np.convolve(a, v if gain == 0 else v * 10 ** (gain / 20), mode)
    return y / np.convolve(np.ones(len(a)), v, mode) if edges == "corrected" else y


def differs(folder, source, kernel, output, mode, edges, gain):
    (a, kind), (v, _) = operand(folder, source), operand(folder, kernel)
    if kind is None:
        expected = convolve(a, v, mode, edges, gain)
    else:
        v = v.reshape(len(v), -1)
        channels = range(a.shape[1])
        expected = np.stack([convolve(a[:, c], v[:, c % v.shape[1]], mode, edges, gain) for c in channels], axis=1)
    if output.endswith(".wav"):
        return read(f"{folder}/{output}") != (kind, expected.shape[1], encode(expected, kind))
    result = np.load(f"{folder}/{output}")
    return result.dtype != expected.dtype or result.tobytes() != expected.tobytes()


def check(folder):
    lines = [line.split() for line in open(f"{folder}/cases.txt")]
    different = [" ".join(line) for line in lines if differs(folder, *line[:5], float(line[5]))]
    sys.exit("\n".join(different) or 0)


if sys.argv[1] == "make":
    make(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
else:
    check(sys.argv[2])
