"""Zips as they come, for imports.

usage: archives.py FOLDER
"""
import os
import struct
import sys
import zipfile

os.chdir(sys.argv[1])


def wave(channels, rate):
    count, frames = len(channels), len(channels[0])
    data = b"".join(struct.pack("<f", channel[frame]) for frame in range(frames) for channel in channels)
    form = struct.pack("<IHHIIHH", 16, 3, count, rate, rate * 4 * count, 4 * count, 32)
    return b"RIFF" + struct.pack("<I", 36 + len(data)) + b"WAVEfmt " + form + b"data" + struct.pack("<I", len(data)) + data


def archive(name, files):
    with zipfile.ZipFile(name, "w", zipfile.ZIP_DEFLATED) as zipped:
        for path, content in files:
            zipped.writestr(path, content)


def cfg(rate, paths="", delays="0 0\n0 0\n"):
    return f"{rate} 2 2 0\n{delays}" + (paths or "L.wav\n0\n0.0\n0.0\nR.wav\n0\n1.0\n1.5\n")


two = [(f"filters/{rate}/{name}", content) for rate, factor in ((44_100, 1), (96_000, 2)) for name, content in (
    ("room.cfg", cfg(rate)), ("L.wav", wave([[0.5 * factor, 0.25]], rate)), ("r.WAV", wave([[0.125 * factor, 0.5]], rate)))]
archive("two.zip", two + [("filters/readme.png", b"\0" * 100)])
archive("waves.zip", [("a.wav", wave([[0.5], [0.25]], 44_100)), ("b.wav", wave([[1.0], [0.75]], 48_000))])
archive("one.zip", [("x/room.cfg", cfg(48_000, delays="1 0\n0 0\n")), ("x/L.wav", wave([[1.0]], 48_000)), ("R.wav", wave([[1.0]], 48_000))])
archive("delays.zip", [(path, cfg(int(path.split("/")[1]), delays="1 0\n0 0\n") if path.endswith("cfg") else content) for path, content in two])
archive("differ.zip", [(path, content.replace("1.5", "1.25") if path == "filters/96000/room.cfg" else content) for path, content in two])
archive("twice.zip", two + [("other.cfg", cfg(44_100))])
archive("missing.zip", [entry for entry in two if not entry[0].endswith("96000/L.wav")])
archive("wrong.zip", [("room.cfg", cfg(48_000)), ("L.wav", wave([[1.0]], 44_100)), ("R.wav", wave([[1.0]], 48_000))])
archive("several.zip", [("a.wav", wave([[0.5], [0.25]], 44_100)), ("b.wav", wave([[1.0], [0.75]], 44_100))])
archive("none.zip", [("readme.txt", "hello")])
archive("leaves.zip", two + [("../../etc/x.wav", b"x")])
archive("windows.zip", two + [("..\\x.wav", b"x")])
archive("drive.zip", two + [("C:\\x.wav", b"x")])
archive("bomb.zip", two + [("z.wav", b"\0" * (1 << 27))])
archive("many.zip", [(f"{index}.txt", b"") for index in range(2_500)])
whole = open("two.zip", "rb").read()
open("cut.zip", "wb").write(whole[:200])
open("damaged.zip", "wb").write(whole[:60] + bytes(byte ^ 0x55 for byte in whole[60:90]) + whole[90:])
with open("locked.zip", "wb") as file:
    # The bit that says encrypted, in both headers.
    locked = bytearray(whole)
    for mark, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        start = 0
        while (start := locked.find(mark, start)) >= 0:
            locked[start + place] |= 1
            start += 4
    file.write(locked)
