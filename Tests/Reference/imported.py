"""Configurations of other programs, and what SciPy says that they do.

usage: imported.py FOLDER

Writes, for each program, a configuration with its kernels, and CASE-INPUT-OUTPUT.npy: the impulse response of each way through it, by the
program's own description, without convolved's formulas.
"""
import math
import os
import struct
import sys

import numpy as np
from scipy import signal

LENGTH = 16_384
os.chdir(sys.argv[1])
random = np.random.default_rng(17)


def save(name, text):
    os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
    with open(name, "w", newline="") as file:
        file.write(text)


def taps(count):
    return random.normal(size=count) * 0.2


def wave(name, channels, rate):
    data = np.array(channels, dtype="<f4").T.copy()
    count = data.shape[1]
    body = struct.pack("<IHHIIHH", 16, 3, count, rate, rate * 4 * count, 4 * count, 32)
    with open(name, "wb") as file:
        file.write(b"RIFF" + struct.pack("<I", 36 + data.nbytes) + b"WAVEfmt " + body + b"data" + struct.pack("<I", data.nbytes) + data.tobytes())
    return data.T.astype(float)


def text(name, values):
    save(name, "".join(f"{value!r}\n" for value in values.tolist()))
    return values


def expect(case, ways):
    for (source, target), response in ways.items():
        np.save(f"{case}-{source}-{target}.npy", response)


def impulse(gain=1.0, delay=0):
    result = np.zeros(LENGTH)
    result[delay] = gain
    return result


def biquad(kind, rate, f, gain=0.0, q=None, octaves=None, slope=None):
    """R. Bristow-Johnson's cookbook."""
    w = 2 * math.pi * f / rate
    a = 10 ** (gain / 40)
    if q:
        alpha = math.sin(w) / (2 * q)
    elif octaves:
        alpha = math.sin(w) * math.sinh(math.log(2) / 2 * octaves * w / math.sin(w))
    else:
        alpha = math.sin(w) / 2 * math.sqrt((a + 1 / a) * (1 / slope - 1) + 2)
    c, s = math.cos(w), 2 * math.sqrt(a) * alpha
    passive = [1 + alpha, -2 * c, 1 - alpha]
    return {
        "peak": ([1 + alpha * a, -2 * c, 1 - alpha * a], [1 + alpha / a, -2 * c, 1 - alpha / a]),
        "low": ([(1 - c) / 2, 1 - c, (1 - c) / 2], passive),
        "high": ([(1 + c) / 2, -1 - c, (1 + c) / 2], passive),
        "band": ([alpha, 0, -alpha], passive),
        "notch": ([1, -2 * c, 1], passive),
        "all": ([1 - alpha, -2 * c, 1 + alpha], passive),
        "lowshelf": (
            [a * (a + 1 - (a - 1) * c + s), 2 * a * (a - 1 - (a + 1) * c), a * (a + 1 - (a - 1) * c - s)],
            [a + 1 + (a - 1) * c + s, -2 * (a - 1 + (a + 1) * c), a + 1 + (a - 1) * c - s]),
        "highshelf": (
            [a * (a + 1 + (a - 1) * c + s), -2 * a * (a - 1 + (a + 1) * c), a * (a + 1 + (a - 1) * c - s)],
            [a + 1 - (a - 1) * c + s, 2 * (a - 1 - (a + 1) * c), a + 1 - (a - 1) * c - s]),
    }[kind]


def through(response, *filters):
    for b, a in filters:
        response = signal.lfilter(b, a, response)
    return response


def gained(response, decibels):
    return response * 10 ** (decibels / 20)


def analogue(b, a, rate, f):
    """A bilinear transform with the frequency f in its place."""
    k = 2 * math.pi * f / math.tan(math.pi * f / rate)
    return signal.bilinear(b, a, k / 2)


