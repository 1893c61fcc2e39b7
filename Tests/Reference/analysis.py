"""What NumPy finds of random kernels and patterns.

usage: analysis.py kernels OUTPUT SEED COUNT
       analysis.py matches OUTPUT SEED COUNT
       analysis.py responses OUTPUT SEED COUNT

kernels: for each its length, its taps, then L1 and L2 norm, the largest |H| of a grid of 256 points a tap, |H(0)|, and 1 if it
is minimum phase by its construction, 0 if not. matches: for each the recording's and the pattern's length, the recording, the
pattern, the score of every window and its least-squares gain. responses: for each its length, its taps, 16 frequencies in cycles a
sample, the real and imaginary parts of H there, the group delays, the rate and the power of K-weighted pink noise of it. All numbers
are float64.
"""
import sys

import numpy as np
from scipy import signal


def roots(random, count, radius):
    """Real polynomial of 2 count complex zeros."""
    taps = np.ones(1)
    for _ in range(count):
        r, angle = random.choice(radius), random.uniform(0, np.pi)
        taps = np.convolve(taps, [1, -2 * r * np.cos(angle), r * r])
    return taps


def kernel(random):
    kind = int(random.integers(6))
    if kind == 0:
        return random.standard_normal(int(random.integers(1, 3000))), None
    if kind == 1:
        n = int(random.integers(2, 4000))
        return random.standard_normal(n) * 0.5 ** (np.arange(n) / (n / 10)), None
    inside = [0.3, 0.7, 0.9, 0.99]
    if kind == 2:
        taps = roots(random, int(random.integers(1, 20)), inside + [0.999])
        return taps * random.choice([-2, 0.5]), 1
    if kind == 3:
        return np.concatenate([np.zeros(int(random.integers(0, 90))), roots(random, int(random.integers(1, 12)), inside + [1.0])]), 1
    if kind == 4:
        return np.convolve(roots(random, int(random.integers(1, 12)), inside), roots(random, 1, [1.05, 1.2, 3])), 0
    return roots(random, int(random.integers(1, 20)), inside)[::-1], 0


def kernels(random):
    taps, minimum = kernel(random)
    grid = abs(np.fft.rfft(taps, 256 * len(taps)))
    figures = [abs(taps).sum(), np.sqrt((taps**2).sum()), grid.max(), abs(taps.sum()), -1 if minimum is None else minimum]
    return [[len(taps)], taps, figures]


def matches(random):
    p = random.standard_normal(int(random.integers(1, 400)))
    level = np.full(len(p) + int(random.integers(0, 60_000)), 10.0 ** random.uniform(-6, 3))
    # Loud and quiet parts, and digital silence.
    for _ in range(6):
        a = int(random.integers(0, len(level)))
        level[a : a + int(random.integers(0, 2000))] = random.choice([0, 1e-3, 1])
    x = random.standard_normal(len(level)) * level
    windows = np.lib.stride_tricks.sliding_window_view(x, len(p))
    product = windows @ p
    norms = np.sqrt((windows**2).sum(1)) * np.sqrt((p**2).sum())
    score = np.divide(product, norms, out=np.zeros_like(product), where=norms > 0)
    return [[len(x), len(p)], x, p, score, product / (p**2).sum()]


def pink_power(taps, rate):
    """By the weighting's recursive filters, on a grid of its own."""
    f = np.linspace(20, min(20_000, rate / 2), 1 << 16)
    _, shelf = signal.freqz([1.53512485958697, -2.69169618940638, 1.19839281085285], [1, -1.69065929318241, 0.73248077421585], f, fs=48_000)
    _, high = signal.freqz([1, -2, 1], [1, -1.99004745483398, 0.99007225036621], f, fs=48_000)
    weight = abs(shelf * high) ** 2 / f
    h = signal.czt(taps, len(f), np.exp(-2j * np.pi * (f[1] - f[0]) / rate), np.exp(2j * np.pi * f[0] / rate))
    return np.trapezoid(abs(h) ** 2 * weight, f) / np.trapezoid(weight, f)


def responses(random):
    taps, _ = kernel(random)
    f = np.sort(random.uniform(0, 0.5, 16))
    waves = np.exp(-2j * np.pi * np.outer(f, np.arange(len(taps))))
    h = waves @ taps
    rate = int(random.choice([8_000, 44_100, 48_000, 192_000]))
    delay = (waves @ (taps * np.arange(len(taps))) / h).real
    return [[len(taps)], taps, f, h.real, h.imag, delay, [rate, pink_power(taps, rate)]]


def main(what, path, seed, count):
    random = np.random.default_rng(seed)
    with open(path, "wb") as file:
        for _ in range(count):
            for values in {"kernels": kernels, "matches": matches, "responses": responses}[what](random):
                file.write(np.asarray(values, np.float64).tobytes())


main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
