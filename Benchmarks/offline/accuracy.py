"""How far results are from the float64 convolution by FFT.

usage: accuracy.py sound INPUT KERNEL.npy [OUTPUT START]...   START: frames of the full convolution before OUTPUT's first
       accuracy.py arrays INPUT KERNEL.npy OUTPUT...          float64 .npy; against np.convolve too

Prints a JSON list, one for each output: {"lsb": the largest difference, "differing": values unlike np.convolve's, or null}.
An LSB is 2**-15 of full scale for s16, else 2**-23.
"""
import json
import sys

import numpy as np
import soundfile
from scipy.fft import irfft, rfft

BLOCK = 1 << 20


def convolved(blocks, h):
    """The full convolution of blocks (at most BLOCK x channels each) with h, block by block (overlap-add)."""
    size = 1 << (BLOCK + len(h) - 1).bit_length()
    bins, carried = rfft(h, size)[:, None], None
    for x in blocks:
        y = irfft(rfft(x, size, axis=0, workers=2) * bins, size, axis=0, workers=2)[: len(x) + len(h) - 1]
        if carried is not None:
            y[: len(carried)] += carried
        carried = y[len(x) :].copy()
        yield y[: len(x)]
    yield carried


class Output:
    """A result's samples, compared as those of the convolution come."""

    def __init__(self, path, start):
        self.file, self.start, self.largest = soundfile.SoundFile(path), start, 0.0
        self.lsb = 2.0**-15 if self.file.subtype == "PCM_16" else 2.0**-23
        self.highest = 1.0 if self.file.subtype == "FLOAT" else 1.0 - self.lsb

    def compare(self, y):
        skipped = min(self.start, len(y))
        self.start -= skipped
        found = self.file.read(len(y) - skipped, always_2d=True)
        if len(found):
            expected = np.clip(y[skipped : skipped + len(found)], -1.0, self.highest)
            # NaN stays the maximum.
            self.largest = float(np.maximum(self.largest, np.abs(found - expected).max()))


def sound(source, kernel, pairs):
    outputs = [Output(path, int(start)) for path, start in zip(pairs[::2], pairs[1::2])]
    frames = soundfile.info(source).frames
    for output in outputs:
        if output.file.frames < frames:
            sys.exit(f"{output.file.name}: {output.file.frames} frames of {frames}")
    for y in convolved(soundfile.blocks(source, BLOCK, always_2d=True), np.load(kernel)):
        for output in outputs:
            output.compare(y)
    return [{"lsb": output.largest / output.lsb, "differing": None} for output in outputs]


def arrays(source, kernel, paths):
    x, h = np.load(source, mmap_mode="r"), np.load(kernel)
    blocks = (x[first : first + BLOCK, None] for first in range(0, len(x), BLOCK))
    expected = np.concatenate(list(convolved(blocks, h)))[:, 0]
    exact = np.convolve(x, h)
    results = []
    for path in paths:
        found = np.load(path)
        differing = int(np.count_nonzero(found.view("i8") != exact.view("i8")))
        results.append({"lsb": float(np.abs(found - expected).max() * 2.0**23), "differing": differing})
    return results


print(json.dumps({"sound": sound, "arrays": arrays}[sys.argv[1]](sys.argv[2], sys.argv[3], sys.argv[4:])))
