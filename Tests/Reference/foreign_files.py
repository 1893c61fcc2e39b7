"""Small sound files as other programs leave them, whole and damaged, each with what is right.

usage: foreign_files.py FOLDER     writes the files, and expected.txt: a name, then the samples of each channel, or "refused" and why
"""
import struct
import sys

from flac import flac, frame
from riff import *

HALVES = [16384, 8192, -4096]
SOUND = "0.5 0.25 -0.125"
RAW = integers(HALVES, 2)
INFO = b"INFO" + chunk(b"ISFT", b"Lavf60.16.100\0")
LIST = chunk(b"LIST", INFO)
FILES = {}


def file(name, content, right):
    FILES[name] = (content, right)


def widths():
    file("u8.wav", riff(fmt(bits=8), data(bytes([192, 160, 112]))), SOUND)
    file("4-in-8.wav", riff(fmt(bits=4), data(bytes([192, 160, 112]))), SOUND)
    file("12-in-16.wav", riff(fmt(bits=12), data(RAW)), SOUND)
    file("16.wav", riff(fmt(), data(RAW)), SOUND)
    file("20-in-24.wav", riff(fmt(bits=20), data(integers([1 << 22, 1 << 21, -(1 << 20)], 3))), SOUND)
    file("20-of-24.wav", riff(extensible(bits=24, valid=20), data(integers([1 << 22, 1 << 21, -(1 << 20)], 3))), SOUND)
    file("24.wav", riff(fmt(bits=24), data(integers([1 << 22, 1 << 21, -(1 << 20)], 3))), SOUND)
    file("24-of-32.wav", riff(extensible(bits=32, valid=24), data(integers([1 << 30, -(1 << 29), 256], 4))), f"0.5 -0.25 {2**-23!r}")
    file("32.wav", riff(fmt(bits=32), data(integers([1 << 30, 1 << 29, -(1 << 28)], 4))), SOUND)
    file("float.wav", riff(fmt(FLOAT, bits=32), data(floats([0.5, 0.25, -0.125]))), SOUND)
    file("double.wav", riff(fmt(FLOAT, bits=64), data(floats([0.5, 0.25, -0.125], "d"))), SOUND)
    # Codes of G.711: positive and negative, loud and quiet.
    file("a-law.wav", riff(fmt(6, bits=8), data(bytes([0xD5, 0x55, 0xAA, 0x2A, 0xF5]))), f"{8/32768!r} {-8/32768!r} 0.984375 -0.984375 {528/32768!r}")
    file("mu-law.wav", riff(fmt(7, bits=8), data(bytes([0xFF, 0x7F, 0x80, 0x00, 0xEF]))), f"0 0 {32124/32768!r} {-32124/32768!r} {132/32768!r}")
    for name, block in [("left", 4), ("five", 5)]:
        file(f"24-in-{block * 8}.wav", riff(fmt(bits=24, block=block), data(bytes(2 * block))), "refused which do not agree")
    file("24-in-32-extensible.wav", riff(extensible(bits=24, block=4), data(bytes(8))), "refused arecord -f S24_3LE")
    file("64.wav", riff(fmt(bits=64), data(bytes(16))), "refused 64-bit PCM")
    file("half.wav", riff(fmt(FLOAT, bits=16), data(bytes(16))), "refused 16-bit float")
    file("no-bits.wav", riff(fmt(bits=0, block=2), data(bytes(16))), "refused 0-bit PCM")
    file("no-frames.wav", riff(fmt(block=0), data(bytes(16))), "refused which do not agree")
    file("no-channels.wav", riff(fmt(channels=0), data(bytes(16))), "refused 0 channels")
    file("no-rate.wav", riff(fmt(rate=0), data(bytes(16))), "refused 0 Hz")


