"""Arrays of every type that NumPy saves in every way, with their values in the plainest one.

usage: npy_corpus.py FOLDER

Writes 0.npy, 1.npy and so on, as given, and 0.plain.npy...: the same values in C order and little-endian, version 1.0.
"""
import sys

import numpy as np

TYPES = "? i1 i2 i4 i8 u1 u2 u4 u8 f2 f4 f8 c8 c16".split()


def arrays(random):
    for name in TYPES:
        dtype = np.dtype(name)
        bits = random.integers(0, 256, 6 * dtype.itemsize, np.uint8)
        values = (bits & 1).view("?")[:6] if name == "?" else bits.view(dtype)
        for order in "<>":
            x = values.astype(dtype.newbyteorder(order))
            for shape in [(6,), (2, 3), (1, 2, 3), (6, 1)]:
                for layout in "CF":
                    yield np.asarray(x.reshape(shape), order=layout)
            yield x[2].reshape(())
            yield x[:0]
            yield x[:0].reshape((0, 5))


def main(folder):
    index = 0
    for x in arrays(np.random.default_rng(5)):
        for version in [(1, 0), (2, 0), (3, 0)]:
            with open(f"{folder}/{index}.npy", "wb") as file:
                np.lib.format.write_array(file, x, version=version)
            plain = np.ascontiguousarray(x, x.dtype.newbyteorder("<")).reshape(x.shape)
            np.save(f"{folder}/{index}.plain.npy", plain)
            index += 1
    print(index)


main(sys.argv[1])