def camilla():
    rate = 48_000
    room = wave("camilla room.wav", [taps(90), taps(90)], rate)
    raw = taps(300)
    with open("left-48000.dbl", "wb") as file:
        file.write(b"\1" * 24 + raw.astype("<f8").tobytes())
    lines = text("lines.txt", taps(60))
    tn = math.tan(math.pi * 300 / rate)
    filters = {
        "free": ("Free, b0: 0.5, b1: 0.2, b2: 0.1, a1: -0.3, a2: 0.2", ([0.5, 0.2, 0.1], [1, -0.3, 0.2])),
        "lp": ("Lowpass, freq: 8000, q: 0.6", biquad("low", rate, 8000, q=0.6)),
        "hp": ("Highpass, freq: 100.125, q: 0.8", biquad("high", rate, 100.125, q=0.8)),
        "pk": ("Peaking, freq: 1000, gain: -4.5, q: 3", biquad("peak", rate, 1000, -4.5, q=3)),
        "pkb": ("Peaking, freq: 3000, gain: 2, bandwidth: 1.5", biquad("peak", rate, 3000, 2, octaves=1.5)),
        "ls": ("Lowshelf, freq: 200, gain: 3, slope: 6", biquad("lowshelf", rate, 200, 3, slope=0.5)),
        "hs": ("Highshelf, freq: 5000, gain: -3, q: 0.7", biquad("highshelf", rate, 5000, -3, q=0.7)),
        "lpfo": ("LowpassFO, freq: 9000", signal.butter(1, 9000, fs=rate)),
        "hpfo": ("HighpassFO, freq: 90", signal.butter(1, 90, "highpass", fs=rate)),
        "lsfo": ("LowshelfFO, freq: 300, gain: 6", analogue([1, 2 * math.pi * 300 * 10 ** 0.15], [1, 2 * math.pi * 300 / 10 ** 0.15], rate, 300)),
        "hsfo": ("HighshelfFO, freq: 300, gain: 6", ([10 ** 0.15 * tn + 10 ** 0.3, 10 ** 0.15 * tn - 10 ** 0.3], [10 ** 0.15 * tn + 1, 10 ** 0.15 * tn - 1])),
        "ap": ("Allpass, freq: 700, q: 0.9", biquad("all", rate, 700, q=0.9)),
        "apfo": ("AllpassFO, freq: 300", ([tn - 1, tn + 1], [tn + 1, tn - 1])),
        "no": ("Notch, freq: 4000, q: 2", biquad("notch", rate, 4000, q=2)),
        "bp": ("Bandpass, freq: 4000, bandwidth: 2", biquad("band", rate, 4000, octaves=2)),
        "lt": (
            "LinkwitzTransform, freq_act: 80, q_act: 1.1, freq_target: 40, q_target: 0.7",
            analogue(
                [1, 2 * math.pi * 80 / 1.1, (2 * math.pi * 80) ** 2], [1, 2 * math.pi * 40 / 0.7, (2 * math.pi * 40) ** 2], rate, 60)),
    }
    p, z = math.tan(math.pi * 900 / rate), math.tan(math.pi * 1200 / rate)
    g = p * p / (z * z)
    filters["gn"] = (
        "GeneralNotch, freq_p: 900, freq_z: 1200, q_p: 1.4, normalize_at_dc: true",
        ([g * (1 + z * z), -2 * g * (1 - z * z), g * (1 + z * z)], [1 + p / 1.4 + p * p, 2 * p * p - 2, 1 - p / 1.4 + p * p]))
    butter = signal.butter(2, 1500, fs=rate)
    combos = {
        "lr4": ("LinkwitzRileyLowpass, freq: 1500, order: 4", [butter, butter]),
        "bw3": ("ButterworthHighpass, freq: 50, order: 3", [signal.butter(3, 50, "highpass", fs=rate)]),
        "bw10": ("ButterworthLowpass, freq: 6000, order: 10", [
            biquad("low", rate, 6000, q=1 / (2 * math.sin(math.pi / 10 * (n + 0.5)))) for n in range(5)]),
        "tilt": ("Tilt, gain: 4", [biquad("lowshelf", rate, 110, -2, q=0.35), biquad("highshelf", rate, 3500, 2, q=0.35)]),
        "five": (
            "FivePointPeq, fls: 100, gls: 2, qls: 0.6, fp1: 300, gp1: -2, qp1: 1, fp2: 1000, gp2: 0, qp2: 1, fp3: 2000, gp3: 3, qp3: 2,"
            " fhs: 9000, ghs: -1, qhs: 0.8",
            [biquad("lowshelf", rate, 100, 2, q=0.6), biquad("peak", rate, 300, -2, q=1), biquad("peak", rate, 2000, 3, q=2),
             biquad("highshelf", rate, 9000, -1, q=0.8)]),
        "graphic": ("GraphicEqualizer, freq_min: 20, freq_max: 20000, gains: [1, 0, -2, 3, 0.5]", [
            biquad("peak", rate, 20 * 1000 ** ((band + 0.5) / 5), gain, octaves=math.log2(1000) / 5)
            for band, gain in enumerate([1, 0, -2, 3, 0.5]) if gain]),
    }
    # Thiran's all-pass of order 2, for what 5 whole frames leave of 6.3.
    rest = 1.3
    thiran = [(2 - rest) / (2 + rest) * (1 - rest) / (1 + rest), 2 * (2 - rest) / (1 + rest), 1]
    parts = ["devices:", f"  samplerate: {rate}", "  chunksize: 1024",
             '  capture: { type: Alsa, channels: 2, device: "hw:Loopback,1", format: S32LE }',
             '  playback: { type: Alsa, channels: 3, device: "hw:DAC", format: S24_4_RJ_LE }', "filters:"]
    for name, (words, _) in filters.items():
        parts.append(f"  {name}: {{ type: Biquad, parameters: {{ type: {words} }} }}")
    for name, (words, _) in combos.items():
        parts.append(f"  {name}: {{ type: BiquadCombo, parameters: {{ type: {words} }} }}")
    parts += [
        '  wav: { type: Conv, parameters: { type: Wav, filename: "camilla room.wav", channel: 1 } }',
        '  wav0: { type: Conv, parameters: { type: Wav, filename: "camilla room.wav" } }',
        "  raw: { type: Conv, parameters: { type: Raw, filename: left-$samplerate$.dbl, format: FLOAT64LE, skip_bytes_lines: 24, read_bytes_lines: 800 } }",
        "  lines: { type: Conv, parameters: { type: Raw, filename: lines.txt, format: TEXT, skip_bytes_lines: 10, read_bytes_lines: 20 } }",
        "  values: { type: Conv, parameters: { type: Values, values: [1, -0.5] } }",
        "  dummy: { type: Conv, parameters: { type: Dummy, length: 4096 } }",
        "  diff: { type: DiffEq, parameters: { a: [2, 0.4], b: [1, 0.5, 0.25] } }",
        "  half: { type: Gain, parameters: { gain: 0.5, scale: linear, inverted: true } }",
        "  late: { type: Delay, parameters: { delay: 1.5, unit: ms } }",
        "  later: { type: Delay, parameters: { delay: 6.3, delay_unit: samples, subsample: true } }",
        "  far: { type: Delay, parameters: { delay: 343, unit: mm } }",
        "  dither: { type: Dither, parameters: { type: Flat, bits: 16 } }",
        "mixers:", "  three:", "    channels: { in: 2, out: 3 }", "    mapping:",
        "      - { dest: 0, sources: [{ channel: 0, gain: -6 }, { channel: 1, gain: 0.25, scale: linear, inverted: true }] }",
        "      - { dest: 1, sources: [{ channel: 1 }, { channel: 0, mute: true }] }",
        "      - { dest: 2, sources: [{ channel: 0 }] }",
        "pipeline:",
        "  - { type: Filter, channel: 0, names: [free, wav0] }",
        "  - { type: Filter, channels: [1], names: [hp], bypassed: true }",
        "  - { type: Mixer, name: three }",
        "  - { type: Filter, channels: [0], names: [lp, hp, pk, pkb, ls, hs, wav, late] }",
        "  - { type: Filter, channels: [1], names: [lpfo, hpfo, lsfo, hsfo, ap, apfo, no, raw, lines, values, diff, half, far] }",
        "  - { type: Filter, channels: [2], names: [bp, lt, gn, lr4, bw3, bw10, tilt, five, graphic, later, dummy] }",
        "  - { type: Filter, names: [dither] }", ""]
    save("camilla.yml", "\n".join(parts))

    def named(response, *names):
        for name in names:
            response = through(response, *([filters[name][1]] if name in filters else combos[name][1]))
        return response

    def convolved(response, kernel):
        return signal.fftconvolve(response, kernel)[:LENGTH]

    left = convolved(named(impulse(), "free"), room[0])
    first = lambda x, gain: np.concatenate([
        np.zeros(72), convolved(named(gain * x, "lp", "hp", "pk", "pkb", "ls", "hs"), room[1])])[:LENGTH]
    second = named(impulse(), "lpfo", "hpfo", "lsfo", "hsfo", "ap", "apfo", "no")
    for kernel in (raw[:100], lines[10:30], [1, -0.5]):
        second = convolved(second, kernel)
    second = -0.5 * through(second, ([1, 0.5, 0.25], [2, 0.4]))
    third = named(left, "bp", "lt", "gn", "lr4", "bw3", "bw10", "tilt", "five", "graphic")
    third = np.concatenate([np.zeros(5), through(third, (thiran, thiran[::-1]))])[:LENGTH]
    expect("camilla", {
        (0, 0): first(left, 10 ** (-6 / 20)), (1, 0): first(impulse(), -0.25),
        (1, 1): np.concatenate([np.zeros(48), second])[:LENGTH], (0, 2): third})


