"""What SciPy makes of filters that the tests draw.

usage: design.py cascades INPUT OUTPUT
       design.py families OUTPUT
       design.py minimum INPUT OUTPUT
       design.py sinc TAPS CUTOFF OUTPUT

cascades: INPUT holds float64 numbers, for each cascade: rate, number of forms, kind, frequency, gain, width kind and width of
each; number of sections (0: the kernel did not fit), b0 b1 b2 a1 a2 of each; the bound on what was cut off; number of taps and
the taps. OUTPUT gets five numbers for each: the largest difference of |H| in dB and of phase in degrees wherever |H| is
above -80 dB of its maximum from 5 Hz to 0.499 of the rate, against RBJ's formulas computed here; the largest difference of a tap
from sosfilt of an impulse with the sections given, by its peak; the sum of magnitudes that sosfilt gives after the last tap, as
a share of the largest |H|; the largest difference of coefficients.
minimum: OUTPUT gets minimum_phase of the taps in INPUT. sinc: OUTPUT gets firwin's low pass, CUTOFF in cycles a sample.
families: OUTPUT gets, for each of the cases in `FAMILIES`, 64 pairs of |H| and phase, at ω = π (k + 0.5) / 64.
"""
import sys

import numpy as np
from scipy import signal

PEAK, LOW_SHELF, HIGH_SHELF, LOW, HIGH, BAND, NOTCH, ALL, LOW_1, HIGH_1, ALL_1, LOW_SHELF_1, HIGH_SHELF_1 = range(13)


def rbj(rate, kind, frequency, gain, width_kind, width):
    """Audio EQ Cookbook, in long double."""
    L = np.longdouble
    w = 2 * L(np.pi) * L(frequency) / L(rate)
    c, s, A = np.cos(w), np.sin(w), L(10) ** (L(gain) / 40)
    if kind >= LOW_1:
        k = np.tan(w / 2)
        # Analogue filters in s at the frequency 1, s = (1 - z) / (1 + z) / k.
        b, a = {
            LOW_1: ((0, 1), (1, 1)),
            HIGH_1: ((1, 0), (1, 1)),
            ALL_1: ((-1, 1), (1, 1)),
            LOW_SHELF_1: ((1, A), (1, 1 / A)),
            HIGH_SHELF_1: ((A * A, A), (1, A)),
        }[int(kind)]
        b, a = [(p[0] + p[1] * k, p[1] * k - p[0], 0) for p in (b, a)]
    else:
        if width_kind == 0:
            alpha = s / (2 * L(width))
        elif width_kind == 1:
            alpha = s * np.sinh(np.log(L(2)) / 2 * L(width) * w / s)
        else:
            alpha = s / 2 * np.sqrt((A + 1 / A) * (1 / L(width) - 1) + 2)
        q = 2 * np.sqrt(A) * alpha
        passive = (1 + alpha, -2 * c, 1 - alpha)
        b, a = {
            PEAK: ((1 + alpha * A, -2 * c, 1 - alpha * A), (1 + alpha / A, -2 * c, 1 - alpha / A)),
            LOW: (((1 - c) / 2, 1 - c, (1 - c) / 2), passive),
            HIGH: (((1 + c) / 2, -(1 + c), (1 + c) / 2), passive),
            BAND: ((alpha, 0, -alpha), passive),
            NOTCH: ((1, -2 * c, 1), passive),
            ALL: ((1 - alpha, -2 * c, 1 + alpha), passive),
            LOW_SHELF: (
                (A * (A + 1 - (A - 1) * c + q), 2 * A * (A - 1 - (A + 1) * c), A * (A + 1 - (A - 1) * c - q)),
                (A + 1 + (A - 1) * c + q, -2 * (A - 1 + (A + 1) * c), A + 1 + (A - 1) * c - q),
            ),
            HIGH_SHELF: (
                (A * (A + 1 + (A - 1) * c + q), -2 * A * (A - 1 + (A + 1) * c), A * (A + 1 + (A - 1) * c - q)),
                (A + 1 - (A - 1) * c + q, 2 * (A - 1 - (A + 1) * c), A + 1 - (A - 1) * c - q),
            ),
        }[int(kind)]
    return np.array([float(v / a[0]) for v in (*b, *a)])


