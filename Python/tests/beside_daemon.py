"""Runs a command beside a daemon on the virtual cable, whose socket is $SOCKET: beside_daemon.py BUILD COMMAND..."""

import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "Tests/Hostile"))
from requests import Rig  # noqa: E402

rig = Rig(os.path.abspath(sys.argv[1]))
try:
    rig.start()
    done = subprocess.run(sys.argv[2:], env=os.environ | {"SOCKET": rig.socket})
finally:
    if rig.daemon and rig.daemon.poll() is None:
        rig.stop()
    rig.remove()
sys.exit(done.returncode)
