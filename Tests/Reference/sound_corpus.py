"""Sounds and kernels of many kinds for the convolve command, with what NumPy makes of them.

usage: sound_corpus.py make FOLDER SEED FORMATS TAPS FRAMES SHARE OF   writes inputs, kernels and cases.txt
       sound_corpus.py check FOLDER                                  compares the outputs, and prints each case that differs

FORMATS and TAPS are lists with commas. A case is a format, a number of taps, a kernel and a signal; of all these, SHARE chooses
every OF-th. Channels, mode and method are drawn for each. cases.txt: input, kernel, mode, method, output.
"""
import itertools
import os
import sys

import numpy as np
from wav import decode, encode, read, write

MODES = ["full", "same", "valid"]
METHODS = ["auto", "fft"]


def music(random, frames, channels):
    """Noise that falls towards high frequencies, in bars that swell and fade."""
    white = random.standard_normal((frames, channels))
    spectrum = np.fft.rfft(white, axis=0) / np.sqrt(1 + np.arange(frames // 2 + 1) * 60 / frames)[:, None]
    x = np.fft.irfft(spectrum, frames, axis=0) * (0.2 + np.abs(np.sin(np.arange(frames) / 9000)))[:, None]
    return x * (0.5 / np.abs(x).max())


def white(random, frames, channels):
    return random.standard_normal((frames, channels)) * 0.2


def silence(random, frames, channels):
    """Nothing, but for a short sound in the middle."""
    x = np.zeros((frames, channels))
    x[frames // 2 : frames // 2 + frames // 20] = random.standard_normal((frames // 20, channels)) * 0.1
    return x


def square(random, frames, channels):
    """At full scale, up or down, changing sides now and then: results clip."""
    sides = np.where(random.random((frames, channels)) < 0.03, -1.0, 1.0)
    return np.cumprod(sides, axis=0)


def ties(random, frames, channels):
    """Small integers of 12 bits, whose products with a dyadic kernel often lie half way between two samples."""
    return random.integers(-2048, 2048, (frames, channels)) / 2.0**15


SIGNALS = [music, white, silence, square, ties]


def room(random, taps, channels):
    """Decaying noise, as rooms have it: level 1 in all."""
    h = random.standard_normal((taps, channels)) * np.exp(-6 * np.arange(taps) / taps)[:, None]
    return h / np.sqrt((h * h).sum(axis=0)), "double"


def integers(random, taps, channels):
    """The same in 16 bits."""
    return room(random, taps, channels)[0] * 0.9, "s16"


def dyadic(random, taps, channels):
    """Small integers by a power of two, of about the same level."""
    return random.integers(-3, 4, (taps, channels)) / 2.0 ** np.ceil(np.log2(2 * np.sqrt(taps))), "double"


KERNELS = [room, integers, dyadic]


def make(folder, seed, formats, sizes, frames, share, of):
    cases = list(itertools.product(formats.split(","), map(int, sizes.split(",")), KERNELS, SIGNALS))
    with open(f"{folder}/cases.txt", "w") as file:
        for index, (form, taps, kernel, signal) in list(enumerate(cases))[share::of]:
            random = np.random.default_rng([seed, index])
            channels = int(random.integers(1, 3))
            kernel_channels = int(random.integers(1, channels + 1))
            source = f"{index}-{form}-{signal.__name__}.wav"
            write(f"{folder}/{source}", encode(signal(random, frames + int(random.integers(1000)), channels), form), form, channels)
            h, kind = kernel(random, taps, kernel_channels)
            taps_file = f"{index}-{kernel.__name__}-{taps}.wav"
            write(f"{folder}/{taps_file}", encode(h, kind), kind, kernel_channels)
            file.write(f"{source} {taps_file} {random.choice(MODES)} {random.choice(METHODS)} {index}-out.wav\n")


def differing(folder, source, kernel, mode, output):
    """Samples unlike np.convolve's float64, rounded half to even and clipped; -1 where the file is of another kind or length."""
    kind, channels, raw = read(f"{folder}/{source}")
    x = decode(raw, kind, channels)
    kernel_kind, kernel_channels, raw = read(f"{folder}/{kernel}")
    h = decode(raw, kernel_kind, kernel_channels)
    y = [np.convolve(x[:, c], h[:, c if kernel_channels > 1 else 0], mode) for c in range(channels)]
    expected = encode(np.stack(y, axis=1), kind)
    if not os.path.exists(f"{folder}/{output}"):
        return -1
    found_kind, found_channels, found = read(f"{folder}/{output}")
    if (found_kind, found_channels, len(found)) != (kind, channels, len(expected)):
        return -1
    width = len(found) // (len(y[0]) * channels)
    unlike = np.frombuffer(found, np.uint8) != np.frombuffer(expected, np.uint8)
    return int(np.count_nonzero(unlike.reshape(-1, width).any(axis=1)))


def check(folder):
    faults = 0
    for line in open(f"{folder}/cases.txt"):
        source, kernel, mode, _, output = line.split()
        count = differing(folder, source, kernel, mode, output)
        if count:
            faults += 1
            print(f"{line.strip()}: {count} samples differ", file=sys.stderr)
    sys.exit(1 if faults else 0)


if sys.argv[1] == "make":
    make(sys.argv[2], int(sys.argv[3]), sys.argv[4], sys.argv[5], *map(int, sys.argv[6:]))
else:
    check(sys.argv[2])