def response(sos, w):
    """sosfreqz without SciPy's loss of digits near w = 0: each polynomial around z = 1."""
    h = np.ones(len(w), complex)
    s = 2 * np.sin(w / 2) ** 2
    for b0, b1, b2, _, a1, a2 in sos:
        num = b0 + b1 + b2 - (b0 + b2) * s + 1j * (b0 - b2) * np.sin(w)
        den = 1 + a1 + a2 - (1 + a2) * s + 1j * (1 - a2) * np.sin(w)
        h *= num / den
    return h


def cascade(numbers):
    rate, count = numbers(2)
    forms = numbers(5 * int(count)).reshape(-1, 5)
    own = numbers(5 * int(numbers(1)[0])).reshape(-1, 5)
    own = np.insert(own, 3, 1, axis=1)
    bound, taps = numbers(1)[0], numbers(int(numbers(1)[0]))
    expected = np.array([rbj(rate, *form) for form in forms])
    coefficients = abs(expected - own).max()

    size = 1 << max(16, int(np.ceil(np.log2(len(taps)))) + 1)
    spectrum = np.fft.rfft(taps, size)
    bins = np.unique(np.geomspace(max(1, 5 / rate * size), 0.499 * size, 3000).round().astype(int))
    bins = bins[(bins >= 5 / rate * size) & (bins <= 0.499 * size)]
    peaks = np.unique((forms[:, 1] / rate * size).round().astype(int))
    bins = np.union1d(bins, peaks[(peaks >= 5 / rate * size) & (peaks <= 0.499 * size)])
    w = 2 * np.pi * bins / size
    h = signal.sosfreqz(expected, w)[1]
    close = response(expected, w)
    assert np.all(abs(h - close) <= 1e-5 * abs(close).max()), "two ways to the same response differ"
    heard = abs(h) > 1e-4 * abs(h).max()
    ratio = spectrum[bins][heard] / close[heard]
    decibels, degrees = abs(20 * np.log10(abs(ratio))).max(), abs(np.degrees(np.angle(ratio))).max()

    # Long enough for all that is left to be small, or eight times as long.
    impulse = np.zeros(len(taps) + min(7 * len(taps) + 4096, 1 << 22))
    impulse[0] = 1
    full = signal.sosfilt(own, impulse)
    tap = abs(full[: len(taps)] - taps).max() / abs(full).max()
    # Resonances are narrower than any grid: their poles say where they are.
    poles = np.angle(np.concatenate([np.roots(section[3:]) for section in own if section[5] or section[4]] or [[1.0]]))
    largest = max(abs(h).max(), abs(np.fft.rfft(full[: len(taps)], size)).max(), abs(response(own, abs(poles))).max())
    return [decibels, degrees, tap, abs(full[len(taps) :]).sum() / largest, coefficients]


FAMILIES = [(family, order, side) for family, orders in (("BW", range(1, 9)), ("LR", (2, 4, 6, 8)), ("BE", range(2, 9))) for order in orders for side in ("low", "high")]


def families():
    """At 0.07 of the rate."""
    w = np.pi * (np.arange(64) + 0.5) / 64
    for family, order, side in FAMILIES:
        if family == "BE":
            sos = signal.bessel(order, 0.14, side, output="sos", norm="mag")
        else:
            sos = signal.butter(order // (2 if family == "LR" else 1), 0.14, side, output="sos")
        h = signal.sosfreqz(sos, w)[1]
        if family == "LR":
            h = h * h
        yield np.column_stack([abs(h), np.angle(h)]).ravel()


def main(what, *paths):
    if what == "families":
        with open(paths[0], "wb") as file:
            for values in families():
                file.write(values.tobytes())
        return
    if what == "minimum":
        signal.minimum_phase(np.fromfile(paths[0]), "homomorphic", n_fft=1 << 20, half=False).tofile(paths[1])
        return
    if what == "sinc":
        signal.firwin(int(paths[0]), 2 * float(paths[1]), window=("kaiser", 0.1102 * (100 - 8.7))).tofile(paths[2])
        return
    rest = np.fromfile(paths[0])
    place = 0

    def numbers(count):
        nonlocal place
        place += count
        return rest[place - count : place]

    with open(paths[1], "wb") as file:
        while place < len(rest):
            file.write(np.array(cascade(numbers)).tobytes())


main(*sys.argv[1:])
