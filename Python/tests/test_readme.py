"""Runs every example of README.md, in its order, and compares what it draws with the pictures of the page."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import matplotlib
import numpy as np
import page
import pytest

matplotlib.use("agg")
PAGE = Path(__file__).resolve().parent.parent / "README.md"


def test_examples(rig, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert page.run(PAGE, rig.socket) > 15
    assert sorted(os.listdir("wet")) == [f"{n}.npy" for n in range(4)]
    run_on_slurm(tmp_path)
    compare_pictures(tmp_path / "pictures")


def test_project_page(rig, tmp_path):
    """The example of the project's own page."""
    text = (PAGE.parent.parent / "README.md").read_text()
    block = re.search(r"^## Python\n```python\n(.*?)^```$", text, flags=re.M | re.S)[1]
    assert "/tmp/room.sock" in block
    (tmp_path / "same.py").write_text(block.replace("/tmp/room.sock", str(rig.socket)))
    subprocess.run([sys.executable, "same.py"], cwd=tmp_path, check=True)


def run_on_slurm(folder):
    before = {name: (folder / "wet" / name).read_bytes() for name in os.listdir(folder / "wet")}
    for name in before:
        os.unlink(folder / "wet" / name)
    for task in range(3):
        environment = os.environ | {"SLURM_ARRAY_TASK_ID": str(task), "SLURM_ARRAY_TASK_COUNT": "3"}
        subprocess.run([sys.executable, "job.py"], cwd=folder, env=environment, check=True)
    assert {name: (folder / "wet" / name).read_bytes() for name in os.listdir(folder / "wet")} == before


def compare_pictures(drawn):
    """Pictures are alike: text may lie a pixel elsewhere with other fonts."""
    kept = PAGE.parent / "pictures"
    shown = {Path(name).name for name in re.findall(r"\]\((pictures/[^)]*)\)", PAGE.read_text())}
    assert set(os.listdir(drawn)) == shown
    for name in shown:
        if os.environ.get("KEEP_PICTURES"):
            kept.mkdir(exist_ok=True)
            (kept / name).write_bytes((drawn / name).read_bytes())
        ours, theirs = (matplotlib.pyplot.imread(folder / name)[..., :3] for folder in (drawn, kept))
        assert ours.shape == theirs.shape and np.abs(ours - theirs).mean() < 0.01, f"{name} differs: draw it anew with KEEP_PICTURES=1"


@pytest.mark.skipif(not importlib.util.find_spec("ray"), reason="ray is not installed: pip install ray in .build/python, to test its example")
def test_the_example_with_ray(tmp_path):
    [block] = [block for _, block in page.examples(PAGE) if block.startswith("# with_ray.py")]
    (tmp_path / "with_ray.py").write_text(block)
    (tmp_path / "corpus").mkdir()
    for n in range(3):
        np.save(tmp_path / f"corpus/{n}.npy", np.ones(9))
    np.save(tmp_path / "kernel.npy", np.ones(2))
    done = subprocess.run([sys.executable, "with_ray.py"], cwd=tmp_path, check=True, stdout=subprocess.PIPE, text=True)
    assert done.stdout.count("1 of 1 files") == 3


def test_what_the_page_lists_is_there():
    import convolved

    listed = set(re.findall(r"`(\w+)\(", PAGE.read_text().split("## Functions")[1].split("###")[0]))
    assert listed <= set(convolved.__all__) | {"help"} and not {name for name in convolved.__all__ if not hasattr(convolved, name)}
