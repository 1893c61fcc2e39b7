"""NumPy's and SciPy's own tests pass with this package's functions in place, as they do without."""

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import scipy

NUMPY, SCIPY = (Path(package.__file__).parent for package in (np, scipy))


def outcomes(tmp_path, is_in_place, arguments):
    """Outcomes by test, and how often our functions were called."""
    file = tmp_path / f"outcomes-{is_in_place}"
    environment = os.environ | {
        "IN_PLACE": str(int(is_in_place)), "OUTCOMES": str(file), "PYTHONPATH": f"{Path(__file__).parent}:{os.environ['PYTHONPATH']}"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "in_place", "-p", "no:cacheprovider", "-o", "testpaths=", "-W", "ignore", *arguments]
    done = subprocess.run(command, env=environment, cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    lines = file.read_text().splitlines()
    assert lines, done.stdout
    counts = {name: int(count) for name, count in re.findall(r"(\w+)=(\d+)", " ".join(done.stdout.splitlines()[-3:]))}
    return dict(line.rsplit(" ", 1) for line in lines), counts, done.stdout


@pytest.mark.parametrize(
    "files, choice, least",
    [
        ([NUMPY / "_core/tests/test_numeric.py"], "onvolve or orrelate", {"convolve": 5, "correlate": 5}),
        ([NUMPY / "polynomial/tests"], "", {"convolve": 1000}),
        ([NUMPY / "ma/tests/test_core.py"], "onvolve or orrelate", {"convolve": 10}),
        ([NUMPY / "lib/tests"], "poly", {"convolve": 5}),
        ([SCIPY / "signal/tests/test_signaltools.py"], "TestConvolve2d or TestOAConvolve", {"convolve2d": 20, "oaconvolve": 300}),
    ],
    ids=["core", "polynomial", "ma", "lib", "scipy"],
)
def test_the_same_pass(tmp_path, files, choice, least):
    arguments = [*map(str, files), *(["-k", choice] if choice else [])]
    within, counts, said = outcomes(tmp_path, True, arguments)
    assert all(counts.get(name, 0) >= count for name, count in least.items()), counts
    if set(within.values()) - {"passed", "skipped"}:
        without, none, _ = outcomes(tmp_path, False, arguments)
        assert not none and within == without, said[-8000:]
