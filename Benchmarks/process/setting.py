"""What every program of a cell gets: kernels, the noise that is played, and two virtual cables."""
import array
import json
import os
import random
import struct
import subprocess
from dataclasses import dataclass, field

RATE = 48000


@dataclass
class Setting:
    """A cell: `channels` inputs and outputs; one kernel for each, or for each pair where it is a matrix."""

    folder: str
    cable: str
    channels: int
    taps: int
    is_matrix: bool
    block: int
    # Programs that belong to no contender, and end after it.
    helpers: list = field(default_factory=list)

    @property
    def routes(self):
        """(input, output) of each kernel."""
        every = range(self.channels)
        return [(i, o) for i in every for o in every if self.is_matrix or i == o]

    def kernel(self, route, ending):
        return f"{self.folder}/kernel-{route[0]}-{route[1]}.{ending}"

    @property
    def environment(self):
        kept = {"XDG_RUNTIME_DIR": self.folder, "STATE_DIRECTORY": self.folder}
        return os.environ | kept | {"ALSA_CONFIG_PATH": f"{self.folder}/asound.conf"}

    def prepare(self, seconds):
        generator = random.Random(4)
        for route in self.routes:
            # Noise that decays by 60 dB.
            fall = 0.001 ** (1 / max(1, self.taps - 1))
            taps = array.array("f", (generator.uniform(-0.01, 0.01) * fall**n for n in range(self.taps)))
            with open(self.kernel(route, "raw"), "wb") as file:
                file.write(taps.tobytes())
            with open(self.kernel(route, "wav"), "wb") as file:
                file.write(wave(taps.tobytes()))
        with open(f"{self.folder}/noise.raw", "wb") as file:
            second = array.array("f", (generator.uniform(-0.25, 0.25) for _ in range(RATE * self.channels))).tobytes()
            for _ in range(seconds):
                file.write(second)
        with open(f"{self.folder}/asound.conf", "w") as file:
            print("</usr/share/alsa/alsa.conf>", f'pcm_type.cable {{ lib "{self.cable}/libasound_module_pcm_cable.so" }}', sep="\n", file=file)
            for name, number in ("source", 1), ("capture", 1), ("playback", 2):
                print(f'pcm.{name} {{ type cable path "{self.folder}/cable{number}" }}', file=file)

    def player(self):
        """A program that plays the noise into the first cable."""
        command = [
            f"{self.cable}/cableio", "--only-play", "--play", "source", "--in", f"{self.folder}/noise.raw", "--format", "FLOAT_LE", "--rate",
            str(RATE), "--channels", str(self.channels)]
        return subprocess.Popen(command, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def xruns(self):
        """Of the capture and the playback device so far."""
        counts = []
        for number, end in (1, "capture"), (2, "play"):
            status = subprocess.run([f"{self.cable}/cablectl", f"{self.folder}/cable{number}", "status"], capture_output=True, text=True)
            counts.append(json.loads(status.stdout)[end]["xruns"] if status.returncode == 0 else 0)
        return sum(counts)


def wave(samples):
    """A WAV of one channel of float32."""
    form = struct.pack("<HHIIHH", 3, 1, RATE, 4 * RATE, 4, 32)
    chunks = b"fmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", len(samples)) + samples
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks
