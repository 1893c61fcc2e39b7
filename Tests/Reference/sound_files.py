"""Sound files of every kind, byte by byte, against what the library reads and writes.

usage: sound_files.py make FOLDER SEED    writes KIND-CHANNELS.EXTENSION, and their values in float64 as KIND-CHANNELS.f64
       sound_files.py check FOLDER        compares out-KIND-CHANNELS.EXTENSION with those values, and prints each that differs
"""
import glob
import os
import struct
import sys

import numpy as np

RATE = 48000
KINDS = {"s16": 2, "s24": 3, "s32": 4, "float": 4, "double": 8}
GUID = bytes.fromhex("00001000800000aa00389b71")
W64 = {
    b"riff": bytes.fromhex("726966662e91cf11a5d628db04c10000"),
    b"wave": bytes.fromhex("77617665f3acd3118cd100c04f8edb8a"),
    b"fmt ": bytes.fromhex("666d7420f3acd3118cd100c04f8edb8a"),
    b"fact": bytes.fromhex("66616374f3acd3118cd100c04f8edb8a"),
    b"data": bytes.fromhex("64617461f3acd3118cd100c04f8edb8a"),
}


def sample_bytes(x, kind, order="<"):
    if kind in ("float", "double"):
        return x.astype(order + "f" + str(KINDS[kind])).tobytes()
    bits = 8 * KINDS[kind]
    integers = np.clip(np.rint(x * 2.0 ** (bits - 1)), -(2.0 ** (bits - 1)), 2.0 ** (bits - 1) - 1).astype("<i8")
    raw = integers.reshape(-1, 1).view(np.uint8)[:, : KINDS[kind]]
    return (raw if order == "<" else raw[:, ::-1]).tobytes()


def values(x, kind):
    """What a reader must find."""
    if kind in ("float", "double"):
        return x.astype("f" + str(KINDS[kind])).astype("f8")
    top = 2.0 ** (8 * KINDS[kind] - 1)
    return np.clip(np.rint(x * top), -top, top - 1) / top


def fmt(kind, channels, extensible):
    code, width = (3 if kind in ("float", "double") else 1), KINDS[kind]
    form = struct.pack("<HIIHH", channels, RATE, RATE * width * channels, width * channels, width * 8)
    if not extensible:
        return struct.pack("<H", code) + form
    return struct.pack("<H", 0xFFFE) + form + struct.pack("<HHIHH", 22, width * 8, 0, code, 0) + GUID


def chunk(name, content, order="<"):
    return name + struct.pack(order + "I", len(content)) + content + b"\0" * (len(content) % 2)


def wav(raw, kind, channels, extensible):
    fact = chunk(b"fact", struct.pack("<I", len(raw) // KINDS[kind] // channels))
    return chunk(b"RIFF", b"WAVE" + chunk(b"fmt ", fmt(kind, channels, extensible)) + fact + chunk(b"data", raw))


def rf64(raw, kind, channels):
    body = chunk(b"fmt ", fmt(kind, channels, True)) + b"data" + b"\xff" * 4 + raw + b"\0" * (len(raw) % 2)
    frames = len(raw) // KINDS[kind] // channels
    sizes = struct.pack("<QQQI", 4 + 36 + len(body), len(raw), frames, 0)
    return b"RF64" + b"\xff" * 4 + b"WAVE" + chunk(b"ds64", sizes) + body


def w64(raw, kind, channels):
    def part(name, content):
        return W64[name] + struct.pack("<Q", 24 + len(content)) + content + b"\0" * (-len(content) % 8)

    fact = part(b"fact", struct.pack("<Q", len(raw) // KINDS[kind] // channels))
    body = W64[b"wave"] + part(b"fmt ", fmt(kind, channels, False)) + fact + part(b"data", raw)
    return W64[b"riff"] + struct.pack("<Q", 24 + len(body)) + body


def aiff(x, kind, channels):
    raw = sample_bytes(x, kind, ">")
    comm = struct.pack(">HIH", channels, x.shape[0], 8 * KINDS[kind]) + bytes.fromhex("400ebb80000000000000")
    form, version = b"AIFF", b""
    if kind in ("float", "double"):
        comm += (b"fl32" if kind == "float" else b"fl64") + b"\0\0"
        form, version = b"AIFC", chunk(b"FVER", struct.pack(">I", 0xA2805140), ">")
    return chunk(b"FORM", form + version + chunk(b"COMM", comm, ">") + chunk(b"SSND", b"\0" * 8 + raw, ">"), ">")


def make(folder, seed):
    random = np.random.default_rng(seed)
    for kind in KINDS:
        for channels in [1, 2, 3]:
            x = random.standard_normal((501, channels)) * 0.4
            raw = sample_bytes(x, kind)
            files = {
                "wav": wav(raw, kind, channels, False), "extensible": wav(raw, kind, channels, True), "rf64": rf64(raw, kind, channels),
                "w64": w64(raw, kind, channels), "aiff": aiff(x, kind, channels), "input": x.tobytes(),
                "f64": values(x, kind).tobytes(),
            }
            for extension, content in files.items():
                with open(f"{folder}/{kind}-{channels}.{extension}", "wb") as file:
                    file.write(content)


def chunks(data, extension):
    """Contents of the chunks by name."""
    found, aligned, order = {}, 2, ">" if extension == "aiff" else "<"
    if extension == "w64":
        names, position = {guid: name for name, guid in W64.items()}, 40
        while position < len(data):
            name, size = names.get(data[position : position + 16]), struct.unpack("<Q", data[position + 16 : position + 24])[0]
            found[name] = data[position + 24 : position + size]
            position += size + -size % 8
        return found
    position = 12
    while position < len(data):
        name, size = data[position : position + 4], struct.unpack(order + "I", data[position + 4 : position + 8])[0]
        if size == 0xFFFFFFFF:
            size = struct.unpack("<Q", found[b"ds64"][8:16])[0] if b"ds64" in found else len(data) - position - 8
        found[name] = data[position + 8 : position + 8 + size]
        assert len(found[name]) == size
        position += 8 + size + size % aligned
    return found


def check(folder):
    faults = seen = 0
    for path in sorted(glob.glob(f"{folder}/out-*")):
        name, extension = os.path.basename(path).rsplit(".", 1)
        _, kind, channels = name.split("-")[:3]
        x = np.frombuffer(open(f"{folder}/{kind}-{channels}.input", "rb").read()).reshape(-1, int(channels))
        found = chunks(open(path, "rb").read(), extension)
        raw = found[b"SSND"][8:] if extension == "aiff" else found[b"data"]
        if extension != "aiff":
            form = found[b"fmt "]
            code = struct.unpack("<H", form[24:26] if form[:2] == b"\xfe\xff" else form[:2])[0]
            rest = struct.unpack("<HIIHH", form[2:16])
            expected = struct.unpack("<HIIHH", fmt(kind, int(channels), False)[2:])
            same = code == (3 if kind in ("float", "double") else 1) and rest == expected
        else:
            same = found[b"COMM"][:18] == chunks(aiff(x, kind, int(channels)), extension)[b"COMM"][:18]
        seen += 1
        if extension == "aiff":
            # libsndfile counts the byte that pads an odd length.
            raw = raw[: x.size * KINDS[kind]]
        if not same or raw != sample_bytes(x, kind, ">" if extension == "aiff" else "<"):
            faults += 1
            print(path, file=sys.stderr)
    sys.exit(1 if faults or not seen else 0)


if sys.argv[1] == "make":
    make(sys.argv[2], int(sys.argv[3]))
else:
    check(sys.argv[2])
