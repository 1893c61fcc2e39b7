"""What SciPy makes of filters that `convolve design` wrote.

usage: designed.py FOLDER

FOLDER holds butterworth.npy (low pass of order 4 at 2 kHz), crossover.npy (Linkwitz-Riley high pass of order 4 at 80 Hz), bessel.npy
(low pass of order 3 at 1 kHz, -3 dB there), sinc.npy (low pass at 2 kHz of 101 taps) and linear.npy (the first of linear phase), all at
48 kHz. Prints, for each, the largest difference from SciPy by the peak; of linear.npy that of |H|.
"""
import os
import sys

import numpy as np
from scipy import signal

RATE = 48_000


def impulse(sos, count):
    return signal.sosfilt(sos, np.eye(1, count)[0])


os.chdir(sys.argv[1])
low = signal.butter(4, 2_000, fs=RATE, output="sos")
half = signal.butter(2, 80, "highpass", fs=RATE, output="sos")
cases = {
    "butterworth": lambda n: impulse(low, n),
    "crossover": lambda n: impulse(np.vstack([half, half]), n),
    "bessel": lambda n: impulse(signal.bessel(3, 1_000, norm="mag", fs=RATE, output="sos"), n),
    "sinc": lambda n: signal.firwin(n, 2_000, window=("kaiser", 0.1102 * (100 - 8.7)), fs=RATE),
}
for name, make in cases.items():
    taps = np.load(name + ".npy")
    expected = make(len(taps))
    print(name, abs(taps - expected).max() / abs(expected).max())
taps = np.load("linear.npy")
frequencies = np.geomspace(5, 0.499 * RATE, 2_000)
found, wanted = (abs(signal.freqz(taps, worN=frequencies, fs=RATE)[1]), abs(signal.sosfreqz(low, frequencies, fs=RATE)[1]))
print("linear", abs(found - wanted).max() if np.array_equal(taps, taps[::-1]) else np.inf)