def brute():
    """Compared with BruteFIR too, whose defaults are written out."""
    a, b = text("brute.txt", taps(300)), taps(40)
    with open("brute.raw", "wb") as file:
        file.write(b"\1" * 8 + b.astype("<f8").tobytes())
    general = ('show_progress: false; lock_memory: false; overflow_warnings: false; max_dither_table_size: 0; allow_poll_mode: false;\n'
               'modules_path: "."; monitor_rate: false; powersave: false; sdf_length: -1; convolver_config: "wisdom";')
    save("brute.conf", f"""# into each other
float_bits: 64; sampling_rate: 44100; filter_length: 32,8;
{general}
coeff "direct" {{ filename: "brute.txt"; format: "text"; attenuation: 3.0; blocks: -1; skip: 0; shared_mem: false; }};
coeff "cross" {{ filename: "brute.raw"; format: "FLOAT64_LE"; skip: 8; blocks: 1; attenuation: 0; shared_mem: false; }};
input "l", "r" {{ device: "file" {{ path: "in.raw"; }}; sample: "FLOAT64_LE"; channels: 2; delay: 0,7; maxdelay: -1; }};
output "L", "R" {{ device: "file" {{ path: "out.raw"; }}; sample: "FLOAT64_LE"; channels: 2/1,0; delay: 3,0; dither: false; maxdelay: -1; }};
filter "one" {{ from_inputs: "l"/6/-1, "r"//0.25; to_filters: "two"; to_outputs: "R"/2; coeff: "direct"; process: 0; delay: 0;
  crossfade: false; }};
filter "two" {{ from_inputs: "r"; from_filters: "three"/1, "one"; to_outputs: "L"/3; coeff: 1; process: 0; delay: 2; crossfade: false; }};
filter "three" {{ from_inputs: 0; to_filters: "two"; coeff: -1; process: 0; delay: 0; crossfade: false; }};
""")
    # 256 of the 300 taps, and one block of the 40.
    direct, cross = gained(a[:256], -3), b[:32]

    def late(response, frames):
        return np.concatenate([np.zeros(frames), response, np.zeros(LENGTH)])[:LENGTH]

    one = [-gained(direct, -6), 0.25 * direct]
    two = [np.convolve(one[0], cross), np.convolve(one[1], cross)]
    two[0][:32] += gained(cross, -1)
    two[1][:32] += cross
    expect("brute", {
        (0, 0): late(gained(one[0], -2), 0), (1, 0): late(gained(one[1], -2), 7), (0, 1): late(gained(two[0], -3), 67),
        (1, 1): late(gained(two[1], -3), 74)})


