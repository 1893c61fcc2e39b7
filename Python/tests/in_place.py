"""A plugin of pytest that puts this package's functions in the places of NumPy's and SciPy's, for their own tests.

It prints how often each was called, and the outcome of every test to the file $OUTCOMES.
"""

import collections
import functools
import os

import numpy as np

import convolved
import convolved._numpy

calls = collections.Counter()


def counted(function):
    @functools.wraps(function)
    def call(*arguments, **named):
        calls[function.__name__] += 1
        return function(*arguments, **named)

    return call


def pytest_configure(config):
    if os.environ["IN_PLACE"] == "1":
        import numpy._core.numeric as numeric
        import scipy.signal
        from scipy._lib._array_api import xp_capabilities_table

        # What NumPy is asked for by ours is NumPy's own.
        convolved._numpy.np = own = type(np)("numpy")
        own.__dict__.update(vars(np))
        for name in ("convolve", "correlate"):
            ours = counted(getattr(convolved, name))
            setattr(np, name, ours)
            setattr(numeric, name, ours)
        for name in ("convolve2d", "oaconvolve"):
            ours, theirs = counted(getattr(convolved, name)), getattr(scipy.signal, name)
            # What SciPy's tests know of each function.
            xp_capabilities_table[ours] = xp_capabilities_table[theirs]
            setattr(scipy.signal, name, ours)


def pytest_runtest_logreport(report):
    if report.when == "call" or report.outcome == "skipped":
        with open(os.environ["OUTCOMES"], "a") as file:
            file.write(f"{report.nodeid} {report.outcome}\n")


def pytest_terminal_summary(terminalreporter):
    terminalreporter.write_line(" ".join(f"{name}={count}" for name, count in sorted(calls.items())))
