"""FLAC files of verbatim frames, byte by byte: of any width, unknown length, and with formats that change from frame to frame."""
import struct

BLOCK = 192


def crc(data, width, polynomial):
    """The remainder of the bits, the most significant first."""
    value, top = 0, 1 << (width - 1)
    for byte in data:
        value ^= byte << (width - 8)
        for _ in range(8):
            value = (value << 1 ^ polynomial if value & top else value << 1) & ((1 << width) - 1)
    return value


def frame(number, channels, rate, width, variable=False):
    """One frame of up to BLOCK samples of each channel; `number` is that of its first sample where frames are of variable length."""
    length = len(channels[0])
    rates = {44100: 9, 48000: 10, 96000: 11}
    widths = {8: 1, 12: 2, 16: 4, 20: 5, 24: 6, 32: 7}
    head = bytes([0xFF, 0xF8 | variable, 0x70 | rates[rate], (len(channels) - 1) << 4 | widths[width] << 1])
    head += chr(number).encode() + struct.pack(">H", length - 1)
    head += bytes([crc(head, 8, 0x07)])
    # A verbatim subframe: a header of eight bits, then the samples.
    packed = ""
    for samples in channels:
        packed += format(2, "08b") + "".join(format(s & ((1 << width) - 1), f"0{width}b") for s in samples)
    packed += "0" * (-len(packed) % 8)
    body = head + bytes(int(packed[at : at + 8], 2) for at in range(0, len(packed), 8))
    return body + struct.pack(">H", crc(body, 16, 0x8005))


def block(kind, content, last):
    return bytes([kind | (0x80 if last else 0)]) + struct.pack(">I", len(content))[1:] + content


def comments(pairs):
    vendor = b"made by hand"
    content = struct.pack("<I", len(vendor)) + vendor + struct.pack("<I", len(pairs))
    for name, text in pairs:
        entry = f"{name}={text}".encode()
        content += struct.pack("<I", len(entry)) + entry
    return content


def flac(channels, rate=48000, width=16, known=True, pairs=(), change=None):
    """Channels of integers; `change` gives (channels, rate) of the frames from the second on."""
    total = len(channels[0]) if known else 0
    info = struct.pack(">HH", BLOCK, BLOCK) + bytes(6)
    info += struct.pack(">Q", rate << 44 | (len(channels) - 1) << 41 | (width - 1) << 36 | total) + bytes(16)
    data = b"fLaC" + block(0, info, not pairs)
    if pairs:
        data += block(4, comments(pairs), True)
    for number, start in enumerate(range(0, len(channels[0]), BLOCK)):
        part = [samples[start : start + BLOCK] for samples in channels]
        count, own = change if change and number else (len(channels), rate)
        data += frame(number, (part * 2)[:count], own, width)
    return data
