"""Many files, and the command `convolve`."""

import os
import struct
import subprocess
import sys

import numpy as np
import pytest
from cases import is_same

import convolved
from convolved.files import whole_file


def wav(path, samples, rate=48000):
    data = samples.astype("<i2").tobytes()
    channels = 1 if samples.ndim == 1 else samples.shape[1]
    head = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + len(data), b"WAVE", b"fmt ", 16, 1, channels, rate, rate * 2 * channels, 2 * channels, 16, b"data", len(data))
    path.write_bytes(head + data)


def test_sounds_are_convolved_by_the_command(tmp_path):
    for name in ("a", "b"):
        wav(tmp_path / f"{name}.wav", np.arange(100))
    (tmp_path / "c.wav").write_bytes(b"nothing")
    (tmp_path / "kernel.txt").write_text("0.5\n0.5\n")
    report = convolved.convolve_files(str(tmp_path / "*.wav"), tmp_path / "kernel.txt", tmp_path / "out", options=["--gain", "-6"], jobs=2)
    assert [os.path.basename(file.input) for file in report.failed] == ["c.wav"] and report.failed[0].tries == 1
    assert sorted(os.listdir(tmp_path / "out")) == ["a.wav", "b.wav"]
    assert (tmp_path / "out/a.wav").read_bytes()[:4] == b"RIFF" and "2 of 3 files" in str(report)


def test_arrays_are_convolved_here(tmp_path):
    for n in range(3):
        np.save(tmp_path / f"{n}.npy", np.arange(50.0) + n)
    np.save(tmp_path / "kernel.npy", np.arange(4.0))
    names = [tmp_path / f"{n}.npy" for n in range(3)]
    for kernel in (np.arange(4.0), tmp_path / "kernel.npy"):
        report = convolved.convolve_files(names, kernel, tmp_path / "out")
        assert not report.failed and [file.tries for file in report.files] == [1, 1, 1]
        for n in range(3):
            assert is_same(np.load(tmp_path / f"out/{n}.npy"), np.convolve(np.arange(50.0) + n, np.arange(4.0)))
    assert sorted(os.listdir(tmp_path / "out")) == ["0.npy", "1.npy", "2.npy"]


def test_what_cannot_be_done_is_said(tmp_path):
    with pytest.raises(ValueError, match="no such file"):
        convolved.convolve_files(str(tmp_path / "*.wav"), "k.txt", tmp_path)
    with pytest.raises(ValueError, match="several files of this name"):
        convolved.convolve_files(["a/x.wav", "b/x.wav"], "k.txt", tmp_path)
    wav(tmp_path / "a.wav", np.arange(9))
    [file] = convolved.convolve_files([tmp_path / "a.wav"], np.ones(3), tmp_path / "out").files
    assert "must be .npy" in file.error


def test_no_output_replaces_what_is_read(tmp_path):
    np.save(tmp_path / "a.npy", np.arange(4.0))
    np.save(tmp_path / "b.npy", np.arange(5.0))
    (tmp_path / "out").mkdir()
    os.link(tmp_path / "b.npy", tmp_path / "out/k.npy")
    (tmp_path / "linked").symlink_to(tmp_path)
    (tmp_path / "new").mkdir()
    np.save(tmp_path / "new/k.npy", np.ones(2))
    before = {name: (tmp_path / name).read_bytes() for name in ("a.npy", "b.npy", "out/k.npy", "new/k.npy")}
    cases = [
        ([tmp_path / "a.npy"], np.ones(2), tmp_path, "a.npy"),
        (str(tmp_path / "*.npy"), np.ones(2), str(tmp_path), "a.npy"),
        ([tmp_path / "a.npy", tmp_path / "b.npy"], np.ones(2), tmp_path / "linked", "a.npy"),
        # The kernel by another name, and an input of the second file.
        ([tmp_path / "new/k.npy"], tmp_path / "b.npy", tmp_path / "out", "b.npy"),
        ([tmp_path / "a.npy", tmp_path / "new/k.npy", tmp_path / "b.npy"], np.ones(2), tmp_path / "out", "b.npy"),
    ]
    for pattern, kernel, folder, name in cases:
        with pytest.raises(ValueError, match=f"would replace .*{name}"):
            convolved.convolve_files(pattern, kernel, folder)
    assert before == {name: (tmp_path / name).read_bytes() for name in before}
    # What was made before is replaced.
    for _ in range(2):
        assert not convolved.convolve_files([tmp_path / "a.npy"], tmp_path / "b.npy", tmp_path / "made").failed


