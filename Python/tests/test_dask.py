"""Dask's arrays, chunk by chunk, against np.convolve of the whole."""

import os
import signal
import subprocess
import sys
import time
import zlib
from contextlib import contextmanager, suppress
from pathlib import Path

import dask
import dask.array as da
import numpy as np
import pytest
from cases import MODES, TYPES, is_same, values
from conftest import CASES

import convolved
import convolved.dask


def chunks(r, count):
    if r.random() < 0.3:
        return int(r.integers(1, count + 1))
    cuts = np.sort(r.integers(0, count + 1, size=int(r.integers(0, 6))))
    return (tuple(int(n) for n in np.diff([0, *cuts, count])),)


def test_bits_do_not_depend_on_chunks(seed):
    r = np.random.default_rng(seed)
    for case in range(CASES // 4):
        n, m = int(r.integers(1, 200)), int(r.integers(1, 60))
        if r.random() < 0.3:
            n, m = m, n
        types = [str(r.choice(TYPES)) for _ in range(2)]
        a, v, mode = values(r, n, types[0]), values(r, m, types[1]), str(r.choice(MODES))
        one = da.from_array(a, chunks=chunks(r, n))
        other = da.from_array(v, chunks=chunks(r, m)) if r.random() < 0.5 else v
        with np.errstate(all="ignore"):
            made = convolved.dask.convolve(one, other, mode)
            expected, got = np.convolve(a, v, mode), made.compute(scheduler="sync")
        assert made.dtype == expected.dtype and made.shape == expected.shape
        assert is_same(np.ascontiguousarray(got), expected), (case, types, n, m, mode, one.chunks)


def test_chunks_stay(seed):
    x = da.ones(1000, chunks=100)
    assert convolved.dask.convolve(x, np.ones(31), "same").chunks == x.chunks
    assert convolved.dask.convolve(x, np.ones(31)).chunks == ((100,) * 10 + (30,),)
    assert convolved.dask.convolve(np.ones(31), x, "valid").chunks == ((100,) * 9 + (70,),)


def test_numpys_errors():
    x = da.ones(10, chunks=3)
    for a, v, mode in [(x, [], "full"), (x[:0], [1.0], "full"), (da.ones((2, 3)), [1.0], "full"), (x, [1.0], "x")]:
        with pytest.raises(ValueError) as expected:
            np.convolve(np.asarray(a), v, mode)
        with pytest.raises(ValueError) as got:
            convolved.dask.convolve(a, v, mode)
        assert str(got.value) == str(expected.value)
    for mode in (0, 1, 2):
        assert is_same(np.asarray(convolved.dask.convolve(x, [1.0, 2.0], mode)), np.convolve(np.ones(10), [1.0, 2.0], mode))
    with pytest.raises(ValueError, match="compute_chunk_sizes"):
        convolved.dask.convolve(x[x > 0], [1.0])


@contextmanager
def two_workers(**options):
    from distributed import Client, LocalCluster

    # Dask waits some seconds only for its workers to end, which is less than a busy machine may take.
    with suppress(TimeoutError):
        with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, **options) as cluster, Client(cluster) as client:
            yield client
            client.wait_for_workers(2)


@pytest.fixture(scope="module")
def cluster():
    with two_workers() as client:
        yield client


def pids(client):
    return [worker["pid"] if "pid" in worker else pid for worker, pid in zip(client.scheduler_info()["workers"].values(), client.run(os.getpid).values())]


def test_two_workers_one_of_which_is_killed_in_mid_work(seed, cluster):
    r = np.random.default_rng(seed)
    a, v = r.normal(size=2_000_000), r.normal(size=4001)
    expected = convolved.convolve(a, v)
    made = convolved.dask.convolve(da.from_array(a, chunks=50_000), v)
    future = cluster.compute(made)
    time.sleep(0.4)
    assert not future.done()
    os.kill(pids(cluster)[0], signal.SIGKILL)
    assert is_same(np.ascontiguousarray(future.result(timeout=200)), expected)


def test_files_are_whole_though_a_worker_is_killed(seed, tmp_path, cluster):
    r = np.random.default_rng(seed)
    kernel = r.normal(size=5001)
    (tmp_path / "in").mkdir()
    signals = {}
    for n in range(16):
        signals[f"{n}.npy"] = r.normal(size=80_000)
        np.save(tmp_path / "in" / f"{n}.npy", signals[f"{n}.npy"])
    (tmp_path / "in/bad.npy").write_bytes(b"\x93NUMPY damaged")
    cluster.wait_for_workers(2)
    victim = pids(cluster)[0]
    killer = subprocess.Popen([sys.executable, "-c", f"import os, time\ntime.sleep(0.4)\nos.kill({victim}, 9)"])
    report = convolved.convolve_files(str(tmp_path / "in/*.npy"), kernel, tmp_path / "out", client=cluster)
    assert killer.wait() == 0
    assert [Path(file.input).name for file in report.failed] == ["bad.npy"] and "16 of 17 files" in str(report)
    assert sorted(os.listdir(tmp_path / "out")) == sorted(signals)
    for name, x in signals.items():
        assert is_same(np.load(tmp_path / "out" / name), np.convolve(x, kernel))


def noise(begin, end):
    """The same values wherever they are made."""
    bits = np.arange(begin, end, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return ((bits ^ (bits >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)).view(np.int64) * 2.0**-63


def digest(block):
    return np.array([zlib.crc32(block.tobytes())])


def test_an_array_four_times_the_memory_of_all_workers(seed):
    limit, chunk = 300_000_000, 2_000_000
    count = 4 * 2 * limit // 8 // chunk * chunk
    v = np.random.default_rng(seed).normal(size=25)
    chunks = [da.from_delayed(dask.delayed(noise)(n, n + chunk), (chunk,), float) for n in range(0, count, chunk)]
    with two_workers(memory_limit=limit) as client:
        made = convolved.dask.convolve(da.concatenate(chunks), v, "same")
        assert made.nbytes >= 8 * limit and made.numblocks == (len(chunks),)
        future = client.compute(made.map_blocks(digest, dtype=np.int64, chunks=(1,)))
        time.sleep(2)
        assert not future.done()
        os.kill(pids(client)[0], signal.SIGKILL)
        digests = future.result(timeout=1200)
    half = len(v) // 2
    for n, got in enumerate(digests):
        begin, end = max(0, n * chunk - half), min(count, (n + 1) * chunk + half)
        expected = np.convolve(noise(begin, end), v, "same")
        assert zlib.crc32(expected[n * chunk - begin :][:chunk].tobytes()) == got, n
