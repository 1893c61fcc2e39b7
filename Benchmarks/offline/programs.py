"""The programs that are compared, and their command lines."""
import os
import subprocess
import sys
from dataclasses import dataclass

HERE = os.path.dirname(os.path.abspath(__file__))
CONVOLVE = os.path.join(HERE, "..", "..", ".build", "release", "convolve")
FORMATS = ["s16", "s24", "float"]
TAPS = [64, 1024, 16384, 131072]
DIRECT_TAPS = 1024  # np.convolve takes too long above.


@dataclass
class Program:
    name: str
    command: list
    output: str
    start: int = 0  # Frames of the full convolution before the output's first.
    ours: bool = False


def of_sound(folder, form, taps):
    """Ours first, then the peers."""
    source, kernel = f"{folder}/{form}.wav", f"{folder}/kernel-{taps}"

    def out(name):
        return f"{folder}/out-{name.replace(' ', '')}.wav"

    def ours(name, *options):
        command = [CONVOLVE, source, kernel + ".wav", "-o", out(name), "--quiet", *options]
        return Program(name, command, out(name), ours=True)

    def ffmpeg(name, partition):
        # gtype=none is no normalisation; afir doubles what comes out, so wet is a half. A mono kernel would make its output mono.
        afir = f"[0][1]afir=dry=1:wet=0.5:gtype=none:minp={partition}:maxp={partition}:maxir=60"
        codec = {"s16": "pcm_s16le", "s24": "pcm_s24le", "float": "pcm_f32le"}[form]
        inputs = ["-i", source, "-i", kernel + ".stereo.wav"]
        return Program(
            name, ["ffmpeg", "-nostdin", "-v", "error", "-y", *inputs, "-filter_complex", afir, "-c:a", codec, out(name)], out(name))

    def sox(name, *options):
        # -D: no dither. It leaves out what comes before the kernel's middle.
        return Program(name, ["sox", "-D", *options, source, out(name), "fir", kernel + ".txt"], out(name), (taps - 1) // 2)

    def python(name, method):
        return Program(name, array_peer(method, source, kernel + ".npy", out(name)), out(name))

    programs = [ours("convolve")] + ([ours("convolve --fast", "--fast")] if form == "float" else [])
    programs += [ffmpeg("ffmpeg afir", 8192)] + ([ffmpeg("ffmpeg afir minp=32768", 32768)] if taps > 16384 else [])
    programs += [sox("sox fir"), sox("sox fir --multi-threaded", "--multi-threaded")]
    programs += [python("scipy oaconvolve", "scipy")]
    return programs + ([python("np.convolve", "numpy")] if taps <= DIRECT_TAPS else [])


def of_arrays(folder, taps):
    """Ours first, then the peers."""
    source, kernel = f"{folder}/signal.npy", f"{folder}/kernel-{taps}.npy"
    out = [f"{folder}/out-{name}.npy" for name in ["ours", "scipy", "numpy"]]
    return [
        Program("convolve", [CONVOLVE, source, kernel, "-o", out[0], "--quiet"], out[0], ours=True),
        Program("scipy oaconvolve", array_peer("scipy", source, kernel, out[1]), out[1]),
        Program("np.convolve", array_peer("numpy", source, kernel, out[2]), out[2]),
    ]


def array_peer(method, *paths):
    return [sys.executable, f"{HERE}/array_peer.py", method, *paths]


def line(*command):
    """The first line that a command prints."""
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[0].strip()


def machine():
    """Lines that name the machine and the versions."""
    with open("/proc/cpuinfo") as file:
        model = next((text.split(":")[1].strip() for text in file if text.startswith("model name")), "unknown processor")
    with open("/proc/meminfo") as file:
        memory = int(file.readline().split()[1]) / 2**20
    versions = "import numpy, scipy; print('NumPy', numpy.__version__ + ', SciPy', scipy.__version__)"
    commit = line("git", "-C", HERE, "describe", "--always", "--dirty", "--abbrev=9")
    sox = line("sox", "--version").split()[-1]
    return [
        f"{model}, {os.cpu_count()} processors, {memory:.0f} GiB, Linux {os.uname().release}; load {os.getloadavg()[0]:.1f} at the start",
        f"convolve {commit}; {' '.join(line('ffmpeg', '-version').split()[:3])}; SoX {sox}; {line(sys.executable, '-c', versions)}",
    ]
