"""What the command `convolve` does with kernels. It is found in $PATH; it comes with the package convolved of Debian, or `make build`."""

from __future__ import annotations

import json
import os
import shutil
import struct
import subprocess
import tempfile
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray


class CommandError(Exception):
    """The command convolve has failed; the text is what it said. status: its exit code, as in man convolve."""

    def __init__(self, text: str, status: int) -> None:
        super().__init__(text)
        self.status = status

    def __reduce__(self) -> tuple[type[CommandError], tuple[str, int]]:
        return type(self), (str(self), self.status)


def read_kernel(kernel: str | os.PathLike[str], *, rate: int = 48000) -> NDArray[np.float64]:
    """The taps of a kernel: a sound file, .npy, text, or words such as "lowpass:LR4@2000", which are made at `rate` Hz. Of shape
    (taps,), or (channels, taps) where a file has several channels."""
    own = inspect(kernel)[0].get("sampleRateHz") if os.path.isfile(kernel) else None
    return design(kernel, own or rate)


def inspect(kernel: str | os.PathLike[str], *, rate: int | None = None) -> Any:
    """What a kernel is and will do, as `convolve inspect --json` says it (docs/inspect.md): a list of one report. rate: at which
    words make a kernel, in Hz; None: 48000."""
    return json.loads(run("inspect", _operand(kernel), "--json", *([] if rate is None else ["--rate", str(rate)])))


def design(
    kernel: str | os.PathLike[str],
    rate: int,
    *,
    taps: int | None = None,
    phase: Literal["natural", "minimum", "linear"] = "natural",
) -> NDArray[np.float64]:
    """The taps that words make at `rate` Hz, as `convolve design` does: at most `taps` of them. Of shape (taps,), or (channels,
    taps)."""
    with tempfile.TemporaryDirectory(prefix="convolved-") as folder:
        file = os.path.join(folder, "kernel.wav")
        options = ["--phase", phase] + ([] if taps is None else ["--taps", str(taps)])
        run("design", _operand(kernel), "-o", file, "--rate", str(rate), "--format", "double", *options)
        with open(file, "rb") as opened:
            return _samples(opened.read())


def _samples(wav: bytes) -> NDArray[np.float64]:
    """Samples of a WAV file of float64, a row for each channel, or one row alone."""
    at, channels = 12, 1
    while True:
        name, size = struct.unpack_from("<4sI", wav, at)
        if name == b"fmt ":
            channels = struct.unpack_from("<H", wav, at + 10)[0]
        if name == b"data":
            values = np.frombuffer(wav, "<f8", size // 8, at + 8).astype(np.float64)
            return values if channels == 1 else np.ascontiguousarray(values.reshape(-1, channels).T)
        at += 8 + size + size % 2


def run(*arguments: str) -> bytes:
    """Standard output of the command. Raises CommandError, or FileNotFoundError where it is not installed."""
    command = shutil.which("convolve")
    if command is None:
        raise FileNotFoundError("the command `convolve` is not in PATH: install the package convolved, or run `make build`")
    done = subprocess.run([command, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode:
        raise CommandError(done.stderr.decode("utf-8", "replace").strip(), done.returncode)
    return done.stdout


def _operand(kernel: str | os.PathLike[str]) -> str:
    """A name that is no option."""
    name = os.fspath(kernel)
    return os.path.join(".", name) if name.startswith("-") else name