def forms():
    three = integers([1 << 22, 1 << 21, -(1 << 20)], 3)
    file("rifx.wav", riff(fmt(order=">"), data(integers(HALVES, 2, ">"), order=">"), form=b"RIFX", order=">"), SOUND)
    file("rifx-24.wav", riff(fmt(bits=24, order=">"), data(integers([1 << 22, 1 << 21, -(1 << 20)], 3, ">"), order=">"), form=b"RIFX", order=">"), SOUND)
    sound = floats([0.5, 0.25, -0.125], order=">")
    file("rifx-float.wav", riff(extensible(FLOAT, bits=32, order=">"), data(sound, order=">"), form=b"RIFX", order=">"), SOUND)
    body = [fmt(), data(RAW, 0xFFFFFFFF)]
    for form in [b"RF64", b"BW64"]:
        name = form.decode().lower()
        file(f"{name}.wav", riff(ds64(70, 6, 3), *body, form=form, size=0xFFFFFFFF), SOUND)
        file(f"{name}-short-size.wav", riff(ds64(70, 0, 0), fmt(), data(RAW), form=form, size=0xFFFFFFFF), SOUND)
        for size in [0, 2**64 - 1, 2**63 - 1]:
            file(f"{name}-{size}.wav", riff(ds64(size, size, size), *body, form=form, size=0xFFFFFFFF), SOUND)
        file(f"{name}-bare.wav", riff(*body, form=form, size=0xFFFFFFFF), SOUND)
        file(f"{name}-long.wav", riff(ds64(70, 600, 300), *body, form=form, size=0xFFFFFFFF), "refused 300 frames, 3 are present")
        file(f"{name}-huge.wav", riff(ds64(70, 1 << 60, 1 << 59), *body, form=form, size=0xFFFFFFFF), "refused truncated")
    table = b"LIST" + struct.pack("<Q", len(INFO))
    file("rf64-table.wav", riff(ds64(110, 6, 3, table), fmt(), chunk(b"LIST", INFO, 0xFFFFFFFF), data(RAW, 0xFFFFFFFF), form=b"RF64"), SOUND)
    file("rf64-short.wav", riff(chunk(b"ds64", bytes(8)), *body, form=b"RF64"), "refused ds64 chunk has 8 bytes")
    head = w64_chunk(b"fmt ", fmt()[8:])
    file("x.w64", w64(head, w64_chunk(b"data", RAW)), SOUND)
    file("odd.w64", w64(w64_chunk(b"fmt ", fmt(bits=24)[8:]), w64_chunk(b"data", three), w64_chunk(b"levl", bytes(5))), SOUND)
    for size in [0, 24, 2**63 - 1, 2**64 - 1]:
        file(f"open-{size}.w64", w64(head, w64_chunk(b"data", RAW + b"\0\0", size), size=size), SOUND + " 0")
    file("long.w64", w64(head, w64_chunk(b"data", RAW, 24 + 600)), "refused 300 frames")
    file("junk.w64", w64(w64_chunk(b"junk", bytes(3)), head, w64_chunk(b"fact", struct.pack("<Q", 99)), w64_chunk(b"data", RAW)), SOUND)
    four = [t * c for t in [1.0, 0.5, -0.25] for c in [0.5, 0.25, 0.125, 1.0]]
    right = "0.5 0.25 -0.125 | 0.25 0.125 -0.0625 | 0.125 0.0625 -0.03125 | 1 0.5 -0.25"
    file("b-format.amb", riff(extensible(FLOAT, 4, 32, tail=AMBISONIC), chunk(b"fact", struct.pack("<I", 3)), data(floats(four))), right)
    file("b-format-16.amb", riff(extensible(PCM, 1, 16, tail=AMBISONIC), data(RAW)), SOUND)
    file("other-guid.wav", riff(extensible(tail=bytes(14)), data(RAW)), "refused nobody has registered")
    file("extensible-short.wav", riff(fmt(0xFFFE, extra=b"\0\0"), data(RAW)), "refused 18 bytes in place of 40")
    file("avi.wav", riff(fmt(), data(RAW), kind=b"AVI "), "refused and not WAVE")


