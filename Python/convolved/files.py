"""Convolves many files with one kernel: in this process, or on the workers of a Dask cluster."""

from __future__ import annotations

import glob
import os
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from . import _library
from .commands import CommandError, run

_INPUT_OUTPUT_ERROR = 74
"""The command's exit code that another try may change."""


@dataclass
class FileReport:
    """What became of a file. error: why there is no output; tries: how often it was begun on the last worker."""

    input: str
    output: str
    seconds: float = 0.0
    tries: int = 0
    error: str | None = None


@dataclass
class Report:
    """What became of all files."""

    files: list[FileReport] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def failed(self) -> list[FileReport]:
        return [file for file in self.files if file.error is not None]

    def __str__(self) -> str:
        done = len(self.files) - len(self.failed)
        lines = [f"{done} of {len(self.files)} files convolved in {self.seconds:.1f} s"]
        return "\n".join(lines + [f"{file.input}: {file.error}" for file in self.failed])


def convolve_files(
    pattern: str | Iterable[str | os.PathLike[str]],
    kernel: str | os.PathLike[str] | NDArray[Any],
    folder: str | os.PathLike[str],
    *,
    options: Sequence[str] = (),
    client: Any = None,
    jobs: int = 1,
    retries: int = 2,
) -> Report:
    """Convolves each file that the pattern names (*.wav) with the kernel, into a file of the same name in `folder`.

    .npy files with a kernel that is an array, or a .npy file, are convolved by this package. All else is done by the command
    `convolve`, with `options` of its own, such as "--gain", "-6". client: of dask.distributed, whose workers see the same folders;
    None: `jobs` at a time in this process. Errors of input and output are tried again, `retries` times; a lost worker's files go to
    others.

    An output appears whole or not at all, in the place of an older one. Returns a report; a file that cannot be convolved is an
    entry of it. Raises ValueError where no file, or two of one name, are to be convolved, or an output would replace an input or
    the kernel.
    """
    began = time.monotonic()
    names = sorted(glob.glob(pattern, recursive=True)) if isinstance(pattern, str) else [os.fspath(path) for path in pattern]
    _check(names, pattern)
    _check_outputs(names, kernel, folder)
    os.makedirs(folder, exist_ok=True)
    tasks = [_Task(name, os.path.join(folder, os.path.basename(name)), _kernel(kernel), tuple(options), retries) for name in names]
    reports = _on_cluster(client, tasks) if client is not None else _here(tasks, jobs)
    return Report(reports, time.monotonic() - began)


@dataclass(frozen=True)
class _Task:
    input: str
    output: str
    kernel: str | NDArray[Any]
    options: tuple[str, ...]
    retries: int


def _check(names: list[str], pattern: object) -> None:
    if not names:
        raise ValueError(f"{pattern}: there is no such file")
    twice = [name for name, count in Counter(map(os.path.basename, names)).items() if count > 1]
    if twice:
        raise ValueError(f"{', '.join(twice[:5])}: several files of this name would have one output: convolve them in turn")


def _check_outputs(names: list[str], kernel: str | os.PathLike[str] | NDArray[Any], folder: str | os.PathLike[str]) -> None:
    """By device and inode: a name may lead to the same file by a link, or differ in case only."""
    read = names if isinstance(kernel, np.ndarray) else [*names, os.fspath(kernel)]
    inputs = {place: name for name in read if (place := _place(name))}
    for name in names:
        output = os.path.join(folder, os.path.basename(name))
        replaced = inputs.get(_place(output) or (-1, -1))
        if replaced is not None:
            raise ValueError(f"{output}: this output would replace {replaced}, which is read: name another folder")


def _place(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except (OSError, ValueError):
        return None
    return found.st_dev, found.st_ino


def _kernel(kernel: str | os.PathLike[str] | NDArray[Any]) -> str | NDArray[Any]:
    return kernel if isinstance(kernel, np.ndarray) else os.fspath(kernel)


def _here(tasks: list[_Task], jobs: int) -> list[FileReport]:
    with ThreadPoolExecutor(jobs) as pool:
        try:
            return list(pool.map(_convolved, tasks))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _on_cluster(client: Any, tasks: list[_Task]) -> list[FileReport]:
    futures = client.map(_convolved, tasks, pure=False)
    reports = []
    for task, future in zip(tasks, futures):
        # A worker that is lost again and again over a file is an error of the future.
        error = future.exception()
        reports.append(future.result() if error is None else FileReport(task.input, task.output, error=f"{type(error).__name__}: {error}"))
    return reports


def _convolved(task: _Task) -> FileReport:
    report = FileReport(task.input, task.output)
    began = time.monotonic()
    while True:
        report.tries += 1
        try:
            _convolve(task)
        except (OSError, CommandError, ValueError, TypeError, MemoryError) as error:
            if _may_pass(error) and report.tries <= task.retries:
                time.sleep(0.1 * 2**report.tries)
                continue
            report.error = str(error) or type(error).__name__
        report.seconds = time.monotonic() - began
        return report


def _may_pass(error: Exception) -> bool:
    """Whether another try may go well."""
    if isinstance(error, (FileNotFoundError, PermissionError, IsADirectoryError)):
        return False
    return isinstance(error, OSError) or (isinstance(error, CommandError) and error.status == _INPUT_OUTPUT_ERROR)


def _convolve(task: _Task) -> None:
    kernel, is_array = task.kernel, task.input.endswith(".npy")
    if isinstance(kernel, str) and (not is_array or task.options or not kernel.endswith(".npy")):
        run(task.input, kernel, "-o", task.output, *task.options)
        return
    if not is_array or task.options:
        raise ValueError("with a kernel that is an array, files must be .npy, and there are no options: give the name of a kernel file")
    taps = np.load(kernel, allow_pickle=False) if isinstance(kernel, str) else kernel
    signal = np.load(task.input, mmap_mode="r", allow_pickle=False)
    with whole_file(task.output) as file:
        np.save(file, _library.convolve(np.asarray(signal), taps), allow_pickle=False)


@contextmanager
def whole_file(path: str) -> Iterator[IO[bytes]]:
    """A file that has its name only once all is written, and no name before where the file system can do that."""
    mark = f".{os.getpid()}.{time.monotonic_ns()}"
    # The longest name that file systems take.
    name = os.fsdecode(b"." + os.fsencode(os.path.basename(path))[: 254 - len(mark)]) + mark
    folder = os.open(os.path.dirname(path) or ".", os.O_RDONLY | os.O_DIRECTORY)
    try:
        descriptor, is_named = _opened(folder, name)
        try:
            with os.fdopen(descriptor, "w+b") as file:
                yield file
                file.flush()
                os.fsync(descriptor)
                if not is_named:
                    os.link(f"/proc/self/fd/{descriptor}", name, dst_dir_fd=folder, follow_symlinks=True)
                    is_named = True
            os.replace(name, os.path.basename(path), src_dir_fd=folder, dst_dir_fd=folder)
            is_named = False
        finally:
            if is_named:
                os.unlink(name, dir_fd=folder)
    finally:
        os.close(folder)


def _opened(folder: int, name: str) -> tuple[int, bool]:
    """A new file in the folder, and whether it has its name."""
    try:
        return os.open(".", os.O_TMPFILE | os.O_RDWR, 0o666, dir_fd=folder), False
    except OSError:
        return os.open(name, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o666, dir_fd=folder), True
