"""Writes kernels as other programs export them, under the names that the guides use: guide_files.py FOLDER."""
import os
import sys

import numpy as np

import wav


def save(name, channels, kind="float", rate=wav.RATE):
    wav.write(name, wav.encode(np.stack(channels, 1), kind), kind, len(channels), rate)


def rew(name, taps, rate):
    """As REW exports an impulse response as text."""
    lines = [
        "* Impulse Response data saved by REW V5.40", "* IR is not normalised", "* IR window has not been applied",
        "* Measurement: left", "* Response measured over: 2.9 to 24,000.0 Hz", "1.0 // Peak value before normalisation",
        f"{np.argmax(np.abs(taps))} // Peak index", f"{len(taps)} // Response length", f"{1 / rate:.16E} // Sample interval (seconds)",
        "0.0 // Start time (seconds)", "120.0 // Data offset (dB)", "* Data start",
    ]
    # Of all versions together: exponents in either case, with a plus sign or none, numbers without one, blanks at the end.
    forms = [
        lambda tap: f"{tap:.16E}".replace("E+0", "E").replace("E-0", "E-"), lambda tap: f"{tap:.16e}", lambda tap: f"{tap:+.16E}",
        lambda tap: np.format_float_positional(tap) + " ", lambda tap: f"{tap:.16E}\t",
    ]
    with open(name, "w", newline="\r\n") as file:
        file.write("\n".join(lines + [forms[n % len(forms)](tap) for n, tap in enumerate(taps)]) + "\n")


os.chdir(sys.argv[1])
noise = np.random.default_rng(5).standard_normal((2, 4096))
correction = noise * 0.01 * np.exp(-np.arange(4096) / 200)
correction = np.concatenate([np.zeros((2, 480)), correction], 1)[:, :4096]
correction[:, 480] = 1
save("left.wav", correction[:1])
save("room.wav", 0.5 * correction)
save("other.wav", 0.5 * correction[1:])
save("left64.wav", correction[:1], "double")
save("HD 650 minimum phase 44100Hz.wav", 0.5 * correction, "s32", 44_100)
for rate in [44_100, 96_000]:
    save(f"room-{rate}.wav", correction, rate=rate)
with open("HD 650 ParametricEQ.txt", "w") as file:
    file.write("Preamp: -6.4 dB\nFilter 1: ON LSC Fc 105 Hz Gain 6.1 dB Q 0.70\nFilter 2: ON PK Fc 3410 Hz Gain -3.4 dB Q 2.36\n")
save("woofer.wav", correction[:1])
save("tweeter.wav", correction[1:])
save("chapel.wav", 0.1 * correction)
for name in ["rephase.txt", "direct.txt", "cross.txt"]:
    np.savetxt(name, correction[1], "%.17g")
rew("rew.txt", correction[0], 48_000)
correction[0].astype("<f4").tofile("rps.pcm")
correction[0].astype("<f8").tofile("rephase.dbl")
