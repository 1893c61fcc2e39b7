"""A stereo programme and kernels of full precision, and the comparison of what the daemon made of them.

make FOLDER            writes programme.raw (S24_3LE), kernel0.npy and kernel1.npy
compare FOLDER FIRST   compares out.raw, from frame FIRST on, with np.convolve rounded half to even to 24 bits
"""
import sys
import numpy as np

FRAMES, TAPS, FULL = 147_536, 65_536, 1 << 23
command, folder = sys.argv[1:3]


def packed(samples):
    return samples.astype("<i4").view(np.uint8).reshape(-1, 4)[:, :3].tobytes()


def unpacked(raw):
    high = np.frombuffer(raw, np.uint8).reshape(-1, 3)
    return (high[:, 0].astype(np.int32) | high[:, 1].astype(np.int32) << 8 | high[:, 2].view(np.int8).astype(np.int32) << 16)


random = np.random.default_rng(42)
# Music-like: noise whose spectrum falls, at a level that leaves headroom.
programme = np.cumsum(random.standard_normal((FRAMES, 2)), axis=0)
programme -= np.linspace(0, 1, FRAMES)[:, None] * programme[-1]
programme = np.rint(programme / abs(programme).max() * 0.5 * FULL).astype(np.int32)
kernels = [random.standard_normal(TAPS) * 0.5 ** (np.arange(TAPS) / 4000) for _ in range(2)]
kernels = [kernel / abs(kernel).sum() for kernel in kernels]
if command == "make":
    open(f"{folder}/programme.raw", "wb").write(packed(programme.reshape(-1)))
    for channel, kernel in enumerate(kernels):
        np.save(f"{folder}/kernel{channel}.npy", kernel)
else:
    first = int(sys.argv[3])
    out = unpacked(open(f"{folder}/out.raw", "rb").read()).reshape(-1, 2)
    expected = np.stack([np.rint(np.convolve(programme[:, c] / FULL, kernels[c]) * FULL) for c in range(2)], axis=1)
    got = out[first : first + len(expected)]
    assert got.shape == expected.shape, f"{len(got)} frames were recorded, {len(expected)} are expected"
    assert abs(expected).max() > FULL / 1000, "there is something to compare"
    print(f"{np.count_nonzero(got != expected)} of {expected.size} samples differ")
