"""The convolver of blocks, against np.convolve of the whole."""

import copy
import os
import pickle
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from convolved import Busy, Convolver, Overtaken, Route


def whole(routes, x, outputs):
    """What the routes make of the whole signal."""
    y = np.zeros((outputs, x.shape[1]))
    for input, output, taps, gain, delay in (Route(*route) for route in routes):
        heard = np.convolve(x[input], np.asarray(taps, float) * gain)[: x.shape[1] - delay] if delay < x.shape[1] else []
        y[output, delay : delay + len(heard)] += heard
    return y


def random_routes(r, inputs, outputs):
    return [
        Route(int(r.integers(inputs)), int(r.integers(outputs)), r.normal(size=r.integers(1, 700)), float(r.normal()), int(r.integers(0, 90)))
        for _ in range(r.integers(1, 5))
    ]


@pytest.mark.parametrize("type, precision, bound", [("f8", "float64", 1e-12), ("f4", "float32", 1e-3), ("f4", "float64", 1e-4), ("i2", "float64", 1e-9)])
def test_blocks_are_np_convolve(seed, type, precision, bound):
    r = np.random.default_rng(seed)
    for _ in range(12):
        inputs, outputs, block = (int(n) for n in r.integers(1, [4, 4, 200]))
        routes = random_routes(r, inputs, outputs)
        x = (r.normal(size=(inputs, block * int(r.integers(1, 12)))) * (1 if type[0] == "f" else 100)).astype(type)
        convolver = Convolver(routes, block, inputs, outputs, precision=precision)
        blocks = x.reshape(inputs, -1, block).transpose(1, 0, 2)  # Rows with gaps between them.
        y = np.concatenate([np.atleast_2d(convolver.process(b)).reshape(outputs, block) for b in blocks], axis=1)
        assert y.dtype == (np.float32 if type == "f4" else np.float64)
        assert np.max(np.abs(y - whole(routes, x.astype(float), outputs))) <= bound * max(1, np.abs(x).max())


def test_out_is_filled_and_may_be_the_input():
    convolver = Convolver([(0, 1, [1.0]), (1, 0, [2.0])], 3)
    x, y = np.arange(6.0).reshape(2, 3), np.zeros((2, 3))
    assert convolver.process(x, y) is y and y.tolist() == [[6, 8, 10], [0, 1, 2]]
    assert convolver.process(x, out=x) is x and x.tolist() == [[6, 8, 10], [0, 1, 2]]
    spread = np.zeros((2, 9))[:, 3:6]
    assert convolver.process(y, out=spread) is spread and spread.tolist() == [[0, 2, 4], [6, 8, 10]]
    flat = Convolver([1.0], 3)
    assert flat.process([1, 2, 3]).tolist() == [1, 2, 3] and flat.process([[1, 2, 3]]).shape == (1, 3)


class Series:
    """What becomes an array, as those of other packages do."""

    def __array__(self, dtype=None, copy=None):
        return np.array([1.0, 0.5], dtype)


def test_taps_are_what_becomes_an_array():
    for taps in (Series(), [1.0, 0.5], (1, 0.5), np.float32([1, 0.5]), [(0, 0, Series())]):
        assert Convolver(taps, 3).process([1, 0, 0]).tolist() == [1, 0.5, 0]


def test_what_does_not_fit_is_refused():
    convolver = Convolver([(0, 1, [1.0]), (1, 0, [2.0])], 3)
    x = np.zeros((2, 3))
    read_only = np.zeros((2, 3))
    read_only.flags.writeable = False
    for out in [np.zeros((2, 3), "f4"), np.zeros((3, 2)).T, np.zeros((1, 3)), np.zeros(6), read_only, x.astype(">f8"), [[0.0] * 3] * 2]:
        with pytest.raises(ValueError, match="out must"):
            convolver.process(x, out)
    with pytest.raises(ValueError, match=r"2 of 3, as an array of shape \(2, 3\)"):
        convolver.process(np.zeros((3, 2)))
    for wrong, dimensions in [(None, 0), (1.0, 0), (x[None], 3)]:
        with pytest.raises(ValueError, match=rf"the block has {dimensions} dimensions: give an array of shape \(2, 3\)"):
            convolver.process(wrong)
    for wrong in [x * 1j, x.astype("g"), [["a"] * 3] * 2]:
        with pytest.raises((TypeError, ValueError)):
            convolver.process(wrong)
    for routes, words in [([np.nan], "finite"), ([(0, 0, [])], "no taps"), ([(-1, 0, [1])], "input"), ([(0, 99, [1])], "outputs is 100")]:
        with pytest.raises(ValueError, match=words):
            Convolver(routes, 4)
    with pytest.raises(TypeError, match="complex: give real samples"):
        convolver.process(x * 1j)
    for wrong, words in [
        (5, "routes must be a list of Route, or the taps of one, not 5"), ("abc", "not 'abc'"), (np.ones((2, 2)), r"routes\[0\]: taps are float64 of shape \(2, 2\)"),
        ([(0, 0, [1.0]), (0, 0, [1j])], r"routes\[1\]: taps are complex128"), ([(0, 0, ["a"])], "give real numbers"),
        ([(0, 0, 3.0)], r"routes\[0\]: taps are float64 of shape \(\)"), ([1.0, None], r"routes\[0\]: taps are object of shape \(2,\)"),
    ]:  # fmt: skip
        with pytest.raises(TypeError, match=words):
            Convolver(wrong, 3)
    for place in [(-1, 0), (0, -1)]:
        with pytest.raises(ValueError, match=r"routes\[0\]: a route leads from input {} to output {}".format(*place)):
            Convolver([(*place, [1.0])], 3)
    with pytest.raises(TypeError, match="block must be an integer, not 4.5"):
        Convolver([1.0], 4.5)
    with pytest.raises(ValueError, match="block is 0"):
        Convolver([1.0], 0)
    with pytest.raises(ValueError, match="precision"):
        Convolver([1.0], 4, precision="float16")
    with pytest.raises(TypeError, match="a route is"):
        Convolver([(0, 0)], 4)
    with pytest.raises(ValueError, match="fade"):
        convolver.replace([(0, 0, [1.0])], fade=-1)
    with pytest.raises(RuntimeError, match="has been made"):
        convolver.__init__([1.0], 4)
    with pytest.raises(RuntimeError, match="not been made"):
        Convolver.__new__(Convolver).process([1.0])


