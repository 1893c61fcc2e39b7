"""Runs the installed wheel alone: in its environment there is NumPy, and nothing else of the project."""

import sys

import numpy as np

import convolved

r = np.random.default_rng()
for type in ("f8", "f4", "i2", "c16", "?"):
    a, v = (r.normal(size=n, scale=50).astype(type) for n in (3000, 200))
    assert convolved.convolve(a, v, "same").tobytes() == np.convolve(a, v, "same").tobytes(), type
assert convolved.convolve2d(np.eye(3), np.ones((2, 2))).sum() == 12
y, bound = convolved.oaconvolve(r.normal(size=(2, 3000)), r.normal(size=(1, 500)), axes=1, return_bound=True)
assert y.shape == (2, 3499) and 0 < bound < 1e-9
assert convolved.Convolver([1.0, 0.5], 4).process([1, 0, 0, 0]).tolist() == [1, 0.5, 0, 0]
assert convolved.Client("/nowhere").address.path == "/nowhere"
print(f"Python {sys.version.split()[0]}, NumPy {np.__version__}: convolved {convolved.__version__} works, profile {convolved.profile()}")