def jconvolver():
    hall = wave("hall.wav", [taps(200), taps(200)], 44_100)
    save("jconvolver.conf", """# a reverb
/cd .
/convolver/new 1 2 256 150
/input/name 1 Input
/impulse/dirac 1 1 0.7 4
/impulse/read 1 1 0.5 10 0 0 1 hall.wav
/impulse/read 1 2 -0.5 0 20 60 2 hall.wav
/impulse/copy 1 2 1 1
""")
    # The maximum length of 150 ends the first.
    first = impulse(0.7, 4)
    first[10:150] += 0.5 * hall[0][:140]
    second = first.copy()
    second[:60] -= 0.5 * hall[1][20:80]
    expect("jconvolver", {(0, 0): first, (0, 1): second})


def apo():
    rate = 44_100
    os.makedirs("apo", exist_ok=True)
    room = wave("apo/Room.wav", [taps(80), taps(80)], rate)
    lines = [
        "# room", "Device: all", "Preamp: -6,5 dB", "Include: sub\\eq.txt", "Channel: L", "Filter: ON PK Fc 1,050 Hz Gain -3.0 dB Q 2",
        "Filter 2: OFF PK Fc 50 Hz Gain 3 dB Q 1", "Filter 3: ON None", "Delay: 10 ms", "Channel: ALL",
        "Copy: L=L+0.5*R R=R+-6dB*L V=L", "Channel: V", "Filter: ON LP Fc 80 Hz", "Copy: R=R+V V=0.0", "Channel: all",
        "Convolution: C:\\Users\\x\\room.WAV", "Stage: pre-mix", "Preamp: -1 dB", "Stage: post-mix", "Channel: R", "Delay: 3 samples", ""]
    with open("apo/config.txt", "wb") as file:
        file.write("\ufeff".encode() + "\r\n".join(lines).encode())
    save("apo/sub/eq.txt", "Channel: R\nFilter: ON HSC 6 dB Fc 5000 Hz Gain -4 dB\nInclude: deeper.txt\n")
    save("apo/sub/deeper.txt", "Channel: L\nPreamp: -2 dB\n")
    left = gained(impulse(), -6.5 - 2 - 1)
    left = np.concatenate([np.zeros(441), through(left, biquad("peak", rate, 1050, -3, q=2))])[:LENGTH]
    right = gained(through(impulse(), biquad("highshelf", rate, 5000, -4, slope=0.5)), -6.5 - 1)
    bass = through(left, biquad("low", rate, 80, q=math.sqrt(0.5)))

    def ended(response, channel, delay=0):
        return np.concatenate([np.zeros(delay), signal.fftconvolve(response, room[channel])])[:LENGTH]

    expect("apo", {
        (0, 0): ended(left, 0), (1, 0): ended(0.5 * right, 0), (0, 1): ended(gained(left, -6) + bass, 1, 3), (1, 1): ended(right, 1, 3)})


def convolver():
    left = wave("left.wav", [taps(50), taps(50)], 48_000)
    right = wave("right.wav", [taps(50)], 48_000)
    save("room.cfg", "48000 2 2 0\n0 1\n0 0.5\nC:\\kernels\\left.wav\n1\n0.5 -1.25\n0.0 -1.0\nright.wav\n0\n1.0\n-0.0\n")
    one, two = left[1], right[0]

    def late(response, milliseconds):
        return np.concatenate([np.zeros(round(48 * milliseconds)), response, np.zeros(LENGTH)])[:LENGTH]

    expect("room", {
        (0, 0): late(0.5 * one, 0), (1, 0): late(-0.25 * one - two, 1), (0, 1): late(-0.5 * one, 0.5), (1, 1): late(0.25 * one, 1.5)})


camilla()
brute()
jconvolver()
apo()
convolver()