def test_what_is_no_number_is_named():
    for routes, error, words in [
        ([("a", 0, [1.0])], TypeError, r"routes\[0\]: input must be an integer, not 'a'"), ([(0, 0.5, [1.0])], TypeError, r"output must be an integer, not 0.5"),
        ([(0, 0, [1.0], "x")], TypeError, "gain must be a number, not 'x'"), ([(0, 0, [1.0], 1.0, 1.5)], TypeError, "delay must be an integer, not 1.5"),
        ([(0, 0, [1.0], 1.0, 2**70)], ValueError, "delay is 1180591620717411303424"),
    ]:  # fmt: skip
        with pytest.raises(error, match=words):
            Convolver(routes, 4)
    for arguments, words in [((2**31,), "block is 2147483648"), ((4, 2**40), "inputs is 1099511627776")]:
        with pytest.raises(ValueError, match=words):
            Convolver([1.0], *arguments)
    for fade, error in [("x", TypeError), (1.5, TypeError), (2**70, ValueError)]:
        with pytest.raises(error, match="fade"):
            Convolver([1.0], 4).replace([1.0], fade)
    with pytest.raises(ValueError, match=r"make a list, \[array\]"):
        list(Convolver([1.0], 4).blocks(np.ones(9)))


def test_it_is_neither_pickled_nor_copied():
    convolver = Convolver([1.0], 4)
    for way in [copy.copy, copy.deepcopy, *(lambda c, protocol=n: pickle.dumps(c, protocol) for n in range(pickle.HIGHEST_PROTOCOL + 1))]:
        with pytest.raises(TypeError, match="make another one"):
            way(convolver)
    assert repr(Convolver.__new__(Convolver)) == "<Convolver that has not been made>"


def test_out_may_overlap_the_block_but_not_itself(seed):
    r = np.random.default_rng(seed)
    strided = np.lib.stride_tricks.as_strided
    for rows in (0, 8, 24):
        with pytest.raises(ValueError, match="share memory"):
            Convolver([(0, 0, [1.0]), (0, 1, [1.0])], 4).process(np.ones(4), strided(np.zeros(16), (2, 4), (rows, 8)))
    for type in ("f4", "f8"):
        for _ in range(100):
            routes = [(int(r.integers(2)), n % 2, r.normal(size=20)) for n in range(4)]
            there, apart = (Convolver(routes, 8, 2, 2) for _ in range(2))
            for _ in range(4):
                memory = r.normal(size=60).astype(type)
                block, out = (strided(memory[start:], (2, 8), (step * memory.itemsize, memory.itemsize)) for start, step in r.integers([0, 8], [20, 30], size=(2, 2)))
                expected = apart.process(block.copy())
                assert there.process(block, out) is out and np.array_equal(out, expected)
                if r.random() < 0.2:
                    for convolver in (there, apart):
                        convolver.reset()


def test_routes_change_from_one_block_to_the_next():
    convolver = Convolver([1.0, 0.5], 4)
    assert convolver.process([1, 0, 0, 0]).tolist() == [1, 0.5, 0, 0]
    convolver.replace([0.0, 0.0, 0.0, 0.0, 0.25])
    # Warm: the new kernel has heard the first block.
    assert convolver.process([0, 0, 0, 0]).tolist() == [0.25, 0, 0, 0]
    convolver.process([1, 1, 1, 1])
    convolver.reset()
    assert convolver.process([0, 0, 0, 0]).tolist() == [0, 0, 0, 0]
    convolver.replace([1.0], fade=1000)
    convolver.process([0, 0, 0, 0])
    assert convolver.is_changing
    with pytest.raises(Busy):
        convolver.replace([2.0])


