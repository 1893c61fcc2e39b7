"""Renders configurations, kernels of true stereo and raw streams with the convolve command, and compares each bit with NumPy's sums.

usage: matrix.py PROGRAM FOLDER SEED CASES

Prints what is wrong, and nothing if all is well.
"""
import math
import os
import random
import select
import subprocess
import sys

import numpy as np

import wav

PROGRAM, FOLDER, SEED, CASES = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
KINDS = ["s16", "s24", "s32", "float", "double"]
RAW = {"s16": "s16", "s24": "s24", "s32": "s32", "float": "f32", "double": "f64"}


def run(arguments, data=None):
    done = subprocess.run([PROGRAM, *arguments], input=data, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    return done.returncode, done.stdout, done.stderr.decode()


def check(condition, *what):
    if not condition:
        print(f"seed {SEED}:", *what)


def convolved(x, taps):
    """A sound that is shorter than its kernel counts as if zeros followed."""
    padded = np.concatenate([x, np.zeros(max(0, len(taps) - len(x)))])
    return np.convolve(padded, taps)[: len(x) + len(taps) - 1]


def rendered(x, routes, outputs, head=False):
    """Routes are (from, to, taps, delay), added up in their order."""
    length = len(x) + max(delay + len(taps) for _, _, taps, delay in routes) - 1
    y = np.zeros((length, outputs))
    for source, target, taps, delay in routes:
        part = convolved(x[:, source], taps)
        y[delay : delay + len(part), target] += part
    return y[: len(x)] if head else y


def sound(noise, frames, channels, kind):
    x = noise.uniform(-0.3, 0.3, (frames, channels))
    x[frames // 3 : frames // 2] = 0
    return wav.decode(wav.encode(x, kind), kind, channels)


def configuration(name, inputs, outputs, filters, rate=wav.RATE, more=()):
    with open(name, "w") as file:
        print(f"rate: {rate}", *more, sep="\n", file=file)
        print(f"capture: {{ device: none, channels: {inputs} }}", f"playback: {{ device: none, channels: {outputs} }}", sep="\n", file=file)
        print("filters:", *("  - { " + ", ".join(f"{key}: {value}" for key, value in each.items()) + " }" for each in filters), sep="\n",
              file=file)


def kernel(name, noise, draw, channels, exact):
    """Writes a kernel of float64, or of multiples of 1/128, whose sums are exact and often ties."""
    count = draw.choice([1, 3, 12, 40, 700, 5000])
    if exact:
        taps = noise.integers(-2, 3, (count, channels)) / 128
    else:
        taps = noise.uniform(-0.02, 0.02, (count, channels))
    taps[0] = 0.5 if exact else 0.3
    wav.write(name, wav.encode(taps, "double"), "double", channels)
    return taps


def auto_gain(taps, taken):
    return 10 ** (20 * math.log10((1 - taken) / sum(abs(float(tap)) for tap in taps)) / 20)


def case(number, draw, noise):
    """A random matrix, of files and of pipes, whole and the head of it."""
    inputs, outputs, kind = draw.randint(1, 3), draw.randint(1, 4), draw.choice(KINDS)
    x = sound(noise, draw.choice([1, 50, 3000, 40000]), inputs, kind)
    filters, routes, whole = [], [], number % 2 == 0
    for index in range(draw.randint(1, 6)):
        channels = draw.randint(1, 2)
        taps = kernel(f"k{index}.wav", noise, draw, channels, whole)
        channel, gain = draw.randrange(channels), draw.choice([0, 0, -3.5, 6])
        source, target, delay = draw.randrange(inputs), draw.randrange(outputs), draw.choice([0, 0, 7, 3000])
        filters.append({"name": f"f{index}", "from": source, "to": target, "kernel": f"k{index}.wav", "channel": channel,
                        "gain": gain, "delay": delay})
        routes.append((source, target, taps[:, channel] * 10 ** (gain / 20) if gain else taps[:, channel], delay))
    configuration("room.yaml", inputs, outputs, filters, draw.choice([wav.RATE, "auto"]))
    gain = draw.choice([[], [], ["--gain", "-12"]])
    if gain:
        routes = [(source, target, taps * 10 ** (-12 / 20), delay) for source, target, taps, delay in routes]
    head = draw.random() < 0.4
    options = [*gain, "--quiet", *(["--mode", "head"] if head else []), "--jobs", str(draw.randint(1, 2))]
    expected = wav.encode(rendered(x, routes, outputs, head), kind)
    wav.write("x.wav", wav.encode(x, kind), kind, inputs)
    what = (number, kind, x.shape, filters, head)
    status, _, error = run(["x.wav", "room.yaml", "-o", "y.wav", *options])
    check(status == 0 and not error, *what, error)
    if status == 0:
        written = wav.read("y.wav")
        check(written[:2] == (kind, outputs), *what, written[:2])
        check(written[2] == expected, *what, len(written[2]), len(expected))
    with open("x.wav", "rb") as file:
        status, piped, error = run(["-", "room.yaml", "-o", "-", *options], file.read())
    check(status == 0 and 0 < piped.find(expected) < 100, *what, "pipe", error)
    status, raw, error = run(
        ["-", "room.yaml", "-o", "-", *options, "--raw", f"{RAW[kind]},{inputs},{wav.RATE}"], wav.encode(x, kind))
    check(status == 0 and raw == expected, *what, "raw", len(raw), len(expected), error)


def automatic(draw, noise):
    """A gain that follows the others, kernels that are stacked, and outputs that are aligned."""
    x = sound(noise, 2000, 2, "s24")
    wav.write("x.wav", wav.encode(x, "s24"), "s24", 2)
    first, second = kernel("k0.wav", noise, draw, 1, False)[:, 0], kernel("k1.wav", noise, draw, 1, False)[:, 0]
    first *= 0.5 / np.abs(first).sum()
    wav.write("k0.wav", wav.encode(first.reshape(-1, 1), "double"), "double", 1)
    configuration("auto.yaml", 2, 1, [
        {"name": "a", "from": 0, "to": 0, "kernel": "k0.wav"}, {"name": "b", "from": 1, "to": 0, "kernel": "k1.wav", "gain": "auto"}])
    status, _, error = run(["x.wav", "auto.yaml", "-o", "y.wav"])
    taken = sum(abs(float(tap)) for tap in first)
    expected = rendered(x, [(0, 0, first, 0), (1, 0, second * auto_gain(second, taken), 0)], 1)
    check(status == 0 and not error and wav.read("y.wav")[2] == wav.encode(expected, "s24"), "auto", error)
    one, two = noise.integers(-3, 4, 300).astype(float), noise.integers(-3, 4, 50).astype(float)
    for name, taps in (("one", one), ("two", two)):
        np.save(name, taps)
    configuration("stack.yaml", 2, 2, [
        {"name": "a", "from": 0, "to": 0, "kernels": "[one.npy, two.npy]", "gain": -60},
        {"name": "b", "from": 1, "to": 1, "kernel": "\"taps:0,0,0,1,0.5\""}], more=["align: peaks"])
    status, _, error = run(["x.wav", "stack.yaml", "-o", "y.wav"])
    stacked = np.convolve(one, two)
    peaks = int(np.argmax(np.abs(stacked))), 3
    late = max(peaks)
    expected = rendered(x, [
        (0, 0, stacked * 10 ** (-60 / 20), late - peaks[0]), (1, 1, np.array([0, 0, 0, 1, 0.5]), late - peaks[1])], 2)
    # Equal peaks of whole numbers: the first one counts, or another.
    if np.sum(np.abs(stacked) == np.abs(stacked).max()) == 1:
        check(status == 0 and wav.read("y.wav")[2] == wav.encode(expected, "s24"), "stacked, aligned", error)


def resampled():
    """A kernel of another rate begins at time 0, as without a configuration."""
    noise = np.random.default_rng(SEED + 1)
    x = sound(noise, 3000, 1, "s24")
    wav.write("x.wav", wav.encode(x, "s24"), "s24", 1)
    wav.write("k44.wav", wav.encode(noise.uniform(-0.1, 0.1, (200, 1)), "double"), "double", 1, 44100)
    configuration("resample.yaml", 1, 2, [
        {"name": "a", "from": 0, "to": 0, "kernel": "k44.wav"}, {"name": "b", "from": 0, "to": 1, "kernel": "dirac"}],
        more=["resample: true"])
    for mode in "full", "head":
        results = [run(["x.wav", *words, "--mode", mode, "-o", name]) for words, name in (
            (["k44.wav", "--resample"], "one.wav"), (["resample.yaml"], "two.wav"))]
        check(all(status == 0 for status, _, _ in results), "resampled", results)
        one, two = (wav.decode(wav.read(name)[2], "s24", channels) for name, channels in (("one.wav", 1), ("two.wav", 2)))
        check(len(one) == len(two) and np.array_equal(one[:, 0], two[:, 0]), "resampled", mode, one.shape, two.shape)
        check(np.array_equal(two[: len(x), 1], x[:, 0]) and not two[len(x) :, 1].any(), "time 0", mode)


def true_stereo(draw, noise):
    """Each order of the four paths."""
    x = sound(noise, 5000, 2, "s16")
    wav.write("x.wav", wav.encode(x, "s16"), "s16", 2)
    taps = noise.uniform(-0.1, 0.1, (300, 4))
    wav.write("true.wav", wav.encode(taps, "double"), "double", 4)
    order = ["LL", "LR", "RL", "RR"]
    draw.shuffle(order)
    status, _, error = run(["x.wav", "true.wav", "--matrix", ",".join(order), "-o", "y.wav"])
    routes = [("LR".index(word[0]), "LR".index(word[1]), taps[:, channel], 0) for channel, word in enumerate(order)]
    check(status == 0 and wav.read("y.wav")[2] == wav.encode(rendered(x, routes, 2), "s16"), "true stereo", order, error)


def live(noise):
    """A block is there before the next one comes; frames may be cut anywhere."""
    taps = noise.uniform(-0.1, 0.1, 30)
    np.savetxt("taps.txt", taps)
    arguments = [PROGRAM, "-", "taps.txt", "-o", "-", "--raw", "s24in32,2,48000"]
    process = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    x = np.rint(noise.uniform(-0.5, 0.5, (1280, 2)) * 2**23).astype("<i4")
    got, given = b"", 0
    for block in x.reshape(20, 64, 2):
        data = block.tobytes()
        os.write(process.stdin.fileno(), data[:101])
        os.write(process.stdin.fileno(), data[101:])
        given += len(data)
        while len(got) < given:
            ready, _, _ = select.select([process.stdout], [], [], 10)
            if not ready:
                check(False, "live: no block after", len(got), "bytes")
                process.kill()
                return
            got += os.read(process.stdout.fileno(), 65536)
    process.stdin.close()
    got += process.stdout.read()
    check(process.wait() == 0, "live: status", process.returncode)
    expected = np.stack([np.convolve(x[:, channel] / 2**23, taps) for channel in range(2)], 1)
    check(got == np.rint(expected * 2**23).astype("<i4").tobytes(), "live: other bits", len(got))


def bounded(noise):
    """Memory does not grow with what comes through a pipe."""
    configuration("both.yaml", 2, 2, [
        {"name": f"f{index}", "from": index % 2, "to": index // 2, "kernel": "\"box:5000\"", "delay": 100} for index in range(4)])
    second = wav.encode(noise.uniform(-0.3, 0.3, (wav.RATE, 2)), "s16")
    peaks = []
    for seconds in 5, 60:
        process = subprocess.Popen([PROGRAM, "-", "both.yaml", "-o", "-", "-q", "--raw", "s16,2,48000"], stdin=subprocess.PIPE,
                                   stdout=subprocess.DEVNULL)
        for _ in range(seconds):
            process.stdin.write(second)
        process.stdin.close()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = status
        check(status == 0, "bounded: status", status)
        peaks.append(usage.ru_maxrss)
    check(peaks[1] < peaks[0] + 8_000, "memory grows:", *peaks, "KiB")


def main():
    os.chdir(FOLDER)
    draw, noise = random.Random(SEED), np.random.default_rng(SEED)
    for number in range(CASES):
        case(number, draw, noise)
    automatic(draw, noise)
    resampled()
    true_stereo(draw, noise)
    live(noise)
    bounded(noise)


main()
