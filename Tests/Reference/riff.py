"""Files of the WAV family, byte by byte, right and wrong."""
import struct

PCM, FLOAT = 1, 3
GUID = bytes.fromhex("000000001000800000aa00389b71")
AMBISONIC = bytes.fromhex("00002107d3118644c8c1ca000000")
W64_TAIL = bytes.fromhex("f3acd3118cd100c04f8edb8a")
W64_RIFF = b"riff" + bytes.fromhex("2e91cf11a5d628db04c10000")


def chunk(name, content, size=None, order="<", pad=b"\0"):
    size = len(content) if size is None else size
    return name + struct.pack(order + "I", size) + content + (pad if len(content) % 2 else b"")


def fmt(tag=PCM, channels=1, rate=48000, bits=16, block=None, extra=b"", order="<"):
    block = channels * ((bits + 7) // 8) if block is None else block
    return chunk(b"fmt ", struct.pack(order + "HHIIHH", tag, channels, rate, rate * block, block, bits) + extra, order=order)


def extensible(tag=PCM, channels=1, bits=16, valid=None, mask=0, tail=GUID, order="<", block=None):
    extra = struct.pack(order + "HHI", 22, bits if valid is None else valid, mask)
    guid = struct.pack("<H", tag) + tail
    if order == ">":
        guid = guid[3::-1] + guid[5:3:-1] + guid[7:5:-1] + guid[8:]
    return fmt(0xFFFE, channels, bits=bits, block=block, extra=extra + guid, order=order)


def riff(*chunks, form=b"RIFF", size=None, kind=b"WAVE", order="<"):
    body = kind + b"".join(chunks)
    return form + struct.pack(order + "I", len(body) if size is None else size) + body


def data(content, size=None, **more):
    return chunk(b"data", content, size, **more)


def ds64(riff_size, data_size, frames, table=b""):
    return chunk(b"ds64", struct.pack("<QQQI", riff_size, data_size, frames, len(table) // 12) + table)


def w64_chunk(name, content, size=None):
    size = 24 + len(content) if size is None else size
    return name + W64_TAIL + struct.pack("<Q", size) + content + b"\0" * (-len(content) % 8)


def w64(*chunks, size=None):
    body = b"wave" + W64_TAIL + b"".join(chunks)
    return W64_RIFF + struct.pack("<Q", 24 + len(body) if size is None else size) + body


def integers(values, width, order="<"):
    raw = b"".join(value.to_bytes(width, "little", signed=True) for value in values)
    return raw if order == "<" else b"".join(raw[at : at + width][::-1] for at in range(0, len(raw), width))


def floats(values, kind="f", order="<"):
    return struct.pack(f"{order}{len(values)}{kind}", *values)
