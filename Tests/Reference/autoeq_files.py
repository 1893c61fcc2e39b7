"""Compares kernels that convolve makes from AutoEq's files with what AutoEq makes of the same headphones.

usage: autoeq_files.py CONVOLVE

Ten headphones, drawn with seeds, are measured in thought and equalised by AutoEq's own command at 48 kHz. Prints for each:

parametric  the kernel of ParametricEQ.txt against AutoEq's response of its filters and preamp, from 5 Hz to 0.499 of the rate
minimum     the kernel of minimum:graphic:GraphicEQ.txt against AutoEq's minimum-phase WAV, from 20 Hz to 20 kHz, their level apart,
            which is the last figure: AutoEq sets that of the text by its points, and that of the WAV by all frequencies
text        of which: the text's 126 points, rounded to tenths of a dB, against AutoEq's curve of 695
wav         of which: AutoEq's WAV against its curve: 4,800 taps, of 9,600 under a Hamming window
kernel      of which: our kernel against the text's points: it ends after a second
alike       our kernel against AutoEq's function with 20 times its resolution, of the text's points for both, continued above the last
            one as AutoEq does, on its slope, where we hold the gain

in dB, and degrees after them. The three parts add up to the whole at each frequency. Fails above the bounds below.
"""
import os
import re
import subprocess
import sys
import tempfile

import numpy as np
import soundfile
from autoeq.frequency_response import FrequencyResponse
from autoeq.peq import PEQ, HighShelf, LowShelf, Peaking

RATE = 48_000
SIZE = 1 << 20
TYPES = {"PK": Peaking, "LSC": LowShelf, "HSC": HighShelf}
# dB, and degrees. Of kernel and alike the reason is the end after a second, which leaves corners of the points round.
BOUNDS = {"parametric": 0.01, "kernel": 0.03, "alike": 0.04, "degrees": 0.25}


def measurement(random, frequencies):
    """dB: a shelf in the bass, resonances, a tilt, noise."""
    levels = random.uniform(-6, 8) / (1 + (frequencies / random.uniform(60, 200)) ** random.uniform(2, 5))
    for _ in range(random.integers(6, 11)):
        centre, octaves = np.exp(random.uniform(np.log(40), np.log(15_000))), random.uniform(0.08, 1)
        levels += random.uniform(-8, 8) * np.exp(-0.5 * (np.log2(frequencies / centre) / octaves) ** 2)
    return levels + random.uniform(-1, 1) * np.log2(frequencies / 1_000) + random.normal(0, 0.15, len(frequencies))


def write_table(path, frequencies, levels):
    with open(path, "w") as file:
        file.write("frequency,raw\n" + "".join(f"{f:.2f},{level:.2f}\n" for f, level in zip(frequencies, levels)))


def equalise(names):
    """Runs AutoEq's command."""
    os.mkdir("in")
    frequencies = 20 * 1.01 ** np.arange(695)
    write_table("flat.csv", frequencies, 0 * frequencies)
    for seed, name in enumerate(names):
        write_table(f"in/{name}.csv", frequencies, measurement(np.random.default_rng(seed), frequencies))
    options = f"--input-dir in --output-dir out --target flat.csv --parametric-eq --convolution-eq --fs {RATE} --bit-depth 32"
    done = subprocess.run(
        [sys.executable, "-m", "autoeq", *options.split()], capture_output=True, text=True, env={**os.environ, "MPLBACKEND": "Agg"})
    if done.returncode != 0:
        sys.exit(f"autoeq: {done.stderr}")


def kernel(convolve, words):
    subprocess.run([convolve, "design", words, "-o", "kernel.npy", "--rate", str(RATE)], check=True, capture_output=True)
    return np.load("kernel.npy")


def bins(low, high):
    """Bins of transforms of SIZE, evenly spaced by their logarithms, and their frequencies."""
    chosen = np.unique(np.geomspace(low / RATE * SIZE, high / RATE * SIZE, 4_000).round().astype(int))
    return chosen, chosen * RATE / SIZE


