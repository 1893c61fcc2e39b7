"""Start to first audio, and resident memory while it plays: start.py PROGRAM CABLE. Stereo, 1,024 taps, on the virtual cable.

PROGRAM is a convolved, CABLE the folder that Tests/VirtualCable/build.sh has filled. The cable says at which slot of its clock playback
began, which is a time of CLOCK_MONOTONIC.
"""
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time

RATE, ROUNDS = 48000, 10


def main():
    program, cable = map(os.path.abspath, sys.argv[1:])
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        environment = prepare(folder, cable)
        # As at every start but the first, which measures the processor in the background.
        subprocess.run([program, "--config", f"{folder}/convolved.yaml", "--check"], env=environment, check=True, capture_output=True)
        rounds = [start(program, cable, folder, environment) for _ in range(ROUNDS)]
    milliseconds, resident = zip(*rounds)
    print(f"start to first audio: {statistics.median(milliseconds):.0f} ms in the median of {ROUNDS}, {max(milliseconds):.0f} ms at most")
    print(f"resident, a second later: {statistics.median(resident):.1f} MiB in the median, {max(resident):.1f} MiB at most")


def prepare(folder, cable):
    with open(f"{folder}/asound.conf", "w") as file:
        print("</usr/share/alsa/alsa.conf>", f'pcm_type.cable {{ lib "{cable}/libasound_module_pcm_cable.so" }}', sep="\n", file=file)
        for name in "capture", "playback":
            print(f'pcm.{name} {{ type cable path "{folder}/{name}.cable" }}', file=file)
    with open(f"{folder}/room.txt", "w") as file:
        print(*(random.uniform(-1e-3, 1e-3) for _ in range(1024)), sep="\n", file=file)
    with open(f"{folder}/convolved.yaml", "w") as file:
        routes = [f"{{ name: f{n}, from: {n}, to: {n}, kernel: room.txt }}" for n in (0, 1)]
        file.write(f"rate: {RATE}\ncapture: {{ device: capture }}\nplayback: {{ device: playback }}\nfilters: [ {', '.join(routes)} ]\n")
    kept = {"STATE_DIRECTORY": folder, "CACHE_DIRECTORY": folder}
    return os.environ | kept | {"ALSA_CONFIG_PATH": f"{folder}/asound.conf"}


def start(program, cable, folder, environment):
    """Milliseconds until playback runs, and MiB of resident memory."""
    began = time.clock_gettime(time.CLOCK_MONOTONIC)
    command = [program, "--config", f"{folder}/convolved.yaml", "--socket", f"{folder}/socket"]
    daemon = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        while not (end := playback(cable, folder)) or not end["running"]:
            time.sleep(0.005)
        seconds = end["startSlot"] / RATE - began
        time.sleep(1)
        with open(f"/proc/{daemon.pid}/status") as file:
            sizes = {line.split(":")[0]: int(line.split()[1]) for line in file if line.startswith("Rss")}
            # What is shared is the cable's, which a sound card keeps to itself.
            resident = sizes["RssAnon"] + sizes["RssFile"]
    finally:
        daemon.send_signal(signal.SIGTERM)
        daemon.wait()
    return seconds * 1000, resident / 1024


def playback(cable, folder):
    if not os.path.exists(f"{folder}/playback.cable"):
        return None
    status = subprocess.run([f"{cable}/cablectl", f"{folder}/playback.cable", "status"], capture_output=True, text=True)
    return json.loads(status.stdout)["play"] if status.returncode == 0 else None


main()
