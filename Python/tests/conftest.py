"""What several tests need: the seed of random cases, and a daemon on the virtual cable."""

import importlib.util
import os
import random
from pathlib import Path

import pytest

TREE = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("CONVOLVED_BUILD", TREE / ".build"))
loader = importlib.util.spec_from_file_location("hostile_requests", TREE / "Tests/Hostile/requests.py")
hostile_requests = importlib.util.module_from_spec(loader)
loader.loader.exec_module(hostile_requests)

SEED = int(os.environ.get("SEED", random.SystemRandom().randrange(1 << 32)))
CASES = int(os.environ.get("CASES", 2000))


def pytest_report_header():
    return f"SEED={SEED} CASES={CASES}"


@pytest.fixture
def seed():
    return SEED


@pytest.fixture(scope="module")
def rig():
    """A daemon of two channels and some spare filters; its socket is rig.socket."""
    made = hostile_requests.Rig(str(BUILD))
    try:
        made.start()
        yield made
    finally:
        if made.daemon and made.daemon.poll() is None:
            made.stop()
        made.remove()
