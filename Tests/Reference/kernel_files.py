"""Small kernel files for configurations.

usage: kernel_files.py FOLDER
"""
import struct
import sys

from riff import *

TAPS = [1.0, 0.5, -0.25]
LINEAR = [0.0] * 4096 + [1.0] + [0.0] * 4096
FILES = {
    "room.wav": riff(fmt(FLOAT, bits=32), data(floats(TAPS))),
    "room-44100.wav": riff(fmt(FLOAT, rate=44100, bits=32), data(floats(TAPS))),
    "room-48000.wav": riff(fmt(FLOAT, rate=44100, bits=32), data(floats(TAPS))),
    "minimum.wav": riff(fmt(FLOAT, bits=32), data(floats(TAPS))),
    "linear.wav": riff(fmt(FLOAT, bits=32), data(floats(LINEAR))),
    "a-law.wav": riff(fmt(6, bits=8), data(bytes([0xAA, 0xD5, 0x55]))),
    "true.wav": riff(extensible(FLOAT, 4, 32), data(floats([1.0, 0.25, 0.125, 0.5] + [0.0] * 4))),
    "k.dbl": floats(TAPS, "d"),
    "k.bin": floats(TAPS),
    "k.pcm": floats(TAPS),
    "k.raw": integers([1 << 30, -(1 << 29), 1], 4),
}

for name, content in FILES.items():
    with open(f"{sys.argv[1]}/{name}", "wb") as file:
        file.write(content)
