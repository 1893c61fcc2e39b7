"""Sound files with metadata.

usage: tagged_files.py FOLDER
"""
import struct
import sys

from flac import flac
from riff import *


def wave(path):
    """The chunks of a file by their names, in order."""
    with open(path, "rb") as file:
        content = file.read()
    is_long = content[:4] == b"riff"
    at, found = (40, []) if is_long else (12, [])
    while at < len(content):
        if is_long:
            size = struct.unpack("<Q", content[at + 16 : at + 24])[0]
            found.append((content[at : at + 4], content[at + 24 : at + size]))
            at += size + -size % 8
        else:
            size = struct.unpack("<I", content[at + 4 : at + 8])[0]
            if size == 0xFFFFFFFF:
                size = struct.unpack("<Q", dict(found)[b"ds64"][8:16])[0] if b"ds64" in dict(found) else len(content) - at - 8
            found.append((content[at : at + 4], content[at + 8 : at + 8 + size]))
            at += 8 + size + size % 2
    return found


def show(path):
    for name, content in wave(path):
        if name == b"fmt " and len(content) == 40:
            print("mask", struct.unpack("<I", content[20:24])[0])
        elif name in (b"LIST", b"bext"):
            print(name.decode(), content[:4].decode())
        elif name == b"cue ":
            print("cue ")


def info(text):
    return chunk(b"LIST", b"INFO" + chunk(b"INAM", text))


if __name__ == "__main__":
    six = integers([n % 251 - 125 for n in range(600)], 2)
    bext = chunk(b"bext", b"Take one".ljust(602, b"\0"))
    cue = chunk(b"cue ", bytes(4))
    four = [n / 64 for n in range(-16, 16)]
    noise = [n * 7919 % 20001 - 10000 for n in range(400)]
    tags = [("TITLE", "A title, ü"), ("ARTIST", "Somebody"), ("DATE", "2026"), ("ALBUM", "All"), ("REPLAYGAIN_TRACK_GAIN", "-3 dB")]
    files = {
        "tagged.wav": riff(extensible(channels=6, mask=63), bext, info(b"first\0"), data(six), info(b"last"), cue),
        "plain.wav": riff(fmt(), data(integers(noise, 2))),
        "stereo.wav": riff(fmt(channels=2), data(integers(noise, 2))),
        "true.wav": riff(extensible(FLOAT, 4, 32), data(floats([1.0, 0.25, 0.125, 0.5] + [0.0] * 4))),
        "b-format.amb": riff(extensible(FLOAT, 4, 32, tail=AMBISONIC), chunk(b"fact", struct.pack("<I", 8)), data(floats(four))),
        "tagged.flac": flac([noise], pairs=tags),
    }
    for name, content in files.items():
        with open(f"{sys.argv[1]}/{name}", "wb") as file:
            file.write(content)