def sizes():
    for name, size in [("ffmpeg", 0xFFFFFFFF), ("sox", 0x7FFFF000), ("arecord", 0x80000000), ("zero", 0), ("signed", 0x7FFFFFFF)]:
        file(f"open-{name}.wav", riff(fmt(), LIST, data(RAW, size), size=min(size + 36, 0xFFFFFFFF) if size else 0), SOUND)
    file("open-zero-header.wav", riff(fmt(), data(RAW, 0), size=36), SOUND)
    file("open-odd.wav", riff(fmt(bits=24), data(integers([1 << 22], 3), 0xFFFFFFFF)), "0.5")
    file("open-odd-bare.wav", riff(fmt(bits=24), data(integers([1 << 22], 3), 0, pad=b"")), "0.5")
    file("open-cut.wav", riff(fmt(), data(RAW + b"\1", 0xFFFFFFFF, pad=b"")), "refused within a frame")
    file("empty.wav", riff(fmt(), data(b"")), "")
    file("empty-list.wav", riff(fmt(), data(b""), LIST), "")
    for name, tail in [("even", b"twelve bytes"), ("odd", b"13 bytes more")]:
        file(f"empty-unknown-{name}.wav", riff(fmt(), data(b""), chunk(b"abcd", tail)), "")
    file("empty-unknown-unpadded.wav", riff(fmt(), data(b""), chunk(b"abcd", b"13 bytes more", pad=b"")), "")
    file("small-size.wav", riff(fmt(), data(integers([1000] * 5000, 2), 1000)), "refused 1000 bytes of sound, and more follow")
    file("small-sizes.wav", riff(fmt(), data(integers([1000] * 5000, 2), 1000), size=1036), "refused 1000 bytes of sound, and more follow")
    file("small-size-by-4.wav", riff(fmt(), data(integers([1000] * 50, 2), 96)), "refused 96 bytes of sound, and more follow")
    file("large-size.wav", riff(fmt(), data(RAW, 1000)), "refused its header says 500 frames, 3 are present")
    file("part-of-a-frame.wav", riff(fmt(channels=2), data(RAW)), "refused not a whole number of frames of 4")
    file("counted-padding.wav", riff(fmt(bits=24), data(integers([1 << 22], 3) + b"\0")), "0.5")
    file("cut-in-header.wav", riff(fmt(), data(RAW))[:30], "refused the file ends within")
    file("no-data.wav", riff(fmt(), LIST), "refused before its sound")
    file("no-format.wav", riff(data(RAW)), "refused before their format")


def chunks():
    bext = chunk(b"bext", b"a take".ljust(602, b"\0"))
    file("junk-first.wav", riff(chunk(b"JUNK", bytes(28)), bext, fmt(), chunk(b"fact", b"\1\0\0\0"), data(RAW)), SOUND)
    file("long-format.wav", riff(fmt(extra=struct.pack("<H", 0) + bytes(40)), data(RAW)), SOUND)
    file("extra-size-lies.wav", riff(fmt(extra=struct.pack("<H", 999)), data(RAW)), SOUND)
    bytes_a_second = struct.pack("<HHIIHH", 1, 1, 48000, 1, 2, 16)
    file("bytes-a-second-lie.wav", riff(chunk(b"fmt ", bytes_a_second), data(RAW)), SOUND)
    file("size-lies.wav", riff(fmt(), data(RAW), size=7), SOUND)
    padded = b"INFO" + b"ISFT" + struct.pack("<I", 6) + b"abcdef" + b"ICMT" + struct.pack("<I", 5) + b"hello\0" + b"\0\0"
    file("list-padded-to-4.wav", riff(fmt(), chunk(b"LIST", padded), data(RAW)), SOUND)
    file("list-padded-uncounted.wav", riff(fmt(), chunk(b"LIST", padded[:-2]) + b"\0\0", data(RAW)), SOUND)
    file("list-unpadded.wav", riff(fmt(), chunk(b"LIST", INFO + b"x", pad=b""), data(RAW)), SOUND)
    file("list-padded-oddly.wav", riff(fmt(), chunk(b"LIST", INFO + b"x", pad=b"y"), data(RAW)), SOUND)
    file("list-of-nonsense.wav", riff(fmt(), chunk(b"LIST", bytes(range(200, 233))), data(RAW)), SOUND)
    file("list-too-long.wav", riff(fmt(), chunk(b"LIST", INFO, 5000), data(RAW)), "refused LIST chunk says 5000 bytes")
    file("unknown-chunk.wav", riff(fmt(), chunk(b"zzz ", b"abc"), data(RAW), chunk(b"yyy ", b"d")), SOUND)
    file("list-last.wav", riff(fmt(), data(RAW), LIST), SOUND)
    file("list-last-unpadded.wav", riff(fmt(bits=24), data(integers([1 << 22], 3), pad=b""), LIST), "0.5")
    file("list-last-cut.wav", riff(fmt(), data(RAW), LIST)[:-5], SOUND)
    file("tag-last.wav", riff(fmt(), data(RAW)) + b"TAG" + bytes(125), SOUND)
    file("tag-first.wav", b"ID3\3\0\0\0\0\0\x0a" + bytes(10) + riff(fmt(), data(RAW)), SOUND)
    file("zeros-last.wav", riff(fmt(), data(RAW)) + bytes(500), SOUND)
    file("newline-last.wav", riff(fmt(), data(RAW)) + b"\n", SOUND)
    file("noise-last.wav", riff(fmt(), data(RAW)) + bytes(range(128, 228)), "refused more follow")
    file("two-data.wav", riff(fmt(), data(RAW), data(RAW)), "refused two data chunks")
    file("two-files.wav", riff(fmt(), data(RAW)) + riff(fmt(), data(RAW)), "refused another file begins")
    file("two-formats.wav", riff(fmt(), fmt(bits=8), data(RAW)), "refused two formats")
    file("same-format-twice.wav", riff(fmt(), fmt(), data(RAW)), SOUND)
    file("broken-chain.wav", riff(fmt(), b"\1\2\3\4\5\6\7\x08", data(RAW)), "refused stand other bytes")