def test_a_name_may_be_as_long_as_the_file_system_takes(tmp_path, monkeypatch):
    import convolved.files

    unnamed = convolved.files._opened

    def named(folder, name):
        return os.open(name, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o666, dir_fd=folder), True

    for opened in (unnamed, named):
        monkeypatch.setattr(convolved.files, "_opened", opened)
        for name in ("x" * 251 + ".npy", "ü" * 125 + "x.npy", "s.npy"):
            with whole_file(str(tmp_path / name)) as file:
                file.write(b"whole")
            assert (tmp_path / name).read_bytes() == b"whole" and os.listdir(tmp_path) == [name]
            os.unlink(tmp_path / name)


def test_errors_of_input_and_output_are_tried_again(tmp_path):
    np.save(tmp_path / "a.npy", np.ones(4))
    (tmp_path / "out").mkdir()
    (tmp_path / "out/a.npy").mkdir()
    [file] = convolved.convolve_files([tmp_path / "a.npy"], np.ones(2), tmp_path / "out", retries=0).failed
    assert file.tries == 1 and os.listdir(tmp_path / "out") == ["a.npy"]
    fifo = tmp_path / "gone" / "b.npy"
    [file] = convolved.convolve_files([fifo], np.ones(2), tmp_path / "out").failed
    assert file.tries == 1 and "b.npy" in file.error


def test_no_half_file_is_left_by_a_process_that_is_killed(tmp_path):
    code = "import sys, time\nfrom convolved.files import whole_file\nwith whole_file(sys.argv[1]) as file:\n    file.write(bytes(1 << 20)); file.flush(); print('half', flush=True); time.sleep(60)"
    process = subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "whole")], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "half\n"
    process.kill()
    process.wait()
    assert os.listdir(tmp_path) == []
    with pytest.raises(RuntimeError), whole_file(str(tmp_path / "whole")) as file:
        file.write(b"half")
        raise RuntimeError
    assert os.listdir(tmp_path) == []
    with whole_file(str(tmp_path / "whole")) as file:
        file.write(b"whole")
    assert (tmp_path / "whole").read_bytes() == b"whole" and os.listdir(tmp_path) == ["whole"]


def test_kernels_are_read_inspected_and_designed(tmp_path):
    wav(tmp_path / "two.wav", np.array([[1, 2], [3, 4], [5, 6]]), rate=44100)
    assert np.array_equal(convolved.read_kernel(tmp_path / "two.wav") * 2**15, [[1, 3, 5], [2, 4, 6]])
    (tmp_path / "taps.txt").write_text("1\n0.1\n")
    assert convolved.read_kernel(str(tmp_path / "taps.txt")).tolist() == [1, 0.1]
    assert convolved.read_kernel("taps:1,0.5,0.25").tolist() == [1, 0.5, 0.25]
    [report] = convolved.inspect(tmp_path / "two.wav")
    assert (report["sampleRateHz"], report["channelCount"], report["tapCount"]) == (44100, 2, 3)
    low = convolved.design("lowpass:LR4@2000", 48000, taps=256)
    assert low.dtype == np.float64 and 64 < low.size <= 256 and abs(low.sum() - 1) < 1e-3
    linear = convolved.design("lowpass:LR4@2000", 48000, phase="linear", taps=255)
    assert np.allclose(linear, linear[::-1], atol=1e-12)
    with pytest.raises(convolved.CommandError) as failed:
        convolved.read_kernel("--version")
    assert failed.value.status in (64, 65, 66) and "--version" in str(failed.value)


def test_a_command_that_is_not_installed_is_named(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(FileNotFoundError, match="install the package convolved"):
        convolved.inspect("dirac")
