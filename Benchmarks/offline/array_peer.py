"""The peers in Python, each as its user would write it: read, convolve in float64, write the same format.

usage: array_peer.py scipy|numpy INPUT KERNEL.npy OUTPUT   sound files or .npy; prints its times without the imports
"""
import json
import sys
import time

import numpy as np
import soundfile
from scipy.signal import oaconvolve


def convolve(method, x, h):
    if method == "scipy":
        return oaconvolve(x, h.reshape(-1, *[1] * (x.ndim - 1)), axes=0)
    if x.ndim == 1:
        return np.convolve(x, h)
    return np.stack([np.convolve(x[:, channel], h) for channel in range(x.shape[1])], axis=1)


def main(method, source, kernel, output):
    wall, cpu = time.perf_counter(), time.process_time()
    h = np.load(kernel)
    if source.endswith(".npy"):
        np.save(output, convolve(method, np.load(source), h))
    else:
        x, rate = soundfile.read(source, always_2d=True)
        soundfile.write(output, convolve(method, x, h), rate, soundfile.info(source).subtype)
    print(json.dumps({"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}))


main(*sys.argv[1:])
