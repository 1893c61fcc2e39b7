"""A stereo programme whose samples have few bits in a wide format, kernels, and the comparison with what convolve makes of them.

make FOLDER FORMAT TAPBITS   writes programme.wav, programme.raw and kernel.npy; programme of 16 bits
turn FOLDER FORMAT TAPBITS   the same; some samples in the middle have all bits of the format
compare FOLDER FORMAT FIRST BITS
    compares out.raw, from frame FIRST on, with expected.wav: where all samples that the kernel hears have BITS bits, and elsewhere
"""
import sys
import numpy as np
import wav

FRAMES, TAPS = 216_000, 65_536
WIDE = slice(30_000, 30_501)
command, folder, form = sys.argv[1:4]
kind, width = {"S24_3LE": ("s24", 24), "S32_LE": ("s32", 32)}[form]

if command in ("make", "turn"):
    bits = int(sys.argv[4])
    random = np.random.default_rng(7)
    # Loud and quiet by turns: after what is loud, roundings are largest beside what is heard.
    loudness = 2.0 ** -(np.arange(FRAMES) // 9_000 % 12)[:, None]
    programme = np.rint(random.uniform(-0.06, 0.06, (FRAMES, 2)) * loudness * 2**15) / 2**15
    if command == "turn":
        programme[WIDE] += np.rint(random.uniform(-0.06, 0.06, programme[WIDE].shape) * 2 ** (width - 1)) / 2 ** (width - 1)
        # Its ends are wide in both channels.
        programme[[WIDE.start, WIDE.stop - 1]] = 0.0625 + 2.0 ** (1 - width)
    # A room's direct sound, and reflections down to the last tap.
    kernel = random.standard_normal(TAPS) * 0.5 ** (np.arange(TAPS) / 30_000) * 0.02
    kernel[0], kernel[-1] = 0.5, 2.0 ** (1 - bits)
    np.save(f"{folder}/kernel.npy", np.rint(kernel * 2 ** (bits - 1)) / 2 ** (bits - 1))
    raw = wav.encode(programme, kind)
    wav.write(f"{folder}/programme.wav", raw, kind, 2)
    open(f"{folder}/programme.raw", "wb").write(raw)
else:
    first, bits = int(sys.argv[4]), int(sys.argv[5])
    full = 2 ** (width - 1)
    programme = wav.decode(open(f"{folder}/programme.raw", "rb").read(), kind, 2)
    expected = wav.decode(wav.read(f"{folder}/expected.wav")[2], kind, 2)[:FRAMES] * full
    got = wav.decode(open(f"{folder}/out.raw", "rb").read(), kind, 2)[first : first + FRAMES] * full
    assert got.shape == expected.shape, f"{len(got)} frames were recorded, {len(expected)} are expected"
    assert abs(expected).max() > full / 1000, "there is something to compare"
    wide = np.cumsum(programme * 2 ** (bits - 1) % 1 != 0, axis=0)
    heard = wide - np.vstack([np.zeros((TAPS, 2), int), wide[:-TAPS]]) > 0
    difference = abs(got - expected)
    for name, where in ("narrow", ~heard), ("wide", heard):
        print(f"{name}: {np.count_nonzero(difference[where])} of {where.sum()} differ, by {difference[where].max(initial=0):.0f}")