def test_portions_of_any_length_become_blocks(seed):
    r = np.random.default_rng(seed)
    for _ in range(50):
        inputs, block = int(r.integers(1, 4)), int(r.integers(1, 50))
        routes = [(n, n, r.normal(size=30)) for n in range(inputs)]
        portions = [r.normal(size=(inputs, n)) if inputs > 1 or n % 2 else r.normal(size=n) for n in r.integers(0, 90, size=6)]
        if inputs == 1:
            portions = [portion.reshape(1, -1) for portion in portions]
        x = np.concatenate(portions, axis=1)
        y = list(Convolver(routes, block).blocks(portions))
        assert all(part.shape[-1] == block for part in y[:-1])
        got = np.concatenate([part.reshape(inputs, -1) for part in y], axis=1) if y else np.zeros((inputs, 0))
        assert got.shape == x.shape and np.allclose(got, whole(routes, x, inputs), atol=1e-12)
    with pytest.raises(ValueError, match="portion"):
        list(Convolver([1.0], 4).blocks([np.zeros((2, 4))]))


def test_ten_thousand_blocks_while_another_thread_replaces_kernels(seed):
    """One kernel, cut in two at a new place by each change: what is heard is the offline result, whose sums are exact."""
    r = np.random.default_rng(seed)
    count, block, taps = 10_000, 32, r.integers(-9, 9, size=257) * 2.0**-15
    x = r.integers(-100, 100, size=count * block) * 2.0**-15
    convolver = Convolver([(0, 0, taps)], block)
    end, changes = threading.Event(), [0, 0]

    def change():
        while not end.is_set():
            at = int(r.integers(1, len(taps)))
            parts = [(0, 0, taps[:at]), (0, 0, taps[at:], 1.0, at)]
            try:
                convolver.replace(parts if changes[0] % 2 else [(0, 0, taps)])
                changes[0] += 1
            except (Busy, Overtaken):
                changes[1] += 1

    thread = threading.Thread(target=change)
    thread.start()
    y = np.empty(count * block)
    try:
        for n in range(count):
            if n % 100 == 0:
                time.sleep(0.005)  # Other programs may leave one processor to the two threads.
            convolver.process(x[n * block : (n + 1) * block], out=y[n * block : (n + 1) * block])
    finally:
        end.set()
        thread.join()
    assert changes[0] > 5, changes
    assert np.array_equal(y, np.convolve(x, taps)[: count * block])


def test_two_threads_do_not_process_at_once():
    convolver = Convolver(np.ones(1 << 20), 1 << 14)
    x, refusals = np.zeros(1 << 14), []

    def process():
        for _ in range(60):
            try:
                convolver.process(x)
            except RuntimeError as error:
                refusals.append(str(error))

    threads = [threading.Thread(target=process) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all("one thread at a time" in text for text in refusals)


def test_other_threads_run_meanwhile():
    ticks, end = [0], threading.Event()

    def tick():
        while not end.is_set():
            ticks[0] += 1
            time.sleep(0.001)

    thread = threading.Thread(target=tick)
    thread.start()
    began, before = time.monotonic(), ticks[0]
    Convolver(np.random.default_rng(0).normal(size=1 << 21), 256)
    ticked, took = ticks[0] - before, time.monotonic() - began
    end.set()
    thread.join()
    assert ticked > took * 50, (ticked, took)


def test_a_forked_process_goes_on():
    convolver = Convolver([1.0, 0.5], 4)
    convolver.process([1, 1, 1, 1])
    for _ in range(2):
        child = os.fork()
        if not child:
            right = convolver.process([0, 0, 0, 0]).tolist() == [0.5, 0, 0, 0] and Convolver([2.0], 4).process([1, 0, 0, 0])[0] == 2
            os._exit(0 if right else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert convolver.process([0, 0, 0, 0]).tolist() == [0.5, 0, 0, 0]


def test_the_end_of_the_program_within_a_call():
    code = "\n".join([
        "import threading, time, numpy, convolved",
        "c = convolved.Convolver(numpy.ones(1 << 18), 1 << 13)",
        "def work():",
        "    while True: c.process(numpy.zeros(1 << 13))",
        "threading.Thread(target=work, daemon=True).start()",
        "time.sleep(0.2)",
    ])
    for _ in range(3):
        done = subprocess.run([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True, timeout=30)
        assert done.returncode == 0 and done.stderr == "", done


def test_what_it_is_made_of_can_be_asked():
    convolver = Convolver([Route(0, 1, [1.0])], 64, precision="float32")
    assert (convolver.block, convolver.inputs, convolver.outputs, convolver.latency, convolver.precision) == (64, 1, 2, 0, "float32")
    assert convolver.plan.startswith("64: direct") and convolver.plan in repr(convolver)