def decibels(response):
    return 20 * np.log10(abs(response))


def parametric(convolve, path):
    chosen, frequencies = bins(5, 0.499 * RATE)
    with open(path) as file:
        text = file.read()
    preamp = float(re.search(r"^Preamp: (\S+) dB$", text, flags=re.M)[1])
    lines = re.findall(r"^Filter \d+: ON (\w+) Fc (\S+) Hz Gain (\S+) dB Q (\S+)$", text, flags=re.M)
    assert len(lines) == text.count("\n") - 1, text
    filters = [TYPES[kind](frequencies, RATE, fc=float(fc), q=float(q), gain=float(gain)) for kind, fc, gain, q in lines]
    own = np.fft.rfft(kernel(convolve, "eq:" + path), SIZE)[chosen]
    return abs(decibels(own) - preamp - PEQ(frequencies, RATE, filters).fr).max()


def minimum(convolve, path):
    chosen, frequencies = bins(20, 20_000)
    with open(path + " GraphicEQ.txt") as file:
        points = np.array([point.split() for point in file.read().removeprefix("GraphicEQ: ").split(";")], float).T
    table = np.genfromtxt(path + ".csv", delimiter=",", names=True)
    (at, gains), log = points, np.log(frequencies)
    text, curve = np.interp(log, np.log(at), gains), np.interp(log, np.log(table["frequency"]), table["equalization"])
    wav = np.fft.rfft(soundfile.read(path + f" minimum phase {RATE}Hz.wav")[0][:, 0], SIZE)[chosen]
    own = np.fft.rfft(kernel(convolve, f"minimum:graphic:{path} GraphicEQ.txt"), SIZE)[chosen]

    # A straight line over the logarithm goes on as one, to half of the rate.
    last = gains[-1] + (gains[-1] - gains[-2]) * np.log(RATE / 2 / at[-1]) / np.log(at[-1] / at[-2])
    continued = "; ".join(f"{f:g} {gain!r}" for f, gain in [*zip(at, gains), (RATE / 2, last)])
    with open("continued.txt", "w") as file:
        file.write("GraphicEQ: " + continued)
    same = np.fft.rfft(kernel(convolve, "minimum:graphic:continued.txt"), SIZE)[chosen]
    finer = FrequencyResponse("finer", frequency=at, equalization=gains).minimum_phase_impulse_response(RATE, 0.5, normalize=False)
    ratio = np.fft.rfft(finer, SIZE)[chosen] / same

    def apart(difference):
        return abs(difference - np.median(difference)).max()

    whole = decibels(wav / own)
    return {
        "minimum": apart(whole), "text": apart(curve - text), "wav": apart(decibels(wav) - curve), "kernel": abs(text - decibels(own)).max(),
        "alike": abs(decibels(ratio)).max(), "level": np.median(whole),
    }, abs(np.degrees(np.angle(wav / own))).max(), abs(np.degrees(np.angle(ratio))).max()


def main(convolve):
    convolve, names = os.path.abspath(convolve), [f"headphone {seed}" for seed in range(10)]
    faults = []
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        equalise(names)
        for name in names:
            path = f"out/{name}/{name}"
            figures, of_wav, of_alike = minimum(convolve, path)
            figures["parametric"] = parametric(convolve, path + " ParametricEQ.txt")
            print(
                f"{name}: parametric {figures['parametric']:.1e}; minimum {figures['minimum']:.2f} {of_wav:.1f}°, of which text"
                f" {figures['text']:.2f}, wav {figures['wav']:.2f}, kernel {figures['kernel']:.3f}; alike {figures['alike']:.3f}"
                f" {of_alike:.2f}°; level {figures['level']:+.2f}", flush=True)
            figures["degrees"] = of_alike
            faults += [f"{name}: {what} is {figures[what]}, above {most}" for what, most in BOUNDS.items() if not figures[what] <= most]
        os.chdir("/")
    sys.exit("\n".join(faults) or 0)


main(*sys.argv[1:])