def flacs():
    noise = [n * 7919 % 20001 - 10000 for n in range(2000)]
    right = " ".join(repr(value / 32768) for value in noise)
    known, unknown = flac([noise]), flac([noise], known=False)
    file("known.flac", known, right)
    file("unknown.flac", unknown, right)
    file("tag-first.flac", b"ID3\3\0\0\0\0\0\x0a" + bytes(10) + known, right)
    file("tag-last.flac", unknown + b"TAG" + bytes(125), right)
    for name, whole in [("known", known), ("unknown", unknown)]:
        for part in [9, 5, 3, 2]:
            cut = len(whole) - len(whole) // part
            file(f"{name}-cut-{part}.flac", whole[:cut], "refused truncated at frame")
            file(f"{name}-zeroed-{part}.flac", whole[:cut] + bytes(300) + whole[cut + 300 :], "refused at frame")
        file(f"{name}-cut-1.flac", whole[:-1], "refused")
        bits = bytearray(whole)
        bits[len(whole) // 2] ^= 4
        file(f"{name}-one-bit.flac", bytes(bits), "refused damaged")
        file(f"{name}-twice.flac", whole + whole, "refused another file begins at frame 2000: cut them apart")
        file(f"{name}-tagged.flac", whole + b"TAG" + bytes(125), right)
    file("followed-by-others.flac", known + b"LYRICSBEGIN" + bytes(5000), right)
    starts = range(0, 2000, 192)
    parts = [frame(number, [noise[start : start + 192]], 48000, 16) for number, start in enumerate(starts)]
    place = "refused parts of it are missing, doubled or out of place, the first at frame"
    orders = [
        ("missing", [0, 1, 3, 4, 5, 6, 7, 8, 9, 10], f"{place} 384"), ("doubled", [0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10], f"{place} 576"),
        ("exchanged", [0, 1, 3, 2, 4, 5, 6, 7, 8, 9, 10], f"{place} 384"), ("replaced", [0, 1, 2, 2, 4, 5, 6, 7, 8, 9, 10], f"{place} 576"),
        ("without-first", list(range(1, 11)), "refused its beginning is missing at frame 0"), ("all", list(range(11)), right),
    ]
    for name, order, wanted in orders:
        for kind, whole in [("known", known), ("unknown", unknown)]:
            file(f"{kind}-{name}.flac", whole[:42] + b"".join(parts[part] for part in order), wanted)
    file("by-sample.flac", unknown[:42] + b"".join(frame(start, [noise[start : start + 192]], 48000, 16, True) for start in starts), right)
    for counted in [192, 1000, 1999]:
        lie = bytearray(known)
        lie[18 + 4 : 18 + 8] = struct.pack(">I", counted)
        file(f"counted-{counted}.flac", bytes(lie), f"refused more sound follows than its header says at frame {counted}: save it anew")
    file("cut-in-header.flac", known[:30], "refused within its header")
    file("other-rate.flac", flac([noise], change=(1, 44100)), "refused rate changes from 48000 to 44100 Hz at frame 192")
    file("other-channels.flac", flac([noise], change=(2, 48000)), "refused from 1 channel to 2 at frame 192")
    file("fewer-channels.flac", flac([noise, noise], change=(1, 48000), known=False), "refused from 2 channels to 1 at frame 192")
    for width in [8, 24]:
        values = [value % 100 for value in noise]
        file(f"{width}.flac", flac([values], width=width), " ".join(repr(value / 2.0 ** (width - 1)) for value in values))
    for width in [12, 20]:
        file(f"{width}.flac", flac([HALVES], width=width), f"refused {width} bits, and 8, 16 or 24 are read: convert it, with ffmpeg -i")
    file("32.flac", flac([HALVES], width=32), "refused convert it, with sox")


def aiff(*chunks, kind=b"AIFF", frames=3, bits=16):
    common = chunk(b"COMM", struct.pack(">HIH", 1, frames, bits) + bytes.fromhex("400ebb80000000000000"), order=">")
    return riff(common, *chunks, form=b"FORM", kind=kind, order=">")


def ssnd(content, size=None):
    return chunk(b"SSND", bytes(8) + content, size, order=">")


def caf(*chunks):
    description = struct.pack(">d4sIIIII", 48000, b"lpcm", 0, 2, 1, 1, 16)
    blocks = [(b"desc", description), *chunks]
    return b"caff\0\1\0\0" + b"".join(name + struct.pack(">q", len(content)) + content for name, content in blocks)


def au(content, size=None, note=b"Note"):
    return b".snd" + struct.pack(">IIIII", 24 + len(note), len(content) if size is None else size, 3, 48000, 1) + note + content


def decoded_elsewhere():
    """Kinds whose sound libsndfile decodes: it tells what it corrected only in a log, in which texts of the file stand too."""
    big = integers(HALVES, 2, ">")
    short = "refused it is truncated: its header says 3 frames, 2 are present"
    long_text, forged = b"x" * 3_000, b"a\n SSND : 14 (should be 14)\ndata : 6\n"
    for name, text in [("long", long_text), ("forged", forged)]:
        before = chunk(b"ANNO", text, order=">")
        file(f"{name}.aiff", aiff(before, ssnd(big)), SOUND)
        for missing in [1, 2]:
            file(f"{name}-short-by-{missing}.aiff", aiff(before, ssnd(big))[:-missing], short)
        whole = caf((b"info", struct.pack(">I", 1) + b"title\0" + text + b"\0"), (b"data", bytes(4) + big))
        file(f"{name}.caf", whole, SOUND)
        file(f"{name}-short.caf", whole[:-1], short)
        file(f"{name}.au", au(big, note=text[:900]), SOUND)
        file(f"{name}-short.au", au(big, note=text[:900])[:-1], short)
        file(f"{name}-list-short.wav", riff(fmt(), chunk(b"LIST", b"INFO" + chunk(b"ICMT", text)), data(RAW))[:-1], short)
    file("not-whole.aiff", aiff(ssnd(big[:-1])), "refused 5 bytes of sound, not a whole number of frames of 2")
    file("not-whole.au", au(big[:-1]), "refused 5 bytes of sound, not a whole number of frames of 2")
    file("not-whole-open.au", au(big[:-1], 0xFFFFFFFF), "refused it holds 5 bytes of sound")
    file("open.au", au(big, 0xFFFFFFFF), SOUND)
    file("followed.au", au(big, 4), "refused and others follow that are no chunk")
    file("tagged.au", au(big) + b"TAG" + bytes(125), SOUND)
    file("chunk-after.aiff", aiff(ssnd(big), chunk(b"NAME", b"a", order=">")), SOUND)
    file("cut-chunk-after.aiff", aiff(ssnd(big), chunk(b"NAME", b"abcdef", order=">"))[:-3], SOUND)
    file("followed.aiff", aiff(ssnd(big, 12), bytes(range(128, 256))), "refused and others follow that are no chunk")
    file("frames.aiff", aiff(ssnd(big), frames=4), "refused its header says 4 frames, and 6 bytes of sound for 3")
    file("two.aiff", aiff(ssnd(big), ssnd(big)), "refused two SSND chunks")
    file("no-sound.aiff", aiff(), "refused it ends before its sound")
    file("no-common.aiff", riff(ssnd(big), form=b"FORM", kind=b"AIFF", order=">"), "refused it has no COMM chunk")
    for kind in ["aiff", "au", "caf"]:
        whole = {"aiff": aiff(ssnd(big)), "au": au(big), "caf": caf((b"data", bytes(4) + big))}[kind]
        file(f"twice.{kind}", whole + whole, "refused another file begins after its sound: cut them apart")
        file(f"zeros-after.{kind}", whole + bytes(500), SOUND)
    start = caf((b"data", bytes(4) + big))
    file("chunk-after.caf", start + b"info" + struct.pack(">q", 4) + bytes(4), SOUND)
    file("other-chunk-after.caf", start + b"abcd" + struct.pack(">q", 4) + bytes(4), SOUND)
    file("followed-by-text.caf", start + b"abcd" + struct.pack(">q", 90) + bytes(4), "refused and others follow that are no chunk")
    for counted in [4, 6, 8]:
        sound = bytes(4) + big + bytes(range(128, 178))
        lie = caf((b"data", sound)).replace(struct.pack(">q", len(sound)), struct.pack(">q", counted))
        file(f"counted-{counted}.caf", lie, f"refused its header says {counted - 4} bytes of sound, and others follow that are no chunk")
    # A length that the writer did not know: the sound is the last chunk.
    sized = struct.pack(">q", 4 + len(big))
    opened = start.replace(sized, struct.pack(">q", -1))
    file("open.caf", opened, SOUND)
    file("open-tagged.caf", caf((b"free", bytes(5)), (b"data", bytes(4) + big)).replace(sized, struct.pack(">q", -1)), SOUND)
    file("not-whole-open.caf", opened[:-1], "refused it holds 5 bytes of sound, not a whole number of frames of 2")
    file("one-open.caf", opened[:-5], "refused it holds 1 byte of sound")
    ima = fmt(17, bits=4, block=256, extra=struct.pack("<HH", 2, 505))
    blocks = bytes(n * 37 % 251 for n in range(1024))
    for counted in [256, 512, 768]:
        file(f"ima-counted-{counted}.wav", riff(ima, data(blocks, counted)), f"refused says {counted} bytes of sound, and more follow")
    file("ima-twice.wav", 2 * riff(ima, data(blocks)), "refused another file begins after its sound: cut them apart")
    file("two.caf", caf((b"data", bytes(4) + big), (b"data", bytes(4) + big)), "refused two data chunks")
    file("x.8svx", riff(chunk(b"BODY", bytes(60), order=">"), form=b"FORM", kind=b"8SVX", order=">"), "refused it is IFF, and not AIFF")
    file("x.mat", b"MATLAB 5.0 MAT-file" + bytes(100), "refused it is a MATLAB file")
    for name, start in {"NIST SPHERE": b"NIST_1A\n   1024\n", "VOC": b"Creative Voice File\x1a", "AVR": b"2BIT", "PVF": b"PVF1\n1 8000 16\n",
                        "PAF": b" paf", "IRCAM": b"\x64\xa3\1\0", "WVE": b"ALawSoundFile**\0", "XI": b"Extended Instrument: "}.items():
        file(f"{name}.sound", start + bytes(1100), f"refused {name}")


def others():
    ffmpeg = "refused convert it, with ffmpeg -i"
    file("x.zip.wav", b"PK\3\4" + bytes(60), "refused np.save")
    file("text.wav", b"0.5\n0.25\n" * 20, "refused it is text")
    file("nothing.wav", b"", "refused it is empty")
    file("random.wav", bytes((n * 89 + 7) % 251 for n in range(1000)), ffmpeg)
    file("mpeg.mp3", b"\xff\xfb\x90\x64" + bytes(500), "refused MPEG audio (MP3, AAC), a lossy coding: convert it, with ffmpeg -i")
    file("monkey.ape", b"MAC \x96\x0f" + bytes(60), ffmpeg)
    file("dsd.dsf", b"DSD " + bytes(60), ffmpeg)


def write(folder):
    for make in [widths, forms, sizes, chunks, flacs, decoded_elsewhere, others]:
        make()
    for name, (content, _) in FILES.items():
        with open(f"{folder}/{name}", "wb") as out:
            out.write(content)
    with open(f"{folder}/expected.txt", "w") as out:
        for name, (_, right) in FILES.items():
            out.write(f"{name}\t{right}\n")


if __name__ == "__main__":
    write(sys.argv[1])
