"""convolve2d against scipy.signal.convolve2d."""

import numpy as np
import pytest
from cases import MODES, is_same, outcome, values
from conftest import CASES
from scipy import signal

import convolved

BOUNDARIES = ["fill", "wrap", "symm", "pad", "circular", "symmetric"]


def plane(r, type, most):
    shape = tuple(int(n) for n in r.integers(1, most, size=2))
    array = values(r, shape[0] * shape[1], type).reshape(shape)
    way = r.integers(0, 5)
    if way == 0:
        return array[::-1, ::-1].copy()[::-1, ::-1]
    if way == 1:
        return np.asfortranarray(array)
    if way == 2:
        return array.astype(array.dtype.newbyteorder(">"))
    return array


def test_random_images_of_all_types(seed):
    r = np.random.default_rng(seed)
    for case in range(CASES // 4):
        types = [r.choice(list("bhilqBHILQfdFD")) for _ in range(2)]
        image, kernel = plane(r, types[0], 24), plane(r, types[1] if r.random() < 0.5 else types[0], 9)
        mode, boundary = r.choice(MODES), r.choice(BOUNDARIES)
        fill = r.choice([0, 1, 3.5, -2])
        with np.errstate(all="ignore"):
            expected = outcome(signal.convolve2d, image, kernel, mode, boundary, fill)
            got = outcome(convolved.convolve2d, image, kernel, mode, boundary, fill, threads=int(r.choice([1, 2])))
        if isinstance(expected, tuple):
            assert got == expected
        else:
            assert is_same(got, expected), (case, image.dtype, kernel.dtype, image.shape, kernel.shape, mode, boundary, fill)


def test_what_scipy_refuses_is_refused_in_its_words():
    a = np.ones((3, 3))
    for arguments in [
        ([1, 2], a), (a, a, "x"), (a, a, 2), (a, a, "full", "x"), (a, a, "full", 2), (a, a, []), (a > 0, a > 0), (a.astype("e"), a.astype("e")), (a.astype(object), a),
        (np.ones((3, 1)), np.ones((1, 3)), "valid"), (a, a, "full", "fill", [1, 2]), (a, a, "full", "fill", 1j), (a.astype("B"), a.astype("B"), "full", "fill", 300),
        (np.ones((0, 2)), np.ones((0, 2))), (a, a, "full", "fill", "x"), (a[0], a[0]), (3, 4),
        (a, a, "full", "fill", []), (a, a, "full", "fill", object()), (a.astype("B"), a.astype("B"), "full", "fill", np.array(3)),
        (a.astype("B"), a.astype("B"), "full", "fill", np.array([1, 2])),
    ]:  # fmt: skip
        expected, got = outcome(signal.convolve2d, *arguments), outcome(convolved.convolve2d, *arguments)
        assert isinstance(expected, tuple) and got[0] is expected[0] and (got[1] == expected[1] or arguments[-1] == "x"), (arguments, got, expected)


def test_odd_images_are_taken_as_scipy_takes_them():
    a = np.arange(9.0).reshape(3, 3)
    for arguments in [
        ([[1, 2]], [[3], [4]]), (np.matrix(a), np.ma.array(a)), (a.astype("g"), a), (a, a.astype("G")), (np.ones((0, 2)), a[:2, :2]), (a, np.ones((0, 2)), "same"),
        (np.ones((0, 2)), np.ones((1, 2)), "same"), (a, a, "full", "fill", np.array([[2]])), (a, a, "full", "fill", None), (a, a, "full", "fill", True),
        (a, a, "full", "fill", [2]), (a.astype("i"), a.astype("i"), "full", "fill", [[2.5]]), (a.astype("F"), a, "full", "fill", (1j,)),
        (a.astype(int), a.astype(int), "full", "fill", 2**60 + 1), (a > 0, a), (a, np.ones((5, 5)), "same", "wrap"), (a, np.ones((9, 9)), "full", "symm"),
        (np.ones((2, 2)), np.ones((3, 3)), "valid"),
    ]:  # fmt: skip
        assert is_same(convolved.convolve2d(*arguments), signal.convolve2d(*arguments)), arguments
    for boundary in ("wrap", "symm"):
        with pytest.raises(ValueError):  # SciPy divides by zero, and ends the program.
            convolved.convolve2d(np.ones((0, 2)), a, boundary=boundary)


def test_out_is_filled():
    a, out = np.arange(9).reshape(3, 3), np.zeros((5, 5), int)
    for taken in (out, out.T, out[::-1]):
        assert convolved.convolve2d(a, a, out=taken) is taken and (taken == signal.convolve2d(a, a)).all()
    for wrong, error, shown in ((np.zeros((5, 5)), ValueError, "float64"), (np.zeros((4, 5), int), ValueError, r"\(4, 5\)"), ([[0]], TypeError, r"\[\[0\]\]")):
        with pytest.raises(error, match=f"out must be .* not .*{shown}"):
            convolved.convolve2d(a, a, out=wrong)
