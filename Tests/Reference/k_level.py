"""How much louder a recording is than what was played, K-weighted (ITU-R BS.1770).

usage: k_level.py HEARD PLAYED START FRAMES

Both are S32_LE of two channels at 48 kHz. What was played is made pink by its weight: the level of the recording is averaged by
third-octave bands, each counting as its K-weighting times its share of pink noise, from 20 Hz to 20 kHz. Prints dB.
"""
import sys

import numpy as np
from scipy import signal

heard, played = (np.fromfile(path, "<i4").reshape(-1, 2) / 2**31 for path in sys.argv[1:3])
start, frames = int(sys.argv[3]), int(sys.argv[4])
heard, played = heard[start : start + frames], played[48_000 : 48_000 + frames]
assert len(heard) == len(played) == frames
f, x = signal.welch(played, 48_000, nperseg=1 << 16, axis=0)
_, y = signal.welch(heard, 48_000, nperseg=1 << 16, axis=0)
_, shelf = signal.freqz([1.53512485958697, -2.69169618940638, 1.19839281085285], [1, -1.69065929318241, 0.73248077421585], f, fs=48_000)
_, high = signal.freqz([1, -2, 1], [1, -1.99004745483398, 0.99007225036621], f, fs=48_000)
edges = np.geomspace(20, 20_000, 31)
powers, weights = [], []
for low, top in zip(edges, edges[1:]):
    band = (f >= low) & (f < top)
    if band.any():
        powers.append((y[band].sum(0) / x[band].sum(0)).mean())
        weights.append((abs(shelf * high) ** 2)[band].mean())
print(10 * np.log10(np.dot(powers, weights) / np.sum(weights)))
