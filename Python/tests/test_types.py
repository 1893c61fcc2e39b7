"""What a user's type checker makes of the package."""

import subprocess
import sys
from pathlib import Path

from conftest import TREE

FAULTS = {
    'convolved.convolve([1], [1], "ful")': "arg-type",
    'convolved.Client().set("a", gains=3)': "call-arg",
    "convolved.Client().set(gain=3)": "call-arg",
    'convolved.AsyncClient().load("a")': "call-arg",
    'convolved.oaconvolve([1], [1], precision="float16")': "call-overload",
    "x: str = convolved.Client().volume(3)": "assignment",
    'convolved.Convolver([1.0], 64, precision="float16")': "arg-type",
}


def check(tmp_path, script):
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file", str(TREE / "Python/pyproject.toml"), "--cache-dir", str(tmp_path / "cache")]
    done = subprocess.run([*command, str(script)], stdout=subprocess.PIPE, text=True, cwd=tmp_path, env={"MYPYPATH": str(TREE / "Python")})
    return done.stdout


def test_a_script_without_faults_passes_the_strictest_check(tmp_path):
    assert "Success" in (said := check(tmp_path, Path(__file__).parent / "users_script.py")), said


def test_faults_of_a_script_are_found(tmp_path):
    script = tmp_path / "faults.py"
    script.write_text("import convolved\n" + "\n".join(FAULTS) + "\n")
    lines = check(tmp_path, script).splitlines()
    for number, (fault, code) in enumerate(FAULTS.items(), 2):
        assert any(f"faults.py:{number}: error" in line and f"[{code}]" in line for line in lines), (fault, lines)
