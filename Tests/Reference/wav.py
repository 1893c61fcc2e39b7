"""WAV files and their samples, byte by byte."""
import struct

import numpy as np

RATE = 48000
SCALE = {"s16": 2.0**15, "s24": 2.0**23, "s32": 2.0**31}


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


def write(path, raw, kind, channels, rate=RATE):
    width = {"float": 4, "double": 8}.get(kind) or int(kind[1:]) // 8
    code = 3 if kind in ("float", "double") else 1
    form = struct.pack("<HHIIHH", code, channels, rate, rate * width * channels, width * channels, width * 8)
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
