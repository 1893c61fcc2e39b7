"""A daemon between two virtual cables, through which noise is played while things happen to it."""
import json
import os
import pathlib
import struct
import subprocess
import sys

import numpy as np

from ledger import packed, samples

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "Hostile"))
from requests import Rig, ask, patch, request

RATES = [44_100, 48_000, 96_000]
TAPS = 3_000


class Station(Rig):
    """Outputs 0 and 1 are compared: the first passes its input, the second has a kernel of 16 bits. Output 2 is what uploads change."""

    def __init__(self, build, random):
        super().__init__(build)
        self.random, self.rate, self.starts = random, 48_000, 0
        with open(self.path("kernel.wav"), "wb") as file:
            file.write(wave(self.kernel(), 48_000, 2, 1))
        # No rate: it is taken at every one.
        np.save(self.path("kernel.npy"), self.kernel() / 32768)
        self.config = self.config.replace("to: 1, kernel: dirac", "to: 1, kernel: kernel.npy").replace("from: 1, to: 2", "from: 0, to: 2")
        self.write("convolved.yaml", self.config)
        self.state_folder = self.path("state")
        os.mkdir(self.state_folder)
        # A small disk of its own, which may be full.
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", self.state_folder], capture_output=True)
        self.has_disk = mounted.returncode == 0
        self.clock_step = self.path("clock-step")
        self.step_clock(0)
        self.environment |= {"LD_PRELOAD": os.path.join(self.cable, "libstepclock.so"), "CLOCK_STEP_FILE": self.clock_step}
        self.player_environment = {name: value for name, value in self.environment.items() if name != "LD_PRELOAD"}

    def kernel(self):
        """Taps of 16 bits that decay, whose sums stay within full scale."""
        generator = np.random.default_rng(1)
        taps = generator.normal(size=TAPS) * np.exp(-np.arange(TAPS) / 400)
        return np.round(taps / np.abs(taps).sum() * 32_000).astype(np.int16)

    def start(self, wrap=()):
        self.starts += 1
        super().start(wrap)
        # What is louder is kept a second later: a daemon that was killed may have forgotten it.
        self.change_output(volume=0)

    def state(self):
        state = super().state()
        if state == "muted":
            self.change_output(mute=False)
        return state

    def step_clock(self, seconds):
        """Sets the time of day that the daemon sees off by so much: the machine's own stays."""
        # Never shorter: the daemon has it mapped.
        with open(self.clock_step, "r+b" if os.path.exists(self.clock_step) else "wb") as file:
            file.write(struct.pack("<q", seconds))

    def slot(self):
        return json.loads(self.control(2, "status"))["slot"]

    def control(self, cable, *words):
        """Asks or changes a cable from outside."""
        command = [os.path.join(self.cable, "cablectl"), f"{self.shm}/cable{cable}", *words]
        return subprocess.run(command, capture_output=True, text=True, timeout=60).stdout

    def call(self, data, patience=75):
        """Status and body of an answer; 0 where the daemon is away."""
        try:
            return ask(self.socket, data, patience=patience)
        except OSError as error:
            return 0, str(error).encode()

    def change_output(self, **members):
        return self.call(patch("/v1/output", members))[0]

    def change_rate(self, rate):
        """Another rate in the configuration's file, which is read again."""
        self.write("convolved.yaml", self.config.replace("rate: 48000", f"rate: {rate}"))
        code, body = self.call(request("POST", "/v1/config/reload", b""))
        if code != 200:
            raise SystemExit(f"{rate} Hz are refused: {code} {body[:500]}")
        self.rate = rate
        self.wait(lambda: self.state() == "running", f"{rate} Hz do not run")

    def noise(self, seconds, seed):
        """Noise of 16 bits in 24, at half of full scale."""
        generator = np.random.default_rng(seed)
        return generator.integers(-(1 << 14), 1 << 14, (int(seconds * self.rate), 2), dtype=np.int32) << 8

    def wanted(self, frames):
        """What is due of these frames, by `convolve`: outputs 0 and 1."""
        with open(self.path("offline-in.wav"), "wb") as file:
            file.write(wave(frames[:, 1], self.rate, 3, 1))
        command = [os.path.join(self.build, "release/convolve"), "offline-in.wav", "kernel.npy", "-o", "offline-out.wav", "--format", "s24", "--quiet"]
        subprocess.run(command, cwd=self.folder, check=True, env=self.player_environment)
        with open(self.path("offline-out.wav"), "rb") as file:
            raw = file.read()
        start = raw.index(b"data") + 8
        return np.stack([frames[:, 0], samples(raw[start:], 1)[:len(frames), 0]], -1)

    def play(self, frames):
        """Begins to play, and returns the process: `played` has what it recorded."""
        self.write("in.raw", packed(frames))
        command = [
            os.path.join(self.cable, "cableio"), "--play", "source", "--in", self.path("in.raw"), "--record", "sink", "--out",
            self.path("out.raw"), "--format", "S24_3LE", "--rate", str(self.rate), "--channels", "2", "--record-channels", "3", "--lead",
            "2048", "--tail", "8192"]
        return subprocess.Popen(command, env=self.player_environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def played(self, process, patience):
        """What was recorded, a row for each frame; the frame at which the first played one is due without latency; its first slot."""
        out, error = process.communicate(timeout=patience)
        if not out:
            raise SystemExit(f"cableio: {error}")
        report = json.loads(out)
        with open(self.path("out.raw"), "rb") as file:
            heard = samples(file.read(), 3)
        start = report["recordStartSlot"]
        return heard, report["playStartSlot"] + report["leadFrames"] - start, start, report["playXruns"] + report["recordXruns"]

    def remove(self):
        if self.has_disk:
            subprocess.run(["umount", "-l", self.state_folder], check=False)
        super().remove()


def wave(values, rate, width, channels):
    """A WAV file of integers."""
    values = np.asarray(values)
    data = packed(values) if width == 3 else values.astype("<i2").tobytes()
    form = struct.pack("<IHHIIHH", 16, 1, channels, rate, rate * width * channels, width * channels, 8 * width)
    return b"RIFF" + struct.pack("<I", 36 + len(data)) + b"WAVEfmt " + form + b"data" + struct.pack("<I", len(data)) + data
